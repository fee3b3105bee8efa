import type { HardwareEnv } from '../../hardware/environment.ts';
import { openControlPanel, openModem, PanelPower } from '../../hardware/open.ts';
import type { DeviceConfig } from '../config.ts';

function pathOf(path: string): { readonly path: string } | Record<string, never> {
  return path === '' ? {} : { path };
}

/** Control panel, modem and ignition of a configuration; null where none is fitted. */
export async function openCabParts(config: DeviceConfig, env: HardwareEnv) {
  const { panelPath } = config;
  const evdev = panelPath === '' ? {} : { evdev: { input: panelPath } };
  const panel = await openControlPanel({ part: config.panel, ...pathOf(panelPath), ...evdev }, env);
  const modem = await openModem({ part: config.modem, ...pathOf(config.modemPath) }, env);
  const power = panel === null ? null : new PanelPower(panel, config.holdUpS * 1000, env.timers);
  return { panel, modem, power };
}
