import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { dataFiles } from '../../../server/secrets.ts';
import { createServer } from '../../../server/server.ts';
import { linkGateway, Phone, type Rig, rigConfig, seededBytes, startMs } from '../rig.ts';
import { fileOf, keep, keyFileOf, scanned, scannedReportOf } from './scanned.ts';

const root = new URL('../../..', import.meta.url).pathname;

/** A server on a folder that outlives it, as over a restart. */
async function startOn(dataDir: string, name: string): Promise<Rig> {
  const clock = { ms: startMs };
  const env = {
    nowMs: () => clock.ms,
    randomBytes: seededBytes(`${dataDir} ${name}`),
    log: pino({ level: 'silent' }),
  };
  const server = await createServer(rigConfig(dataDir), env);
  const { toServerKey } = await linkGateway(server, name, `${dataDir}:${name}`);
  return { server, dataDir, clock, toServerKey, close: () => server.stop() };
}

function run(...args: string[]) {
  return new Promise<{ code: number; print: unknown; stderr: string }>((resolve) => {
    const words = ['--import', 'tsx', 'protocols/cli.ts', 'receipt', 'verify', ...args];
    execFile(process.execPath, words, { cwd: root }, (error, stdout, stderr) => {
      const print: unknown = stdout === '' ? null : JSON.parse(stdout);
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), print, stderr });
    });
  });
}

it('a receipt verifies by the command line with the server gone, its keys replaced and its store deleted', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'xinlu-offline-'));
  const kept = mkdtempSync(join(tmpdir(), 'xinlu-kept-'));
  const [receiptFile, keysFile] = [join(kept, 'receipt.json'), join(kept, 'KEYS.json')];
  const nextFile = join(kept, 'next.json');
  const report = scannedReportOf('offline');
  try {
    const first = await startOn(dataDir, 'gateway-1');
    const { phone, token } = await scanned(first, report);
    const address = await keep(phone, report, token);
    await first.server.checkpoints.take();
    writeFileSync(receiptFile, await fileOf(first, address));
    await first.close();
    for (const use of ['receipt', 'checkpoint'] as const) {
      rmSync(dataFiles.signingSecret(dataDir, use));
    }

    const second = await startOn(dataDir, 'gateway-2');
    second.clock.ms += 60_000;
    expect((await new Phone(second).get(address)).statusCode).toBe(200);
    const other = scannedReportOf('offline next');
    const opened = await scanned(second, other);
    const nextAddress = await keep(opened.phone, other, opened.token);
    await second.server.checkpoints.take();
    writeFileSync(nextFile, await fileOf(second, nextAddress));
    writeFileSync(keysFile, await keyFileOf(second));
    expect(JSON.parse(await keyFileOf(second))).toHaveLength(4);
    await second.close();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }

  const vouched = { valid: true, reason: null, unitId: 7, pending: false };
  for (const file of [receiptFile, nextFile]) {
    const { code, print } = await run(file, '--keys', keysFile);
    expect([code, print]).toEqual([0, { ...vouched, issuedAt: report.issuedAt }]);
  }
  const changed = readFileSync(receiptFile);
  changed[100] = (changed[100] ?? 0) ^ 1;
  writeFileSync(receiptFile, changed);
  const { code, print } = await run(receiptFile, '--keys', keysFile);
  expect([code, print]).toMatchObject([1, { valid: false, issuedAt: null }]);
  expect((await run(join(kept, 'gone.json'), '--keys', keysFile)).code).toBe(2);
  rmSync(kept, { recursive: true, force: true });
}, 120_000);
