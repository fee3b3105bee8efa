import type { BytePort } from './byte-port.ts';
import { CATALOGUE, type CatalogueRow, type DisplayDriver } from './catalogue.ts';
import type { Display } from './display.ts';
import { DISPLAY_PROFILES } from './display-profiles.ts';
import type { FramebufferSettings } from './displays/fb.ts';
import type { PanelDriver } from './displays/panel-driver.ts';
import { PolicyDisplay } from './displays/policy-display.ts';
import type { HardwareEnv } from './environment.ts';
import type { EpdBus } from './epd/epd-bus.ts';
import type { EpdWiring } from './epd/linux-epd-bus.ts';
import type { PanelBatch } from './epd/uc8179-tables.ts';
import { HardwareError } from './errors.ts';
import type { FixedPosition } from './gnss/fixed.ts';
import { RECEIVER_PROFILES } from './gnss/profiles.ts';
import type { ReplaySettings } from './gnss/replay.ts';
import type { GnssReceiver } from './gnss.ts';
import { loadNative } from './native.ts';

/** The face of this folder: policy code imports values from here only, drivers never. */
export { systemTimers } from './environment.ts';
export { frameHash } from './frame-hash.ts';
export { encodePng } from './png-image.ts';

const EMULATOR_PREFIX = 'emulator:';

export interface DisplayConfig {
  /** A display row of the catalogue. */
  readonly part: string;
  /** `png`: file written at every refresh. `epd-uc8179`: `emulator:<name>` takes that bus of
   * `env.emulators`. */
  readonly path?: string;
  /** `epd-uc8179` on real wires. */
  readonly wiring?: EpdWiring;
  /** `fb`: other device files than the first framebuffer's. */
  readonly framebuffer?: FramebufferSettings;
}

export interface GnssConfig {
  /** A GNSS row of the catalogue. */
  readonly part: string;
  /** Serial path, best by-id; `emulator:<name>` takes that port of `env.emulators`. */
  readonly path?: string;
  /** Lines: dates before this Unix time in ms are a week rollover; best the build date. */
  readonly pivotMs?: number;
  /** `fixed`: where the kiosk stands. */
  readonly position?: FixedPosition;
  /** `replay`: the log and whether to begin again. */
  readonly replay?: ReplaySettings;
}

/** The display of a configuration. Throws HardwareError `unknown-part`, `missing-setting`. */
export async function openDisplay(config: DisplayConfig, env: HardwareEnv): Promise<Display> {
  const row = rowOf(config.part);
  if (row.kind !== 'display') throw new HardwareError('unknown-part', config.part);
  const driver = await PANEL_DRIVERS[row.driver](config, env, row.batch ?? 'since-2023');
  return new PolicyDisplay(DISPLAY_PROFILES[row.profile], driver, env);
}

type OpenPanel = (
  config: DisplayConfig,
  env: HardwareEnv,
  batch: PanelBatch,
) => Promise<PanelDriver>;

/** Drivers load when a configuration names them: a truck with e-ink never loads the others. */
const PANEL_DRIVERS: Readonly<Record<DisplayDriver, OpenPanel>> = {
  png: async (config) => {
    const { PngPanel } = await import('./displays/png.ts');
    return new PngPanel(required(config.path, config.part, 'path'));
  },
  web: async (_config, env) => {
    const { WebPanel } = await import('./displays/web.ts');
    return new WebPanel(env);
  },
  fb: async (config) => {
    const { FbPanel } = await import('./displays/fb.ts');
    return new FbPanel(config.framebuffer ?? {});
  },
  'epd-uc8179': async (config, env, batch) => {
    const { Uc8179Panel } = await import('./epd/uc8179.ts');
    return new Uc8179Panel(await openEpdBus(config, env), env, batch);
  },
};

async function openEpdBus(config: DisplayConfig, env: HardwareEnv): Promise<EpdBus> {
  if (config.path?.startsWith(EMULATOR_PREFIX)) {
    const bus = env.emulators?.epdBuses?.[config.path.slice(EMULATOR_PREFIX.length)];
    return required(bus, config.path, 'env.emulators.epdBuses');
  }
  const { LinuxEpdBus } = await import('./epd/linux-epd-bus.ts');
  return new LinuxEpdBus(config.wiring ?? {}, loadNative);
}

/** The receiver of a configuration. Throws HardwareError `unknown-part`, `missing-setting`. */
export async function openGnss(config: GnssConfig, env: HardwareEnv): Promise<GnssReceiver> {
  const row = rowOf(config.part);
  if (row.kind !== 'gnss') throw new HardwareError('unknown-part', config.part);
  if (row.driver === 'fixed') {
    const { FixedReceiver } = await import('./gnss/fixed.ts');
    return new FixedReceiver(required(config.position, config.part, 'position'), env);
  }
  if (row.driver === 'replay') {
    const { ReplayReceiver } = await import('./gnss/replay.ts');
    return new ReplayReceiver(required(config.replay, config.part, 'replay'), env);
  }
  const { NmeaSerialReceiver } = await import('./gnss/nmea-serial.ts');
  const profile = RECEIVER_PROFILES[row.profile ?? 'generic'];
  const port = await openPort(
    required(config.path, config.part, 'path'),
    profile.baudRates[0],
    env,
  );
  return new NmeaSerialReceiver(port, env, profile, config.pivotMs);
}

/** A line by its path: a real one, or one of the simulation. */
async function openPort(path: string, baudRate: number, env: HardwareEnv): Promise<BytePort> {
  if (path.startsWith(EMULATOR_PREFIX)) {
    const port = env.emulators?.ports?.[path.slice(EMULATOR_PREFIX.length)];
    return required(port, path, 'env.emulators.ports');
  }
  const { SerialBytePort } = await import('./serial/serial-port.ts');
  return new SerialBytePort({ path, baudRate }, env.timers);
}

function rowOf(part: string): CatalogueRow {
  const row = Object.hasOwn(CATALOGUE, part) ? CATALOGUE[part] : undefined;
  if (row === undefined) throw new HardwareError('unknown-part', part);
  return row;
}

function required<Value>(value: Value | undefined, part: string, setting: string): Value {
  if (value === undefined) throw new HardwareError('missing-setting', `${part}: ${setting}`);
  return value;
}
