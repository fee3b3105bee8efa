import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keySigner } from '../../../device/identity/key-files.ts';
import { runCommand } from '../../../gateway/admin/run-command.ts';
import type { DownMessage } from '../../../protocols/messages/down-schemas.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { publicKeyFromRaw } from '../../../protocols/signed/ed25519.ts';
import { encodeHeader, readHeader } from '../../../protocols/update/bundle-header.ts';
import { checkSignatures } from '../../../protocols/update/trust.ts';
import { makeRelease, type ReleaseOptions } from '../../device/update/releases.ts';
import { authorise, newReleaseKey } from '../../scenario/update/tools.ts';
import { hello, TestUnit } from '../test-unit.ts';
import { startWorld, temporaryFolder, until, type World } from '../world.ts';

const releaseSigner = keySigner(createPrivateKey(newReleaseKey()));
const releaseKey = Buffer.from(releaseSigner.publicKey).toString('base64url');
const folder = temporaryFolder();
const nowS = Math.floor(Date.now() / 1000);
const nothing = new Uint8Array();

let world: World;
let unit: TestUnit;

/** As it comes from the offline key: one signature. */
function bundleFile(options: ReleaseOptions, change: (bytes: Buffer) => Buffer = (b) => b): string {
  const release = makeRelease({
    releaseBy: releaseSigner,
    ...options,
    manifest: {
      models: ['test'],
      createdS: nowS - 60,
      expiresS: nowS + 86_400,
      ...options.manifest,
    },
  });
  const reading = readHeader(release.bytes);
  if (!reading.ok) throw new Error(reading.problem);
  const unsigned = { statement: nothing, statementSignature: nothing, deploySignature: nothing };
  const head = encodeHeader({ ...reading.header, ...unsigned });
  const path = join(folder.path, `${release.id}.xup`);
  writeFileSync(path, change(Buffer.concat([head, release.bytes.subarray(reading.headerBytes)])));
  return path;
}

async function bring(options: ReleaseOptions, percent = 100): Promise<string> {
  const { body } = await world.admin('POST', '/releases', { path: bundleFile(options) });
  const { releaseId } = body as { releaseId: string };
  const wish = { percent, reason: 'test', attemptsMin: 1, failurePercentMax: 0 };
  expect((await world.admin('POST', `/releases/${releaseId}/start`, wish)).status).toBe(200);
  return releaseId;
}

async function view(releaseId: string): Promise<Record<string, unknown>> {
  const all = (await world.admin('GET', '/releases')).body as Record<string, unknown>[];
  return all.find((one) => one.releaseId === releaseId) ?? {};
}

interface Download {
  readonly status: number;
  readonly range: string | undefined;
  readonly bytes: Buffer;
}

