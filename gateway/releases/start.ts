import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { CodedError } from '../../protocols/errors.ts';
import { publicKeyFromRaw } from '../../protocols/signed/ed25519.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayConfig } from '../config.ts';
import type { Core } from '../core.ts';
import type { GatewayEnv } from '../environment.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { systemTimers } from '../link/timers.ts';
import type { VehicleFinder } from '../parts.ts';
import { DeployKey } from './deploy-key.ts';
import { registerDownloadRoute } from './downloads.ts';
import { ReleaseDesk } from './release-desk.ts';
import type { ReleaseRow } from './release-table.ts';
import { registerReleaseRoutes } from './routes.ts';

export interface ReleasesDeps {
  readonly config: GatewayConfig;
  readonly env: GatewayEnv;
  readonly store: Store;
  readonly core: Core;
  readonly vehicles: VehicleFinder;
  readonly events: EventLog;
}

export interface Releases {
  registerUnitRoutes(app: FastifyInstance): void;
  registerAdminRoutes(app: FastifyInstance): void;
}

/** The offline key's public half; null: none was given. Throws CodedError `bad-config`. */
export function releaseKeyOf({ releaseKey }: Pick<GatewayConfig, 'releaseKey'>) {
  if (releaseKey === '') return null;
  const key = publicKeyFromRaw(Buffer.from(releaseKey, 'base64url'));
  if (key === null) throw new CodedError('bad-config', 'gateway.releaseKey is no Ed25519 key');
  return key;
}

/** Starts the desk of releases and what it tells units and people. */
export async function startReleases(life: Lifecycle, deps: ReleasesDeps): Promise<Releases> {
  const { config, env, store, core, vehicles, events } = deps;
  const { registry, live, ingest: feed } = core;
  const releaseKey = releaseKeyOf(config);
  const folder = join(config.dataDir, 'releases');
  const deployKey = new DeployKey(store, env, join(config.dataDir, 'secrets'));
  const onStopped = ({ releaseId, version, stateReason }: ReleaseRow) => {
    env.log.error({ version, reason: stateReason }, 'a roll-out stopped itself');
    const body = { alert: 'release-stopped', releaseId, version, reason: stateReason };
    store
      .write((tx) =>
        events.append(tx, [{ type: 'alert-opened', subject: `release ${version}`, body }]),
      )
      .then(() => events.announce())
      .catch((error: Error) => env.log.error({ reason: error.message }, 'alert not kept'));
  };
  const desk = new ReleaseDesk({
    ...{ store, env, timers: systemTimers, registry, live, feed, deployKey, releaseKey, folder },
    organisationOf: (vehicleId) => vehicles.organisationOf(vehicleId),
    onStopped,
  });
  await life.start({ name: 'releases', start: () => desk.start(), stop: () => desk.stop() });
  const bytesPerS = config.releaseBytesPerS;
  return {
    registerUnitRoutes: (app) =>
      registerDownloadRoute(app, { desk, registry, timers: systemTimers, folder, bytesPerS }),
    registerAdminRoutes: (app) =>
      registerReleaseRoutes(app, { desk, deployKey, releaseKey, folder }),
  };
}
