import type { DisplayDriver } from './catalogue.ts';
import type { Display } from './display.ts';
import { DISPLAY_PROFILES } from './display-profiles.ts';
import type { FramebufferSettings } from './displays/fb.ts';
import type { PanelDriver } from './displays/panel-driver.ts';
import { PolicyDisplay } from './displays/policy-display.ts';
import type { HardwareEnv } from './environment.ts';
import type { EpdBus } from './epd/epd-bus.ts';
import type { EpdWiring } from './epd/linux-epd-bus.ts';
import type { PanelBatch } from './epd/uc8179-tables.ts';
import { loadNative } from './native.ts';
import { emulatorName, required, rowOf } from './opening.ts';

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

/** The display of a configuration. Throws HardwareError `unknown-part`, `missing-setting`. */
export async function openDisplay(config: DisplayConfig, env: HardwareEnv): Promise<Display> {
  const row = rowOf(config.part, 'display');
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
  const emulated = emulatorName(config.path);
  if (emulated !== null) {
    return required(env.emulators?.epdBuses?.[emulated], emulated, 'env.emulators.epdBuses');
  }
  const { LinuxEpdBus } = await import('./epd/linux-epd-bus.ts');
  return new LinuxEpdBus(config.wiring ?? {}, loadNative);
}
