import type { FastifyInstance } from 'fastify';
import type { Store } from '../../protocols/store/store.ts';
import type { Core } from '../core.ts';
import type { GatewayEnv } from '../environment.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { DesiredConfig } from '../live/desired-config.ts';
import type { VehicleDirectory } from '../parts.ts';
import { ReportedConfig } from './reported.ts';
import { registerConfigurationRoutes } from './routes.ts';
import { SettingBook } from './setting-book.ts';

export interface ConfigurationDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly core: Core;
  readonly directory: VehicleDirectory;
  readonly offlineAfterS: number;
}

export interface Configuration {
  readonly settings: SettingBook;
  readonly reported: ReportedConfig;
  readonly desired: DesiredConfig;
  registerAdminRoutes(app: FastifyInstance): void;
}

/** Starts what was set, what units say, and what they are told, in this order. */
export async function startConfiguration(
  life: Lifecycle,
  { store, env, core, directory, offlineAfterS }: ConfigurationDeps,
): Promise<Configuration> {
  const { registry, live, ingest: feed } = core;
  const settings = new SettingBook({ store, env, directory });
  await life.start({ name: 'settings', start: () => settings.start(), stop: () => undefined });
  const reported = new ReportedConfig({ store, feed, env });
  await life.start({
    name: 'reported configuration',
    start: () => reported.start(),
    stop: () => reported.stop(),
  });
  const desired = new DesiredConfig({
    ...{ store, registry, directory, settings, live, offlineAfterS, log: env.log },
    nowMs: () => env.nowMs(),
  });
  await life.start({
    name: 'desired configuration',
    start: () => desired.start(),
    stop: () => undefined,
  });
  return {
    ...{ settings, reported, desired },
    registerAdminRoutes: (app) =>
      registerConfigurationRoutes(app, { registry, settings, reported, desired }),
  };
}
