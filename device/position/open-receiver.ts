import type { HardwareEnv } from '../../hardware/environment.ts';
import type { GnssReceiver } from '../../hardware/gnss.ts';
import { openGnss } from '../../hardware/open.ts';
import { type DeviceConfig, fixedPosition } from '../config.ts';

/** The receiver of the configuration. */
export function openReceiver(config: DeviceConfig, env: HardwareEnv): Promise<GnssReceiver> {
  const { gnss: part, gnssPath: path } = config;
  if (part === 'fixed') return openGnss({ part, position: fixedPosition(config) }, env);
  if (part === 'replay') return openGnss({ part, replay: { log: path, loop: true } }, env);
  return openGnss({ part, ...(path === '' ? {} : { path }) }, env);
}
