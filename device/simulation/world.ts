import { join } from 'node:path';
import type { Bitmap } from '../../hardware/bitmap.ts';
import { AtModem } from '../../hardware/emulator/at-modem.ts';
import { FirmataBoard } from '../../hardware/emulator/firmata-board.ts';
import { FramebufferFolder } from '../../hardware/emulator/framebuffer.ts';
import { GnssModule, type TruePosition } from '../../hardware/emulator/gnss-module.ts';
import { Uc8179Emulator } from '../../hardware/emulator/uc8179-panel.ts';
import { PANEL_WIRING, thermistorReading } from '../../hardware/panel/wiring.ts';
import type { AgentParts } from '../agent-parts.ts';
import type { DeviceConfig } from '../config.ts';
import type { DeviceEnv } from '../environment.ts';

/** Names behind `emulator:` in the paths of a simulated unit. */
export const emulatorNames = {
  gnss: 'gnss',
  epd: 'panel',
  cab: 'cab',
  modem: 'modem',
} as const;

export const worldLimits = {
  /** How long a finger stays on a button. */
  pressMs: 200,
} as const;

const roomTemperatureC = 20;
const light = { day: 800, night: 60 } as const;
const adcChannel = { light: 0, temperature: 1 } as const;
/** What the panel `fb-1024x600` hangs on: 32 bit, rows padded to a power of two. */
const framebuffer = { width: 1024, height: 600, bitsPerPixel: 32, strideBytes: 4096 } as const;

/** The emulators of one unit, as many as its configuration names. */
export interface World {
  readonly parts: Pick<AgentParts, 'emulators' | 'framebuffer' | 'glass'>;
  readonly gnss: GnssModule | null;
  readonly epd: Uc8179Emulator | null;
  readonly board: FirmataBoard | null;
  start(): Promise<void>;
  stop(): void;
}

function isOn(path: string, name: string): boolean {
  return path === `emulator:${name}`;
}

/** Cover shut, ignition on, daylight, a mild day. */
function atRest(board: FirmataBoard): FirmataBoard {
  board.setLevel(PANEL_WIRING.ignition, 0);
  board.setLevel(PANEL_WIRING.tamper, 0);
  setDaylight(board, true);
  setTemperature(board, null, roomTemperatureC);
  return board;
}

export function setDaylight(board: FirmataBoard, day: boolean): void {
  board.setReading(adcChannel.light, day ? light.day : light.night);
}

/** Of the air at the panel: the thermistor measures it, and the panel suffers it. */
export function setTemperature(
  board: FirmataBoard,
  epd: Uc8179Emulator | null,
  celsius: number,
): void {
  board.setReading(adcChannel.temperature, thermistorReading(celsius));
  if (epd !== null) epd.temperatureC = celsius;
}

/** Presses a button and lets it go. */
export function press(board: FirmataBoard, pin: number, { timers }: Pick<DeviceEnv, 'timers'>) {
  board.setLevel(pin, 0);
  timers.after(worldLimits.pressMs, () => board.setLevel(pin, null));
}

/** @param source where the antenna is, Unix ms; null: the unit has no receiver to emulate */
export function makeWorld(
  config: DeviceConfig,
  env: Pick<DeviceEnv, 'nowMs' | 'nowMonoMs' | 'timers'>,
  source: ((atMs: number) => TruePosition | null) | null,
): World {
  const gnss = source === null ? null : new GnssModule({ source, env });
  const epd = isOn(config.displayPath, emulatorNames.epd) ? new Uc8179Emulator(env) : null;
  const board = isOn(config.panelPath, emulatorNames.cab)
    ? atRest(new FirmataBoard(env.timers))
    : null;
  const modem = isOn(config.modemPath, emulatorNames.modem) ? new AtModem() : null;
  const fb = config.display.startsWith('fb-')
    ? new FramebufferFolder(join(config.dataDir, 'framebuffer'), framebuffer)
    : null;
  const lines = { gnss, cab: board, modem };
  const ports = Object.fromEntries(
    Object.entries(lines).flatMap(([name, part]) => (part === null ? [] : [[name, part.port]])),
  );
  const epdBuses = epd === null ? {} : { [emulatorNames.epd]: epd };
  const seen = epd === null ? fb : epd;
  const glass = async (): Promise<Bitmap | null> => (seen === null ? null : await seen.glass());
  return {
    parts: {
      emulators: { ports, epdBuses },
      ...(fb === null ? {} : { framebuffer: fb.settings }),
      ...(seen === null ? {} : { glass }),
    },
    gnss,
    epd,
    board,
    start: async () => {
      await fb?.start();
      gnss?.start();
      board?.start();
    },
    stop: () => {
      gnss?.stop();
      board?.stop();
    },
  };
}
