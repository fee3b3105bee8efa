import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateRequest } from '../../../device/identity/csr.ts';
import type { IssuedCertificate } from '../../../gateway/authority/authority.ts';
import { openFleetAuthority } from '../../../gateway/authority/fleet-authority.ts';
import { createGateway, type Gateway } from '../../../gateway/gateway.ts';
import { insertCertificate } from '../../../gateway/registry/certificates-table.ts';
import { insertKeySet, saveUnit } from '../../../gateway/registry/fleet-table.ts';
import { keyIdOf } from '../../../gateway/registry/key-id.ts';
import { registered } from '../../../gateway/registry/registry-change.ts';
import { openSecrets } from '../../../gateway/secrets/gateway-secrets.ts';
import { openGatewayStore } from '../../../gateway/store/open.ts';
import { matchKeyBytes } from '../../../protocols/scan-code/match.ts';
import type { Writer } from '../../../protocols/store/store.ts';
import { realEnv, testConfig } from '../../gateway/world.ts';
import { type FleetFile, serialOf, signerOf } from './bench-unit.ts';
import { cpuMs, memoryBytes, serve } from './child.ts';

/** Units of one transaction. */
const chunk = 250;

let gateway: Gateway | undefined;
/** A fleet of this size does not put every refused packet into memory. */
const env = { ...realEnv(), log: { ...realEnv().log, debug: () => undefined } };

/** The rows of one enrolled unit, as the registry writes them one change at a time. */
async function writeUnit(tx: Writer, index: number, issued: IssuedCertificate): Promise<void> {
  const [serial, nowMs] = [serialOf(index), env.nowMs()];
  const { publicKey } = signerOf(index);
  const given = { serial, model: 'M', role: 'tow-truck', vehicleId: null } as const;
  const unit = {
    ...registered(given),
    state: 'enrolled',
    unitId: index + 1,
    enrolment: 1,
  } as const;
  await saveUnit(tx, unit, nowMs);
  await insertKeySet(tx, {
    ...{ keyId: keyIdOf(publicKey), serial, enrolment: 1, publicKey: Buffer.from(publicKey) },
    ...{ matchKey: env.randomBytes(matchKeyBytes), validFromS: 0, validToS: null, revoked: 0 },
  });
  await insertCertificate(tx, { ...issued, serial, enrolment: 1, issuedAtMs: nowMs }, 1);
}

/** Enrols a fleet in large steps, and writes what its units need. One TLS key serves them all. */
async function enrolFleet({ dataDir, units }: { dataDir: string; units: number }): Promise<string> {
  const { folder } = openSecrets(dataDir, env);
  const authority = await openFleetAuthority(folder, join(dataDir, 'fleet-ca.pem'), env);
  const store = await openGatewayStore(join(dataDir, 'gateway.sqlite'), 0);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const request = await certificateRequest(serialOf(0), privateKey);
  const certificates: string[] = [];
  for (let first = 0; first < units; first += chunk) {
    const size = Math.min(chunk, units - first);
    const indexes = Array.from({ length: size }, (_, at) => first + at);
    const issued = await Promise.all(
      indexes.map((index) => authority.issueUnit(request, serialOf(index))),
    );
    await store.write(async (tx) => {
      for (const [at, certificate] of issued.entries())
        await writeUnit(tx, first + at, certificate);
    });
    certificates.push(...issued.map(({ pem }) => pem));
  }
  await store.close();
  const keyPem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const file = join(dataDir, 'fleet.json');
  const fleet: FleetFile = { caPem: authority.caPem, keyPem, certificates };
  writeFileSync(file, JSON.stringify(fleet), { mode: 0o600 });
  return file;
}

serve({
  enrol: enrolFleet,
  start: async ({ dataDir }: { dataDir: string }) => {
    gateway = createGateway(testConfig(dataDir), env);
    const { mqttUrl } = await gateway.start();
    return Number(new URL(mqttUrl).port);
  },
  stop: () => gateway?.stop(),
  cpuMs,
  memoryBytes,
});
