import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateRequest } from '../../../device/identity/csr.ts';
import { openFleetAuthority } from '../../../gateway/authority/fleet-authority.ts';
import { createGateway, type Gateway } from '../../../gateway/gateway.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import { openSecrets } from '../../../gateway/secrets/gateway-secrets.ts';
import { openGatewayStore } from '../../../gateway/store/open.ts';
import { realEnv, testConfig } from '../../gateway/world.ts';
import { type FleetFile, serialOf, signerOf } from './bench-unit.ts';
import { cpuMs, memoryBytes, serve } from './child.ts';

/** Units registered together: one group of commits. */
const chunk = 250;

let gateway: Gateway | undefined;
/** A fleet of this size does not put every refused packet into memory. */
const env = { ...realEnv(), log: { ...realEnv().log, debug: () => undefined } };

/** Registers and enrols a fleet as technicians would, and writes what its units need. */
async function enrolFleet({ dataDir, units }: { dataDir: string; units: number }): Promise<string> {
  const { folder } = openSecrets(dataDir, env);
  const authority = await openFleetAuthority(folder, join(dataDir, 'fleet-ca.pem'), env);
  const store = await openGatewayStore(join(dataDir, 'gateway.sqlite'), 0);
  const registry = new FleetRegistry(store, env);
  await registry.start();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificates: string[] = [];
  const enrolOne = async (index: number) => {
    const serial = serialOf(index);
    const given = { serial, model: 'M', role: 'tow-truck', vehicleId: null } as const;
    await registry.register(given, 'bench');
    await registry.apply(serial, 'request', 'unit', 'network');
    const approved = await registry.approve(serial, signerOf(index).publicKey, 'bench');
    if (!approved.ok) throw new Error(`${serial}: ${approved.message}`);
    const issued = await authority.issueUnit(await certificateRequest(serial, privateKey), serial);
    await registry.addCertificate(approved.unit, issued, 'enrol');
    certificates[index] = issued.pem;
  };
  for (let first = 0; first < units; first += chunk) {
    const size = Math.min(chunk, units - first);
    await Promise.all(Array.from({ length: size }, (_, at) => enrolOne(first + at)));
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
