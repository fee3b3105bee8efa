import { mkdir } from 'node:fs/promises';
import type { Emulators } from '../hardware/environment.ts';
import { selfTest } from '../hardware/open.ts';
import { partsEnv } from './agent-standing.ts';
import { openCabParts } from './cab/open-cab.ts';
import { openUnitDisplay } from './code/open-code-screen.ts';
import type { DeviceConfig } from './config.ts';
import type { DeviceEnv } from './environment.ts';
import { openReceiver } from './position/open-receiver.ts';

/**
 * Runs each part of the configuration once, for a technician. The unit itself must not run at the
 * same time: it holds the parts. Throws as the parts do when the configuration names none.
 */
export async function testParts(config: DeviceConfig, env: DeviceEnv, emulators?: Emulators) {
  await mkdir(config.dataDir, { recursive: true });
  const parts = emulators === undefined ? {} : { emulators };
  const hardwareEnv = await partsEnv(config, env, parts, () => null);
  const { panel, modem } = await openCabParts(config, hardwareEnv);
  const display = await openUnitDisplay(config, hardwareEnv);
  const gnss = await openReceiver(config, hardwareEnv);
  return await selfTest({ display, gnss, panel, modem }, env.timers);
}