function fetchBundle(releaseId: string, from = 0, by: TestUnit | null = unit): Promise<Download> {
  const own =
    by === null
      ? {}
      : { cert: by.grant?.certificatePem, key: by.tlsKey.export({ format: 'pem', type: 'pkcs8' }) };
  return new Promise((resolve, reject) => {
    const url = `${world.addresses.unitsUrl}/releases/${releaseId}/bundle`;
    const headers = from > 0 ? { range: `bytes=${from}-` } : {};
    const asked = request(
      url,
      { ca: world.fleetCaPem, agent: false, headers, ...own },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            range: answer.headers['content-range'],
            bytes: Buffer.concat(chunks),
          }),
        );
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

let seq = 1;
function says(release: string, state: string, reason: string | null): void {
  seq += 1;
  const values = { release, version: '1', state, reason, receivedBytes: null };
  const record = { kind: 'update', seq, happenedAtMs: Date.now(), clock: 'gnss', values } as const;
  unit.send([record as UnitRecord]);
}

const offers = () =>
  unit.downs.filter(
    (one): one is Extract<DownMessage, { type: 'release' }> => one.type === 'release',
  );

beforeAll(async () => {
  world = await startWorld([`releaseKey=${releaseKey}`]);
  unit = new TestUnit(world, 'XL-REL-0001');
  await unit.enrol();
  await unit.connect();
  unit.send([hello(seq, Date.now())]);
  await until('the unit is heard', () => unit.acks.length > 0);
});
afterAll(async () => {
  await unit.end();
  await world.stop();
  folder.remove();
});

describe('a gateway that gives releases out', () => {
  it('pins the release key at enrolment', () => {
    expect(unit.grant?.releaseKey).toBe(releaseKey);
  });

  it('takes none before the release key has authorised it', async () => {
    const path = bundleFile({ counter: 1 });
    expect(await world.admin('POST', '/releases', { path })).toMatchObject({ status: 409 });
    const { publicKey } = (await world.admin('GET', '/deploy-key')).body as { publicKey: string };
    const span = { fromS: nowS - 60, toS: nowS + 86_400 };
    const foreign = keySigner(createPrivateKey(newReleaseKey()));
    const forged = authorise(foreign, { publicKey, number: 1, ...span });
    expect((await world.admin('POST', '/deploy-key', forged as object)).status).toBe(403);
    const other = Buffer.from(foreign.publicKey).toString('base64url');
    const aboutAnother = authorise(releaseSigner, { publicKey: other, number: 1, ...span });
    expect((await world.admin('POST', '/deploy-key', aboutAnother as object)).status).toBe(409);
    const statement = authorise(releaseSigner, { publicKey, number: 1, ...span });
    expect(await world.admin('POST', '/deploy-key', statement as object)).toMatchObject({
      status: 200,
      body: { statementNumber: 1 },
    });
    expect((await world.admin('POST', '/deploy-key', statement as object)).status).toBe(409);
  });

  it.each<[string, () => string, number]>([
    ['no bundle', () => join(folder.path, 'none.xup'), 400],
    [
      'signed by nobody it knows',
      () => bundleFile({ releaseBy: keySigner(createPrivateKey(newReleaseKey())) }),
      403,
    ],
    [
      'damaged',
      () => bundleFile({}, (b) => Buffer.concat([b.subarray(0, -1), Buffer.from([1])])),
      400,
    ],
    ['cut short', () => bundleFile({}, (b) => b.subarray(0, -1)), 400],
    [
      'another tree',
      () => bundleFile({ manifest: { tree: { files: 1, bytes: 1, sha256: 'a'.repeat(64) } } }),
      400,
    ],
    ['expired', () => bundleFile({ manifest: { expiresS: nowS - 1 } }), 409],
  ])('refuses to import what is %s', async (_what, make, status) => {
    expect((await world.admin('POST', '/releases', { path: make() })).status).toBe(status);
  });

  it('signs what it imports a second time, offers it, and gives it out from any byte', async () => {
    const releaseId = await bring({ version: '1.0.0', counter: 5 });
    await until('the offer', () => offers().some(({ release }) => release?.id === releaseId));
    const whole = await fetchBundle(releaseId);
    expect(whole.status).toBe(200);
    const key = publicKeyFromRaw(releaseSigner.publicKey);
    const reading = readHeader(whole.bytes);
    if (!reading.ok || key === null) throw new Error('no header');
    expect(checkSignatures(reading.header, key)).toMatchObject({ id: releaseId });
    expect(offers().at(-1)?.release?.bundleBytes).toBe(whole.bytes.length);
    const rest = await fetchBundle(releaseId, 100);
    expect(rest).toMatchObject({ status: 206 });
    expect(rest.range).toBe(`bytes 100-${whole.bytes.length - 1}/${whole.bytes.length}`);
    expect(rest.bytes.equals(whole.bytes.subarray(100))).toBe(true);
    expect((await fetchBundle(releaseId, whole.bytes.length)).status).toBe(416);
  });

  it('gives nothing to a caller without the certificate of a unit', async () => {
    const [newest] = (await world.admin('GET', '/releases')).body as { releaseId: string }[];
    expect((await fetchBundle(newest?.releaseId ?? '', 0, null)).status).toBe(401);
    expect((await fetchBundle('0'.repeat(64))).status).toBe(403);
  });

  it('takes the offer back while it is paused, and makes it again', async () => {
    const [newest] = (await world.admin('GET', '/releases')).body as { releaseId: string }[];
    const id = newest?.releaseId ?? '';
    const at = (action: string) =>
      world.admin('POST', `/releases/${id}/${action}`, { reason: 'r' });
    expect((await at('pause')).status).toBe(200);
    await until('the offer is off', () => offers().at(-1)?.release === null);
    expect((await fetchBundle(id)).status).toBe(403);
    expect((await at('pause')).status).toBe(409);
    expect((await at('resume')).status).toBe(200);
    await until('the offer again', () => offers().at(-1)?.release?.id === id);
  });

  it('hears how it fares, and has nothing more to offer to a unit that confirmed', async () => {
    const [newest] = (await world.admin('GET', '/releases')).body as { releaseId: string }[];
    const id = newest?.releaseId ?? '';
    says(id, 'installed', null);
    says(id, 'confirmed', null);
    const acks = unit.acks.length;
    await until('the records are taken', () => unit.acks.length > acks);
    expect((await view(id)).units).toEqual({ confirmed: 1 });
    expect((await fetchBundle(id)).status).toBe(403);
  });

  it('refuses a counter that is not above the last', async () => {
    const path = bundleFile({ version: '0.9.0', counter: 5 });
    expect((await world.admin('POST', '/releases', { path })).status).toBe(409);
  });

  it('stops a roll-out that units take back, and says so to whoever listens', async () => {
    const id = await bring({ version: '1.1.0', counter: 6 });
    await until('the offer', () => offers().at(-1)?.release?.id === id);
    says(id, 'installed', null);
    says(id, 'rolled-back', 'no-code');
    await until('the log line', () =>
      world.log.some(({ message }) => /stopped itself/.test(message)),
    );
    expect(await view(id)).toMatchObject({ state: 'stopped', stateReason: '1 of 1 units failed' });
    expect((await fetchBundle(id)).status).toBe(403);
    const units = (await world.admin('GET', `/releases/${id}/units`)).body;
    expect(units).toMatchObject([{ serial: unit.serial, state: 'rolled-back', reason: 'no-code' }]);
  });

  it('does the same by command, one object a line', async () => {
    const lines: string[] = [];
    const run = (...words: string[]) =>
      runCommand([...words, '--data', world.dataDir, '--admin', world.addresses.adminUrl], {
        callerFolder: folder.path,
        print: (line) => lines.push(line),
        complain: (line) => lines.push(line),
      });
    const file = basename(bundleFile({ version: '1.2.0', counter: 7 }));
    expect(await run('release', 'import', '--bundle', file)).toBe(0);
    const { releaseId } = JSON.parse(lines.pop() ?? '{}') as { releaseId: string };
    const why = ['--release', releaseId, '--reason', 'test'];
    expect(await run('release', 'start', ...why, '--percent', '1')).toBe(0);
    expect(JSON.parse(lines.pop() ?? '{}')).toMatchObject({
      state: 'running',
      shares: [{ organisation: '*', percent: 1 }],
    });
    expect(await run('release', 'resume', ...why)).toBe(1);
    expect(await run('release', 'stop', ...why)).toBe(0);
    lines.length = 0;
    expect(await run('release', 'list')).toBe(0);
    expect(lines.map((line) => (JSON.parse(line) as { version: string }).version)).toEqual([
      ...['1.2.0', '1.1.0', '1.0.0'],
    ]);
    expect(await run('release', 'status', '--release', releaseId)).toBe(0);
    expect(await run('release', 'key')).toBe(0);
  });
});
