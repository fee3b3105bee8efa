import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { Aedes } from 'aedes';
import { decode } from 'cbor-x';
import type { FleetFile } from './bench-unit.ts';
import { cpuMs, serve } from './child.ts';

/** Answers what looks like an acknowledgement: nothing is checked, signed or stored. */
function acknowledgement(bytes: Uint8Array): string {
  const batch = decode(bytes) as unknown[];
  const [baseSeq, , records] = decode(batch[3] as Uint8Array) as [number, number, unknown[]];
  const payload = JSON.stringify({ type: 'ack', upTo: baseSeq + records.length - 1 });
  return JSON.stringify({ payload: Buffer.from(payload).toString('base64url') });
}

/** aedes alone behind the same TLS: the limit of any broker built on it. */
async function start({ dataDir, file }: { dataDir: string; file: string }): Promise<number> {
  const { caPem } = JSON.parse(readFileSync(file, 'utf8')) as FleetFile;
  const kept = readFileSync(join(dataDir, 'secrets', 'server-certificate.json'), 'utf8');
  const { certificatePem, privateKeyPem } = JSON.parse(kept) as Record<string, string>;
  const aedes = await Aedes.createBroker({ concurrency: 0 });
  aedes.on('publish', ({ topic, payload }, client) => {
    if (client === null || !topic.endsWith('/up')) return;
    const answer = { cmd: 'publish', qos: 0, dup: false, retain: false } as const;
    aedes.publish(
      {
        ...answer,
        topic: topic.replace(/up$/, 'ack'),
        payload: acknowledgement(payload as Buffer),
      },
      () => undefined,
    );
  });
  const server = createServer(
    {
      ...{ key: privateKeyPem, cert: certificatePem, ca: caPem, minVersion: 'TLSv1.2' },
      ...{ requestCert: true, rejectUnauthorized: true },
    },
    (socket) => {
      socket.setNoDelay(true);
      aedes.handle(socket);
    },
  );
  await new Promise<void>((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve);
  });
  return (server.address() as AddressInfo).port;
}

serve({ start, cpuMs });
