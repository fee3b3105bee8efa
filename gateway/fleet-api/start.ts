import type { Store } from '../../protocols/store/store.ts';
import type { TlsIdentity } from '../authority/tls-identity.ts';
import type { GatewayConfig } from '../config.ts';
import type { Core } from '../core.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import type { GatewayEnv } from '../environment.ts';
import type { Features } from '../features.ts';
import { createHttpApp, createUnitsApp, type Health } from '../http/apps.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { listening, type Ports } from '../listeners.ts';
import type { Provisioning } from '../provisioning.ts';
import type { FleetParts } from './parts.ts';
import { registerFleetRoutes } from './routes.ts';

const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1']);

/** Off loopback only https. wire.md, "Gateway ↔ server (HTTP)". */
function isPlain({ fleetHost }: GatewayConfig): boolean {
  return loopbackHosts.has(fleetHost);
}

/** Where the server finds the fleet API once it listens on `port`. */
export function fleetUrlOf(config: GatewayConfig, port: number): string {
  const { fleetHost, tlsNames } = config;
  const isEverywhere = fleetHost === '0.0.0.0' || fleetHost === '::';
  const name = isEverywhere ? (tlsNames[0] ?? fleetHost) : fleetHost;
  return `${isPlain(config) ? 'http' : 'https'}://${name}:${port}`;
}

export interface FleetApiDeps {
  readonly config: GatewayConfig;
  readonly env: GatewayEnv;
  readonly store: Store;
  readonly core: Core;
  readonly enrolment: Enrolment;
  readonly tls: TlsIdentity;
  readonly health: Health;
  readonly features: Features;
  readonly provisioning: Provisioning;
  readonly image: FleetParts['image'];
}

/** Opens the fleet API, last of all: whoever asks finds everything running. */
export async function startFleetApi(
  life: Lifecycle,
  { config, env, store, core, enrolment, tls, health, features, ...deps }: FleetApiDeps,
  ports: Ports,
): Promise<void> {
  const { registry, live } = core;
  const { vehicles, configuration, watch } = features;
  const { presence, proof } = watch;
  const app = isPlain(config) ? createHttpApp(env, health) : createUnitsApp(env, health, tls);
  const parts: FleetParts = {
    ...{ store, env, registry, enrolment, live, vehicles, presence, proof, configuration },
    ...{ desk: deps.provisioning.desk, image: deps.image },
  };
  registerFleetRoutes(app, parts, () => features.linkKey());
  const at = { host: config.fleetHost, port: config.fleetPort, setting: 'fleetPort' };
  await life.start(
    listening('fleet API', app, at, (port) => Object.assign(ports, { fleet: port })),
  );
}
