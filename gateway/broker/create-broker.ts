import type { GatewayConfig } from '../config.ts';
import type { GatewaySecrets } from '../secrets/gateway-secrets.ts';
import type { BrokerDeps, UnitBroker } from './broker.ts';
import { EmbeddedBroker } from './embedded-broker.ts';

export interface CreateBrokerDeps extends BrokerDeps {
  readonly config: GatewayConfig;
  readonly secrets: GatewaySecrets;
  /** Serial of the unit that may use this certificate (SHA-256, hexadecimal); null: none. */
  readonly serialOf: (fingerprint: string) => string | null;
}

/** The broker that the configuration names; nothing happens before `start`. */
export function createBroker({ config, secrets, ...deps }: CreateBrokerDeps): UnitBroker {
  const at = { host: config.mqttHost, port: config.mqttPort, setting: 'mqttPort' };
  return new EmbeddedBroker({ ...deps, at, ticketKeys: secrets.ticketKeys });
}
