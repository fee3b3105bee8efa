import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { jsonContract } from '../protocols/contracts/route-contract.ts';
import { type UnitImage, unitImage } from '../protocols/http/fleet-bodies.ts';
import { momentMs } from '../protocols/http/json-parts.ts';
import type { Store } from '../protocols/store/store.ts';
import { registerLifeRoutes } from './admin/life-routes.ts';
import type { RotatingAuthority } from './authority/authority.ts';
import { RevocationList } from './authority/revocation-list.ts';
import { registerAuthorityRoutes } from './authority/routes.ts';
import type { TlsIdentity } from './authority/tls-identity.ts';
import { revokedFileOf } from './broker/create-broker.ts';
import { brokerPort } from './broker/external-config.ts';
import { registerMosquittoRoute } from './broker/mosquitto/routes.ts';
import { CommandDesk } from './commands/command-desk.ts';
import { registerCommandRoutes } from './commands/routes.ts';
import type { GatewayConfig } from './config.ts';
import type { Core } from './core.ts';
import type { GrantBasis } from './enrolment/enrolment.ts';
import { Renewal } from './enrolment/renewal.ts';
import { registerRenewalRoute } from './enrolment/routes.ts';
import type { GatewayEnv } from './environment.ts';
import type { Lifecycle } from './lifecycle.ts';
import { systemTimers } from './link/timers.ts';
import { cloneAlerts } from './live/clone-table.ts';
import type { VehicleFinder } from './parts.ts';
import { TrainingEnd } from './registry/training-end.ts';

const imageContract = jsonContract('what an image or USB stick brings to a unit, nothing secret', {
  answer: unitImage,
});

const clonesContract = jsonContract('signs of a second device with the key of a unit', {
  answer: Type.Array(
    Type.Object({
      serial: Type.String(),
      sign: Type.String(),
      firstAtMs: momentMs,
      lastAtMs: momentMs,
      times: Type.Integer(),
      detail: Type.String(),
    }),
  ),
});

export interface ProvisioningDeps {
  readonly config: GatewayConfig;
  readonly env: GatewayEnv;
  readonly store: Store;
  readonly core: Core;
  readonly authority: RotatingAuthority;
  readonly tls: TlsIdentity;
  readonly grantBasis: () => GrantBasis;
  /** What every image carries, but for the APN. */
  readonly image: () => Omit<UnitImage, 'apn'>;
}

/** What a unit goes through between two enrolments. */
export interface Provisioning {
  /** Routes of the units' listener. */
  registerUnitRoutes(app: FastifyInstance): void;
  /** Routes of the administration listener. */
  registerAdminRoutes(app: FastifyInstance, vehicles: VehicleFinder): void;
  readonly desk: CommandDesk;
}

/** Starts the list of revoked certificates, renewal, commands and the ends of training. */
export async function startProvisioning(
  life: Lifecycle,
  deps: ProvisioningDeps,
): Promise<Provisioning> {
  const { config, env, store, core, authority, tls, grantBasis } = deps;
  const { registry } = core;
  const renewal = new Renewal({ registry, authority, env, grantBasis });
  const list = new RevocationList({
    ...{ store, registry, authority, env },
    timers: systemTimers,
    file: revokedFileOf(config),
    onWritten: (asOfMonoMs) => core.broker.listWritten(asOfMonoMs),
  });
  await life.start({
    name: 'revoked certificates',
    start: () => list.start(),
    stop: () => list.stop(),
  });
  const desk = new CommandDesk({
    ...{ store, registry, live: core.live, feed: core.ingest, env },
    timers: systemTimers,
  });
  await life.start({ name: 'commands', start: () => desk.start(), stop: () => desk.stop() });
  const trainings = new TrainingEnd({ registry, env, timers: systemTimers });
  await life.start({
    name: 'ends of training',
    start: () => trainings.start(),
    stop: () => trainings.stop(),
  });
  return {
    registerUnitRoutes: (app) => registerRenewalRoute(app, renewal),
    desk,
    registerAdminRoutes: (app, vehicles) => {
      registerAuthorityRoutes(app, { authority, tls, list, store, env });
      registerMosquittoRoute(app, {
        ...core.brokerFiles,
        gatewayName: config.brokerName,
        port: brokerPort(config),
      });
      registerLifeRoutes(app, { registry, vehicles });
      registerCommandRoutes(app, { desk, store });
      app.get('/clones', { config: clonesContract }, () => cloneAlerts(store));
      app.get('/image', { config: imageContract }, () => ({ ...deps.image(), apn: '' }));
    },
  };
}
