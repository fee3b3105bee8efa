import { join } from 'node:path';
import type { CertificateAuthority } from '../authority/authority.ts';
import { ServerCertificates } from '../authority/server-certificate.ts';
import type { GatewayConfig } from '../config.ts';
import type { GatewayEnv } from '../environment.ts';
import { systemTimers } from '../link/timers.ts';
import type { GatewaySecrets } from '../secrets/gateway-secrets.ts';
import type { BrokerDeps, UnitBroker } from './broker.ts';
import { type BrokerFilesDeps, certificateFiles, writeBrokerFiles } from './broker-files.ts';
import { type IdentitySource, identityByAuthority, identityInFiles } from './client-identity.ts';
import { EmbeddedBroker } from './embedded-broker.ts';
import { ExternalBroker } from './external-broker.ts';
import { brokerNames } from './external-config.ts';
import { reloadBroker } from './reload.ts';
import { takeOverBy } from './take-over.ts';

export interface CreateBrokerDeps extends BrokerDeps {
  readonly config: GatewayConfig;
  readonly secrets: GatewaySecrets;
  readonly authority: CertificateAuthority;
  readonly files: BrokerFilesDeps;
  /** Serial of the unit that may use this certificate (SHA-256, hexadecimal); null: none. */
  readonly serialOf: (fingerprint: string) => string | null;
  /** Whether this unit may hold a session. */
  readonly mayHold: (serial: string) => boolean;
}

/** The gateway's list of revoked certificates. */
export function revokedFileOf({ dataDir }: GatewayConfig): string {
  return join(dataDir, 'revoked.pem');
}

/** What a broker outside needs of the fleet's certificates. */
export function brokerFilesOf(
  config: GatewayConfig,
  secrets: GatewaySecrets,
  authority: CertificateAuthority,
  env: GatewayEnv,
): BrokerFilesDeps {
  const file = join(secrets.folder, 'broker-certificate.json');
  const certificates = new ServerCertificates({
    ...{ authority, file, env },
    names: brokerNames(config),
  });
  return { authority, certificates, revokedFile: revokedFileOf(config) };
}

function identityOf({ config, authority, env }: CreateBrokerDeps): IdentitySource {
  const { brokerCertificateFile, brokerKeyFile, brokerCaFile, brokerName } = config;
  return brokerCertificateFile === ''
    ? identityByAuthority(brokerName, authority, env)
    : identityInFiles(brokerCertificateFile, brokerKeyFile, brokerCaFile);
}

function external(deps: CreateBrokerDeps): ExternalBroker {
  const { config, secrets, authority, files } = deps;
  const { brokerFolder, brokerReload, brokerPidFile } = config;
  return new ExternalBroker({
    ...deps,
    url: config.brokerUrl,
    name: config.brokerName,
    shareGroup: config.brokerShareGroup || secrets.shareGroup,
    identity: identityOf(deps),
    takeOver: takeOverBy(authority),
    refresh: async () => {
      if (brokerFolder !== '') await writeBrokerFiles(brokerFolder, await certificateFiles(files));
      await reloadBroker({ command: brokerReload, pidFile: brokerPidFile });
    },
    timers: systemTimers,
  });
}

/** The broker that the configuration names; nothing happens before `start`. */
export function createBroker(deps: CreateBrokerDeps): UnitBroker {
  const { config, secrets } = deps;
  if (config.broker === 'external') return external(deps);
  const at = { host: config.mqttHost, port: config.mqttPort, setting: 'mqttPort' };
  return new EmbeddedBroker({ ...deps, at, ticketKeys: secrets.ticketKeys });
}
