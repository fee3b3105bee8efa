import type { HardwareEnv } from './environment.ts';
import type { FixedPosition } from './gnss/fixed.ts';
import { RECEIVER_PROFILES } from './gnss/profiles.ts';
import type { ReplaySettings } from './gnss/replay.ts';
import type { GnssReceiver } from './gnss.ts';
import { openPort, required, rowOf } from './opening.ts';
import type { TcpSettings } from './serial/tcp-port.ts';

const GPSD: TcpSettings = { host: '127.0.0.1', port: 2947 };

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
  /** `gpsd`: where it listens; default this machine's port 2947. */
  readonly gpsd?: TcpSettings;
}

/** The receiver of a configuration. Throws HardwareError `unknown-part`, `missing-setting`. */
export async function openGnss(config: GnssConfig, env: HardwareEnv): Promise<GnssReceiver> {
  const row = rowOf(config.part, 'gnss');
  if (row.driver === 'fixed') {
    const { FixedReceiver } = await import('./gnss/fixed.ts');
    return new FixedReceiver(required(config.position, config.part, 'position'), env);
  }
  if (row.driver === 'replay') {
    const { ReplayReceiver } = await import('./gnss/replay.ts');
    return new ReplayReceiver(required(config.replay, config.part, 'replay'), env);
  }
  if (row.driver === 'gpsd') {
    const { GpsdReceiver } = await import('./gnss/gpsd.ts');
    const { TcpBytePort } = await import('./serial/tcp-port.ts');
    return new GpsdReceiver(new TcpBytePort(config.gpsd ?? GPSD, env.timers), env);
  }
  const { NmeaSerialReceiver } = await import('./gnss/nmea-serial.ts');
  const profile = RECEIVER_PROFILES[row.profile ?? 'generic'];
  const path = required(config.path, config.part, 'path');
  const port = await openPort({ path, baudRate: profile.baudRates[0] }, env);
  return new NmeaSerialReceiver(port, env, profile, config.pivotMs);
}
