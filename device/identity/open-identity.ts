import { join } from 'node:path';
import { CodedError } from '../../protocols/errors.ts';
import { parseCodeHost } from '../../protocols/scan-code/link.ts';
import type { DeviceConfig } from '../config.ts';
import type { DeviceEnv } from '../environment.ts';
import { type Foundation, files } from '../foundation.ts';
import { type Credentials, loadCredentials, readGrant } from './credentials.ts';
import { certificateRequest } from './csr.ts';
import { Enrolment } from './enrolment.ts';
import { type AskGateway, httpsAsk } from './enrolment-client.ts';
import { readFleetCa } from './fleet-ca.ts';

export interface IdentitySetup {
  readonly config: DeviceConfig;
  readonly env: DeviceEnv;
  readonly base: Foundation;
  /** Absent: over HTTPS, trusting the fleet CA alone. */
  readonly ask: AskGateway | undefined;
  onGranted(credentials: Credentials): void;
  onCodeChanged(): void;
}

/** What the unit is: enrolled, or on its way there. */
export type OpenedIdentity =
  | { readonly enrolled: true; readonly credentials: Credentials }
  | { readonly enrolled: false; readonly enrolment: Enrolment };

async function askGateway(config: DeviceConfig, trustedMs: () => number | null) {
  const fleetCaPem = await readFleetCa(config.fleetCaFile);
  return httpsAsk(config.gatewayUrl, { fleetCaPem, trustedMs });
}

/** The credentials on disk, or an enrolment that has yet to be started. */
export async function openIdentity(setup: IdentitySetup): Promise<OpenedIdentity> {
  const { config, env, base } = setup;
  const { serial, allowHttpCodes, dataDir, codeAddress } = config;
  const expected = { serial, allowHttpCodes, tlsKey: base.tlsKey };
  const path = join(dataDir, files.grant);
  const kept = await loadCredentials(path, expected);
  if (kept?.ok === true) return { enrolled: true, credentials: kept.credentials };
  if (kept !== null) env.log.warn({ reason: kept.reason }, 'the kept grant is of no use');
  const host = parseCodeHost(codeAddress, allowHttpCodes);
  if (!host.ok) throw new CodedError('bad-config', host.message);
  const trustedMs = () => base.clock.now()?.ms ?? null;
  const enrolment = new Enrolment({
    serial,
    signer: base.signer,
    csr: await certificateRequest(serial, base.tlsKey),
    codeHost: host.codeHost,
    path,
    ask: setup.ask ?? (await askGateway(config, trustedMs)),
    env,
    check: (grant) => readGrant(grant, expected),
    trustedMs,
    onGranted: setup.onGranted,
    onCodeChanged: setup.onCodeChanged,
  });
  return { enrolled: false, enrolment };
}
