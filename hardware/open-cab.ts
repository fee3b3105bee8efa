import type { ControlPanel } from './control-panel.ts';
import type { HardwareEnv } from './environment.ts';
import type { Modem } from './modem.ts';
import { loadNative } from './native.ts';
import { openPort, required, rowOf } from './opening.ts';
import type { EvdevSettings } from './panel/evdev.ts';
import type { PanelWiring } from './panel/wiring.ts';
import { NO_WATCHDOG, type Watchdog } from './watchdog.ts';

/** StandardFirmata's speed. */
const FIRMATA_BAUD_RATE = 57_600;
/** The board is asked for its version twice a second: this much silence is a dead line. */
const FIRMATA_SILENCE_MS_MAX = 5000;
const MODEM_BAUD_RATE = 115_200;

export interface ControlPanelConfig {
  /** A control panel row of the catalogue. */
  readonly part: string;
  /** `firmata`: serial path, best by-id, or `emulator:<name>`. */
  readonly path?: string;
  /** `firmata`: other pins than the standard ones. */
  readonly wiring?: PanelWiring;
  /** `evdev`: device and lamps. */
  readonly evdev?: EvdevSettings;
}

export interface ModemConfig {
  /** A modem row of the catalogue. */
  readonly part: string;
  /** The AT port, best by-id, or `emulator:<name>`. */
  readonly path?: string;
}

/** The control panel of a configuration; null: none is fitted. Throws as `openDisplay`. */
export async function openControlPanel(
  config: ControlPanelConfig,
  env: HardwareEnv,
): Promise<ControlPanel | null> {
  const row = rowOf(config.part, 'control-panel');
  if (row.driver === 'none') return null;
  if (row.driver === 'evdev') {
    const { EvdevPanel } = await import('./panel/evdev.ts');
    return new EvdevPanel(required(config.evdev, config.part, 'evdev'), env.timers);
  }
  const { FirmataPanel } = await import('./panel/firmata-panel.ts');
  const { PANEL_WIRING } = await import('./panel/wiring.ts');
  const path = required(config.path, config.part, 'path');
  const settings = { path, baudRate: FIRMATA_BAUD_RATE, silenceMsMax: FIRMATA_SILENCE_MS_MAX };
  const port = await openPort(settings, env);
  return new FirmataPanel(port, config.wiring ?? PANEL_WIRING, env.timers);
}

/** The modem of a configuration; null: none is fitted. Throws as `openDisplay`. */
export async function openModem(config: ModemConfig, env: HardwareEnv): Promise<Modem | null> {
  const row = rowOf(config.part, 'modem');
  if (row.driver === 'none') return null;
  const { AtSerialModem } = await import('./modem/at-serial.ts');
  const path = required(config.path, config.part, 'path');
  return new AtSerialModem(await openPort({ path, baudRate: MODEM_BAUD_RATE }, env), env.timers);
}

/**
 * systemd's watchdog when it named a socket (`NOTIFY_SOCKET`), else nobody. Rejects with
 * HardwareError `no-native-calls` when a socket is named and koffi is missing.
 */
export async function openWatchdog(notifySocket: string | undefined): Promise<Watchdog> {
  if (notifySocket === undefined || notifySocket === '') return NO_WATCHDOG;
  const { SystemdWatchdog } = await import('./watchdog/systemd.ts');
  return new SystemdWatchdog(notifySocket, await loadNative());
}
