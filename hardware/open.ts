import type { BytePort } from './byte-port.ts';
import { CATALOGUE } from './catalogue.ts';
import type { Display } from './display.ts';
import { DISPLAY_PROFILES } from './display-profiles.ts';
import { PolicyDisplay } from './displays/policy-display.ts';
import type { HardwareEnv } from './environment.ts';
import { HardwareError } from './errors.ts';
import type { FixedPosition } from './gnss/fixed.ts';
import { RECEIVER_PROFILES } from './gnss/profiles.ts';
import type { ReplaySettings } from './gnss/replay.ts';
import type { GnssReceiver } from './gnss.ts';

/** The face of this folder: policy code imports values from here only, drivers never. */
export { systemTimers } from './environment.ts';
export { frameHash } from './frame-hash.ts';
export { encodePng } from './png-image.ts';

const EMULATOR_PREFIX = 'emulator:';

export interface DisplayConfig {
  /** A display row of the catalogue. */
  readonly part: string;
  /** `png`: file written at every refresh. */
  readonly path?: string;
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
  const profile = DISPLAY_PROFILES[row.profile];
  if (row.driver === 'web') {
    const { WebPanel } = await import('./displays/web.ts');
    return new PolicyDisplay(profile, new WebPanel(env), env);
  }
  const { PngPanel } = await import('./displays/png.ts');
  const panel = new PngPanel(required(config.path, config.part, 'path'));
  return new PolicyDisplay(profile, panel, env);
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

type CatalogueRow = (typeof CATALOGUE)[keyof typeof CATALOGUE];

function rowOf(part: string): CatalogueRow {
  const row = Object.hasOwn(CATALOGUE, part)
    ? CATALOGUE[part as keyof typeof CATALOGUE]
    : undefined;
  if (row === undefined) throw new HardwareError('unknown-part', part);
  return row;
}

function required<Value>(value: Value | undefined, part: string, setting: string): Value {
  if (value === undefined) throw new HardwareError('missing-setting', `${part}: ${setting}`);
  return value;
}
