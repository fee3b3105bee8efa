import { join } from 'node:path';
import type { Store } from '../protocols/store/store.ts';
import type { OpenAuthority } from './authority/authority.ts';
import { openFleetAuthority } from './authority/fleet-authority.ts';
import { ServerCertificates } from './authority/server-certificate.ts';
import { TlsIdentity } from './authority/tls-identity.ts';
import { externalAddresses } from './broker/external-config.ts';
import { checkGatewayConfig, type GatewayConfig, testListenerOf } from './config.ts';
import { createCore } from './core.ts';
import { Enrolment } from './enrolment/enrolment.ts';
import type { GatewayEnv } from './environment.ts';
import { startFeatures } from './features.ts';
import { fleetUrlOf, startFleetApi } from './fleet-api/start.ts';
import { Lifecycle } from './lifecycle.ts';
import { systemTimers } from './link/timers.ts';
import { adminHost, type Ports, startListeners } from './listeners.ts';
import { startProvisioning } from './provisioning.ts';
import { type GatewaySecrets, openSecrets } from './secrets/gateway-secrets.ts';
import { openGatewayStore } from './store/open.ts';

/** Where a running gateway answers, with the ports it got. */
export interface GatewayAddresses {
  readonly httpUrl: string;
  readonly unitsUrl: string;
  readonly mqttUrl: string;
  readonly adminUrl: string;
  /** Where the server asks about units. */
  readonly fleetUrl: string;
  /** HOST:PORT; null when there is none. */
  readonly testListener: string | null;
  /** The certificate that units pin. */
  readonly fleetCaFile: string;
}

export interface Gateway {
  /** @throws CodedError 'bad-config', 'port-taken', 'store-in-use' */
  start(): Promise<GatewayAddresses>;
  /** Stops in the reverse order of the start; everything that was acknowledged is in the store. */
  stop(): Promise<void>;
}

const healthMsMax = 2000;

/** A name that others reach: what listens everywhere is known by its first TLS name. */
function reachable(host: string, { tlsNames }: GatewayConfig): string {
  return host === '0.0.0.0' || host === '::' ? (tlsNames[0] ?? host) : host;
}

/** Whether the store answers, in time. */
function storeHealth(store: Store): Promise<readonly string[]> {
  const late = new Promise<readonly string[]>((resolve) => {
    setTimeout(() => resolve(['store-slow']), healthMsMax).unref();
  });
  const asked = store.get('SELECT 1').then(
    () => [],
    () => ['store-failing'],
  );
  return Promise.race([asked, late]);
}

/** Where units find a broker. */
function brokersOf(config: GatewayConfig, ports: Ports): readonly string[] {
  if (config.broker === 'external') return externalAddresses(config);
  return [`mqtts://${reachable(config.mqttHost, config)}:${ports.mqtt}`];
}

function grantBasis(config: GatewayConfig, { downKey }: GatewaySecrets, ports: Ports) {
  const publicKey = Buffer.from(downKey.signer.publicKey).toString('base64url');
  return {
    brokers: brokersOf(config, ports),
    gatewayKeys: [{ keyId: downKey.keyId, publicKey }],
    codeAddress: config.codeAddress,
    releaseKey: config.releaseKey || undefined,
  };
}

function addressesOf(config: GatewayConfig, ports: Ports, fleetCaFile: string): GatewayAddresses {
  const test = testListenerOf(config);
  return {
    httpUrl: `http://${reachable(config.httpHost, config)}:${ports.http}`,
    unitsUrl: `https://${reachable(config.unitsHost, config)}:${ports.units}`,
    mqttUrl: brokersOf(config, ports)[0] ?? '',
    adminUrl: `http://${adminHost}:${ports.admin}`,
    fleetUrl: fleetUrlOf(config, ports.fleet),
    testListener: test === null ? null : `${test.host}:${ports.test}`,
    fleetCaFile,
  };
}

/** What images bring to units; nothing of it is secret. */
function imageBasis(config: GatewayConfig, { units }: Ports) {
  const { codeAddress, allowHttpCodes } = config;
  const gatewayUrl = `https://${reachable(config.unitsHost, config)}:${units}`;
  return { v: 1, device: { gatewayUrl, codeAddress, allowHttpCodes } } as const;
}

/** The whole gateway in one process. Made by `createGateway`. */
class FleetGateway implements Gateway {
  readonly #config: GatewayConfig;
  readonly #env: GatewayEnv;
  readonly #openAuthority: OpenAuthority;
  readonly #life = new Lifecycle();

  constructor(config: GatewayConfig, env: GatewayEnv, openAuthority: OpenAuthority) {
    this.#config = config;
    this.#env = env;
    this.#openAuthority = openAuthority;
  }

  async start(): Promise<GatewayAddresses> {
    const config = this.#config;
    const env = this.#env;
    checkGatewayConfig(config);
    const secrets = openSecrets(config.dataDir, env);
    const fleetCaFile = join(config.dataDir, 'fleet-ca.pem');
    const authority = await this.#openAuthority(secrets.folder, fleetCaFile, env);
    const store = await openGatewayStore(config.storeUrl || join(config.dataDir, 'gateway.sqlite'));
    await this.#life.start({ name: 'store', start: () => undefined, stop: () => store.close() });
    const { log } = env;
    const file = join(secrets.folder, 'server-certificate.json');
    const certificates = new ServerCertificates({ authority, names: config.tlsNames, file, env });
    const tls = new TlsIdentity({ authority, certificates, timers: systemTimers, log });
    await this.#life.start({ name: 'TLS', start: () => tls.start(), stop: () => tls.stop() });
    const core = createCore({ config, store, env, secrets, authority });
    await this.#life.start({
      name: 'core',
      start: () => core.load(),
      stop: () => core.clones.stop(),
    });
    const ports: Ports = { http: 0, units: 0, mqtt: 0, admin: 0, fleet: 0, test: 0 };
    const basis = () => grantBasis(config, secrets, ports);
    const image = () => ({ ...imageBasis(config, ports), fleetCaPem: authority.caPem });
    const { registry } = core;
    const enrolment = new Enrolment({ store, registry, authority, env, grantBasis: basis });
    const provisioning = await startProvisioning(this.#life, {
      ...{ config, env, store, core, authority, tls, image },
      grantBasis: basis,
    });
    const features = await startFeatures(this.#life, { config, env, store, core });
    await startListeners(
      this.#life,
      {
        config,
        env,
        store,
        core,
        enrolment,
        tls,
        adminToken: secrets.adminToken,
        health: async () => [...(await storeHealth(store)), ...core.broker.problems()],
        features,
        provisioning,
      },
      ports,
    );
    const health = () => storeHealth(store);
    const fleet = { config, env, store, core, enrolment, tls, health, features, provisioning };
    await startFleetApi(this.#life, { ...fleet, image }, ports);
    return addressesOf(config, ports, fleetCaFile);
  }

  stop(): Promise<void> {
    return this.#life.stop();
  }
}

/**
 * Builds without starting: nothing is opened before `start`.
 * @param openAuthority who issues certificates; by default the gateway's own fleet CA
 */
export function createGateway(
  config: GatewayConfig,
  env: GatewayEnv,
  openAuthority: OpenAuthority = openFleetAuthority,
): Gateway {
  return new FleetGateway(config, env, openAuthority);
}
