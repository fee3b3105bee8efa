import { join } from 'node:path';
import type { DeviceConfig } from '../config.ts';
import type { DeviceEnv } from '../environment.ts';
import { type Foundation, files } from '../foundation.ts';
import { type Credentials, readGrant } from './credentials.ts';
import { certificateRequest } from './csr.ts';
import { readFleetCa } from './fleet-ca.ts';
import { Renewal } from './renewal.ts';
import { type AskRenewal, httpsRenewal } from './renewal-client.ts';

export interface RenewalSetup {
  readonly config: DeviceConfig;
  readonly env: DeviceEnv;
  readonly base: Foundation;
  readonly credentials: Credentials;
  /** Absent: over HTTPS, trusting the fleet CA alone. */
  readonly ask: AskRenewal | undefined;
  onRenewed(credentials: Credentials): void;
}

/** The CA of the image may be older than the grant's: both vouch for the gateway. */
async function askGateway({ config, base, credentials }: RenewalSetup): Promise<AskRenewal> {
  const ofImage = await readFleetCa(config.fleetCaFile);
  const fleetCaPem = `${ofImage}\n${credentials.grant.fleetCaPem}`;
  return httpsRenewal(config.gatewayUrl, {
    fleetCaPem,
    trustedMs: () => base.clock.now()?.ms ?? null,
  });
}

/** Keeps the certificate of an enrolled unit young; not started yet. */
export async function openRenewal(setup: RenewalSetup): Promise<Renewal> {
  const { config, env, base, credentials, onRenewed } = setup;
  const { serial, allowHttpCodes, dataDir } = config;
  const expected = { serial, allowHttpCodes, tlsKey: base.tlsKey };
  return new Renewal({
    serial,
    signer: base.signer,
    csr: () => certificateRequest(serial, base.tlsKey),
    path: join(dataDir, files.grant),
    ask: setup.ask ?? (await askGateway(setup)),
    env,
    credentials,
    check: (grant) => readGrant(grant, expected),
    trustedMs: () => base.clock.now()?.ms ?? null,
    onRenewed,
  });
}
