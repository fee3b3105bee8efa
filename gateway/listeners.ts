import type { FastifyInstance } from 'fastify';
import type { Store } from '../protocols/store/store.ts';
import { registerUnitRoutes } from './admin/unit-routes.ts';
import type { TlsIdentity } from './authority/tls-identity.ts';
import { TestListener } from './broker/test-listener.ts';
import { type GatewayConfig, testListenerOf } from './config.ts';
import type { Core } from './core.ts';
import type { Enrolment } from './enrolment/enrolment.ts';
import { registerEnrolmentCodeRoute, registerEnrolmentRoutes } from './enrolment/routes.ts';
import type { GatewayEnv } from './environment.ts';
import { codePathOf, type Features } from './features.ts';
import { createHttpApp, createUnitsApp, type Health } from './http/apps.ts';
import { requireBearer } from './http/bearer.ts';
import { registerContractRoutes } from './http/contract-routes.ts';
import { type ListenAt, listenApp } from './http/listen.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Provisioning } from './provisioning.ts';

/** Ports that were taken; 0 while something does not listen. */
export interface Ports {
  http: number;
  units: number;
  mqtt: number;
  admin: number;
  fleet: number;
  test: number;
}

export interface ListenerDeps {
  readonly config: GatewayConfig;
  readonly env: GatewayEnv;
  readonly store: Store;
  readonly core: Core;
  readonly enrolment: Enrolment;
  readonly tls: TlsIdentity;
  readonly adminToken: string;
  readonly health: Health;
  readonly features: Features;
  readonly provisioning: Provisioning;
}

/** Administration never leaves the machine. */
export const adminHost = '127.0.0.1';

export function listening(
  name: string,
  app: FastifyInstance,
  at: ListenAt,
  onPort: (port: number) => void,
) {
  return {
    name,
    start: async () => onPort(await listenApp(app, at)),
    stop: () => app.close(),
  };
}

/**
 * Opens the listeners one after the other: units first, then phones, then people. They close in
 * the reverse order, so that nobody is told something that cannot be kept.
 */
export async function startListeners(
  life: Lifecycle,
  deps: ListenerDeps,
  ports: Ports,
): Promise<void> {
  const { config, env, core, health } = deps;
  const { broker, ingest } = core;
  await life.start({ name: 'ingest', start: () => undefined, stop: () => ingest.stop() });
  await life.start({
    name: 'MQTT',
    start: async () => {
      ports.mqtt = await broker.start(deps.tls.material);
      deps.tls.onChanged((material) => broker.useTls(material));
    },
    stop: () => broker.stop(),
  });
  const units = createUnitsApp(env, health, deps.tls);
  registerEnrolmentRoutes(units, deps.enrolment);
  deps.provisioning.registerUnitRoutes(units);
  deps.features.registerUnitRoutes(units);
  const unitsAt = { host: config.unitsHost, port: config.unitsPort, setting: 'unitsPort' };
  await life.start(
    listening('units', units, unitsAt, (port) => Object.assign(ports, { units: port })),
  );
  const codes = createHttpApp(env, health);
  registerEnrolmentCodeRoute(codes, deps.enrolment, codePathOf(config), config.serverUrl);
  deps.features.registerCodeRoutes(codes);
  const codesAt = { host: config.httpHost, port: config.httpPort, setting: 'httpPort' };
  await life.start(
    listening('codes', codes, codesAt, (port) => Object.assign(ports, { http: port })),
  );
  const admin = createHttpApp(env, health);
  requireBearer(admin, deps.adminToken);
  const { registry, live } = core;
  registerUnitRoutes(admin, {
    ...{ store: deps.store, registry, enrolment: deps.enrolment, live },
    nowMs: () => env.nowMs(),
  });
  deps.features.registerAdminRoutes(admin);
  deps.provisioning.registerAdminRoutes(admin, deps.features.vehicles);
  registerContractRoutes(admin, [
    {
      name: 'codes',
      description: 'phones open codes',
      url: config.codeAddress,
      app: codes,
      scheme: null,
    },
    {
      name: 'units',
      description: 'units enrol, renew and fetch releases',
      url: 'https://127.0.0.1:8443',
      app: units,
      scheme: null,
    },
    {
      name: 'admin',
      description: 'commands, on loopback',
      url: 'http://127.0.0.1:8482',
      app: admin,
      scheme: 'adminToken',
    },
  ]);
  const adminAt = { host: adminHost, port: config.adminPort, setting: 'adminPort' };
  await life.start(
    listening('admin', admin, adminAt, (port) => Object.assign(ports, { admin: port })),
  );
  await startTestListener(life, config, env, ports);
}

async function startTestListener(
  life: Lifecycle,
  config: GatewayConfig,
  env: GatewayEnv,
  ports: Ports,
): Promise<void> {
  const at = testListenerOf(config);
  if (at === null) return;
  const listener = new TestListener(env);
  await life.start({
    name: 'test listener',
    start: async () => {
      ports.test = await listener.start(at);
    },
    stop: () => listener.stop(),
  });
}
