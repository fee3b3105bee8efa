import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerScanRoutes } from '../../../gateway/scan/routes.ts';
import type { ScanReport } from '../../../protocols/http/link-bodies.ts';
import { codeDigitsOf } from '../../../protocols/scan-code/code.ts';
import { matchOf } from '../../../protocols/scan-code/match.ts';
import { matchWords } from '../../../protocols/scan-code/words.ts';
import { codeOf, pause, startMs, type TestUnit, testEnv, until } from './kit.ts';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;
let truck: TestUnit;

beforeEach(async () => {
  rig = await startRig();
  truck = rig.fleet.add('XL-TEST-0007', 7);
  await until(() => rig.link.directory.screenOf('veh-7') !== undefined);
});
afterEach(() => rig.stop());

function reportOf(location: string): ScanReport {
  const scanId = location.split('/').at(-1) ?? '';
  const message = rig.server.scans().get(scanId);
  if (message === undefined) throw new Error(`the server has no scan ${scanId}`);
  return message.body;
}

async function openings(): Promise<number> {
  const row = await rig.kept.store.get<{ n: number }>('SELECT count(*) AS n FROM scan_opening');
  return row?.n ?? 0;
}

describe('a fresh code', () => {
  it('is kept, told to the server and the unit, and answered with 303', async () => {
    const { digits, bytes, issuedAt } = codeOf(truck, startMs - 5_000);
    const { status, location, headers } = await rig.scan(digits);
    expect(status).toBe(303);
    expect(location).toMatch(/^https:\/\/xinlu\.example\/v\/[0-9a-f]{32}$/);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
    const report = reportOf(location);
    expect(report).toMatchObject({
      presenceId: `key-7.${issuedAt}`,
      verdict: 'fresh',
      candidate: true,
      match: [...matchOf(bytes, Buffer.alloc(32, 7))],
      unit: { unitId: 7, serial: 'XL-TEST-0007', vehicleId: 'veh-7', training: false },
      offlineIssued: false,
      unitOnline: true,
      scannedAtMs: startMs,
      ttlS: 30,
      position: { source: 'signed', ageS: 1 },
    });
    expect(rig.fleet.sent).toContainEqual({
      serial: 'XL-TEST-0007',
      message: { type: 'scanned', issuedAt, openedAtMs: startMs },
    });
    expect(await openings()).toBe(1);
  });

  it('is found under the prefix of the code address, whatever its case, and nowhere else', async () => {
    const app = Fastify({ routerOptions: { caseSensitive: false, maxParamLength: 320 } });
    const { edge, link } = rig;
    const serverUrl = 'https://xinlu.example';
    const env = testEnv(rig.clock);
    registerScanRoutes(app, {
      edge,
      directory: link.directory,
      env,
      serverUrl,
      codePath: '/XL/A/',
    });
    const { digits } = codeOf(truck, startMs);
    const statuses: number[] = [];
    for (const prefix of ['/XL/A/', '/xl/a/', '/', '/XL/', '/XL/B/']) {
      statuses.push((await app.inject({ method: 'GET', url: `${prefix}${digits}` })).statusCode);
    }
    expect(statuses).toEqual([303, 303, 404, 404, 404]);
    await app.close();
  });

  it('leaves no trace of itself in the log', async () => {
    const { digits } = codeOf(truck, startMs);
    await rig.scan(digits);
    await rig.scan(`${digits}1`);
    expect(rig.log.filter(({ text }) => text.includes(digits.slice(0, 40)))).toEqual([]);
  });
});

describe('a second opening', () => {
  it('is a candidate within 60 s of the first, and replayed after that', async () => {
    const { digits } = codeOf(truck, startMs, { ttlS: 120 });
    const first = reportOf((await rig.scan(digits)).location);
    await rig.clock.advance(60_000);
    const second = reportOf((await rig.scan(digits)).location);
    await rig.clock.advance(1);
    const third = reportOf((await rig.scan(digits)).location);
    expect([first, second, third].map(({ candidate }) => candidate)).toEqual([true, true, false]);
    expect(third.verdict).toBe('replayed');
    expect(third.match).toBeNull();
    expect(new Set([first, second, third].map(({ presenceId }) => presenceId)).size).toBe(1);
    expect(rig.fleet.sent.filter(({ message }) => message.type === 'scanned')).toHaveLength(1);
  });

  it('stays replayed when the gateway has been started again', async () => {
    const { digits } = codeOf(truck, startMs, { ttlS: 300 });
    await rig.scan(digits);
    await rig.clock.advance(61_000);
    await rig.restart();
    const { verdict, candidate } = reportOf((await rig.scan(digits)).location);
    expect({ verdict, candidate }).toEqual({ verdict: 'replayed', candidate: false });
    expect(rig.fleet.sent.filter(({ message }) => message.type === 'scanned')).toHaveLength(1);
  });

  it('is first exactly once when 400 phones open one code together', async () => {
    const { digits } = codeOf(truck, startMs);
    const answers = await Promise.all(Array.from({ length: 400 }, () => rig.scan(digits)));
    expect(answers.filter(({ status }) => status !== 303)).toEqual([]);
    expect(rig.fleet.sent.filter(({ message }) => message.type === 'scanned')).toHaveLength(1);
    const firsts = await rig.kept.store.all('SELECT 1 FROM scan_opening WHERE is_first = 1');
    expect(firsts).toHaveLength(1);
    expect(await openings()).toBe(400);
    expect(rig.server.scans().size).toBe(400);
    expect(rig.incidents.all().filter(({ kind }) => kind === 'encounter')).toHaveLength(1);
  });
});

describe('what makes a genuine code worth less', () => {
  const read = async (digits: string) => reportOf((await rig.scan(digits)).location);

  it('is stale after its ttl and 30 s, and says by how much', async () => {
    const { digits } = codeOf(truck, startMs - 61_000);
    expect(await read(digits)).toMatchObject({ verdict: 'stale', lateS: 1, candidate: false });
  });

  it('is early more than 10 s ahead, and a measured clock moves the window', async () => {
    const { digits } = codeOf(truck, startMs + 15_000);
    expect(await read(digits)).toMatchObject({ verdict: 'early', earlyS: 5, match: null });
    rig.fleet.offsets.set('XL-TEST-0007', 15);
    expect(await read(digits)).toMatchObject({ verdict: 'fresh', candidate: true });
  });

  it('closes 30 s after a later code was shown, and after a later one was opened', async () => {
    const old = codeOf(truck, startMs, { ttlS: 600 });
    const later = codeOf(truck, startMs + 5_000, { ttlS: 600 });
    rig.fleet.tell(7, [{ kind: 'shown', happenedAtMs: startMs, values: { code: later.bytes } }]);
    await rig.clock.advance(30_000);
    expect(await read(old.digits)).toMatchObject({ verdict: 'fresh' });
    await rig.clock.advance(1_000);
    expect(await read(old.digits)).toMatchObject({ verdict: 'stale', lateS: 1 });
    const latest = codeOf(truck, startMs + 20_000, { ttlS: 600 });
    expect(await read(latest.digits)).toMatchObject({ verdict: 'fresh' });
    await rig.clock.advance(31_000);
    expect(await read(later.digits)).toMatchObject({ verdict: 'stale', lateS: 1 });
  });

  it('stays closed by a shown code when the gateway has been started again', async () => {
    const old = codeOf(truck, startMs, { ttlS: 600 });
    const later = codeOf(truck, startMs + 5_000, { ttlS: 600 });
    rig.fleet.tell(7, [{ kind: 'shown', happenedAtMs: startMs, values: { code: later.bytes } }]);
    await rig.clock.advance(31_000);
    await rig.restart();
    expect(await read(old.digits)).toMatchObject({ verdict: 'stale', lateS: 1 });
  });

  it('is not closed by a code shown ahead of its time', async () => {
    const honest = codeOf(truck, startMs, { ttlS: 600 });
    const ahead = codeOf(truck, startMs + 86_400_000);
    rig.fleet.tell(7, [{ kind: 'shown', happenedAtMs: startMs, values: { code: ahead.bytes } }]);
    await rig.clock.advance(60_000);
    expect(await read(honest.digits)).toMatchObject({ verdict: 'fresh', candidate: true });
  });

  it('is not closed by a code that names another unit than the one that sent it', async () => {
    const other = rig.fleet.add('XL-TEST-0008', 8);
    const honest = codeOf(truck, startMs, { ttlS: 600 });
    const foreign = codeOf(truck, startMs + 5_000);
    rig.fleet.tell(8, [{ kind: 'shown', happenedAtMs: startMs, values: { code: foreign.bytes } }]);
    await rig.clock.advance(60_000);
    expect(other.unit.unitId).toBe(8);
    expect(await read(honest.digits)).toMatchObject({ verdict: 'fresh' });
  });

  it('is replayed when the gateway has burned its second', async () => {
    const { digits, issuedAt } = codeOf(truck, startMs);
    rig.fleet.burned.add(`key-7.${issuedAt}`);
    expect(await read(digits)).toMatchObject({ verdict: 'replayed', candidate: false });
    expect(rig.fleet.sent).toEqual([]);
  });

  it('gives identity only when the unit or its key is revoked', async () => {
    truck.key = { ...truck.key, revoked: true };
    const report = await read(codeOf(truck, startMs).digits);
    expect(report).toMatchObject({ verdict: 'revoked', candidate: false, incident: null });
    expect(report.signedPosition).not.toBeNull();
  });

  it('is issued offline when the unit has been out of contact for a day', async () => {
    rig.fleet.online.clear();
    rig.clock.jump(86_400_000);
    const day = codeOf(truck, rig.clock.nowMs);
    expect(await read(day.digits)).toMatchObject({ offlineIssued: false, candidate: true });
    await rig.clock.advance(1_000);
    const { digits } = codeOf(truck, rig.clock.nowMs);
    expect(await read(digits)).toMatchObject({
      verdict: 'fresh',
      offlineIssued: true,
      candidate: false,
      match: null,
      unitOnline: false,
    });
  });

  it('is static only while a print stands on the register', async () => {
    const issuer = rig.fleet.add('ISSUER', 99);
    rig.fleet.units.delete(99);
    rig.fleet.issuers.push({ ...issuer.key, keyId: 'issuer-1' });
    const card = codeOf(issuer, startMs - 1e9, {
      kind: 2,
      unitId: 7,
      ttlS: 'static',
      duty: 0,
      lat: null,
      lon: null,
      fixAgeS: null,
    });
    const { printId } = await import('../../../gateway/scan/print-register.ts');
    expect(await read(card.digits)).toMatchObject({ verdict: 'revoked' });
    const sha256 = printId(card.bytes);
    await rig.edge.prints.take([{ sha256, revoked: false }], startMs);
    const report = await read(card.digits);
    expect(report).toMatchObject({ verdict: 'static', candidate: false, ttlS: null, match: null });
    expect(report.unit).toMatchObject({ unitId: 7, serial: '', kind: 2, vehicleId: null });
    await rig.restart();
    expect(await read(card.digits)).toMatchObject({ verdict: 'static' });
    await rig.edge.prints.take([{ sha256, revoked: true }], startMs);
    await rig.edge.prints.take([{ sha256, revoked: false }], startMs);
    expect(await read(card.digits)).toMatchObject({ verdict: 'revoked' });
  });
});

describe('codes that are not kept', () => {
  it('answers 400, 403 and 404 with an honest page each, and counts them', async () => {
    const { digits } = codeOf(truck, startMs);
    const forged = codeOf({ ...truck, signer: rig.fleet.add('X', 9).signer }, startMs);
    const stranger = rig.fleet.add('XL-TEST-0010', 10);
    rig.fleet.units.delete(10);
    const cases = [
      [digits.slice(1), 400, 'malformed'],
      ['favicon.ico', 400, 'malformed'],
      [`${digits.slice(0, -1)}%30%00`, 400, 'malformed'],
      ['9'.repeat(198), 400, 'malformed'],
      ['1'.repeat(5_000), 400, 'malformed'],
      [`${digits}/x`, 400, 'malformed'],
      [forged.digits, 403, 'bad-signature'],
      [codeOf(stranger, startMs).digits, 404, 'unknown-unit'],
    ] as const;
    for (const [path, status, verdict] of cases) {
      const answer = await rig.scan(path);
      expect([answer.status, path.length]).toEqual([status, path.length]);
      expect(answer.page).toContain(`data-verdict="${verdict}"`);
      expect(answer.page).toContain('data-unit-id=""');
      expect(answer.page).toContain('lang="zh-CN"');
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer.headers['cache-control']).toBe('no-store');
    }
    expect(await openings()).toBe(0);
    expect(rig.edge.refusals()).toEqual({ malformed: 6, 'bad-signature': 1, 'unknown-unit': 1 });
  });

  it('answers 1,000 altered codes and texts with 400, 403 or 404, never 5xx, and keeps none', async () => {
    const seed = 8081;
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const { bytes, digits } = codeOf(truck, startMs);
    const altered = (): string => {
      const kind = random(4);
      const at = random(digits.length);
      if (kind === 0) {
        const flipped = Buffer.from(bytes);
        flipped.writeUInt8(flipped.readUInt8(at % 82) ^ (1 << random(8)), at % 82);
        return codeDigitsOf(flipped);
      }
      if (kind === 1) return digits.slice(0, at) + digits.slice(at + 1 + random(5));
      if (kind === 2) return `${digits.slice(0, at)}${random(10)}${digits.slice(at)}`;
      const odd = ['%00', '%ff', '%', '%2F', '..', '信', "'", '<b>', '?a=b', '#', ' ', '\\'];
      return digits.slice(0, at) + odd[random(odd.length)];
    };
    for (let count = 0; count < 1_000; count += 1) {
      const path = altered();
      const { status } = await rig.scan(path);
      expect([seed, path, [400, 403, 404].includes(status)]).toEqual([seed, path, true]);
    }
    expect(await openings()).toBe(0);
  });

  it('has no state after a HEAD or a prefetch', async () => {
    const { digits } = codeOf(truck, startMs);
    const head = await rig.app.inject({ method: 'HEAD', url: `/${digits}` });
    expect([head.statusCode, head.body]).toEqual([204, '']);
    for (const purpose of ['prefetch', 'prefetch;prerender']) {
      const { status, headers, page } = await rig.scan(digits, { 'sec-purpose': purpose });
      expect([status, headers['cache-control'], page]).toEqual([503, 'no-store', '']);
    }
    await pause();
    expect(await openings()).toBe(0);
    expect(rig.server.taken).toEqual([]);
    expect(rig.fleet.sent).toEqual([]);
    expect(reportOf((await rig.scan(digits)).location).candidate).toBe(true);
  });

  it('answers 503, keeps nothing and lets the next scan be first when the store fails', async () => {
    const { digits } = codeOf(truck, startMs);
    await rig.kept.store.write((tx) => tx.run('ALTER TABLE scan_opening RENAME TO away'));
    const failed = await rig.scan(digits);
    expect(failed.status).toBe(503);
    expect(failed.page).toContain('data-verdict="unavailable"');
    expect(rig.log.at(-1)?.text).not.toContain(digits);
    expect(rig.fleet.sent).toEqual([]);
    await rig.kept.store.write((tx) => tx.run('ALTER TABLE away RENAME TO scan_opening'));
    await rig.clock.advance(20_000);
    expect((await rig.scan(digits)).status).toBe(303);
    expect(rig.fleet.sent.filter(({ message }) => message.type === 'scanned')).toHaveLength(1);
  });
});

describe('a server that is away', () => {
  it('gets every scan of that minute once when it returns, and each was answered', async () => {
    rig.server.isAway = true;
    const pages: string[] = [];
    for (let scan = 0; scan < 10; scan += 1) {
      const { digits } = codeOf(truck, rig.clock.nowMs);
      const { status, page } = await rig.scan(digits);
      expect(status).toBe(200);
      pages.push(page);
      await rig.clock.advance(6_000);
    }
    expect(rig.server.taken).toEqual([]);
    expect(rig.link.problems()).toEqual(['server-away']);
    rig.server.isAway = false;
    await rig.clock.advance(10_000);
    await until(async () => (await outboxRows()) === 0);
    expect(rig.server.taken).toHaveLength(10);
    expect(rig.server.scans().size).toBe(10);
    for (const page of pages) {
      const scanId = /https:\/\/xinlu\.example\/v\/([0-9a-f]{32})/.exec(page)?.[1] ?? '';
      expect(rig.server.scans().has(scanId)).toBe(true);
    }
    expect(rig.link.problems()).toEqual([]);
  });

  it('is answered for with a page that names the unit, its match and the kept scan', async () => {
    rig.server.isAway = true;
    const { digits, bytes, issuedAt } = codeOf(truck, startMs);
    const { page, headers } = await rig.scan(digits);
    const [first, second, shape] = matchOf(bytes, Buffer.alloc(32, 7));
    expect(page).toContain(`data-verdict="fresh" data-unit-id="7"`);
    expect(page).toContain(`data-issued-at="${issuedAt}"`);
    expect(page).toContain(`data-match="${first},${second},${shape}"`);
    expect(page).toContain(`${matchWords[first]} ${matchWords[second]}`);
    for (const text of ['XL-TEST-0007', '冀F·示001', '示例清障救援有限公司', '本次扫码已保存']) {
      expect(page).toContain(text);
    }
    expect(page).toContain('请先到护栏外，再看手机');
    expect(headers['content-security-policy']).toMatch(/style-src 'sha256-/);
    expect(page).not.toContain('<script');
  });

  it('shows no match to whoever opens a replayed code', async () => {
    rig.server.isAway = true;
    const { digits } = codeOf(truck, startMs, { ttlS: 120 });
    await rig.scan(digits);
    await rig.clock.advance(61_000);
    const { page } = await rig.scan(digits);
    expect(page).toContain('data-verdict="replayed"');
    expect(page).toContain('data-match=""');
    expect(page).toContain('请重新扫描车屏');
  });

  it('does not keep a phone waiting longer than half a second', async () => {
    rig.server.hangs = true;
    const { digits } = codeOf(truck, startMs);
    const answered = rig.scan(digits);
    await until(async () => (await openings()) === 1);
    await rig.clock.advance(499);
    expect(await Promise.race([answered, pause(50).then(() => 'waiting')])).toBe('waiting');
    await rig.clock.advance(1);
    expect((await answered).status).toBe(200);
    rig.server.letGo();
  });
});

async function outboxRows(): Promise<number> {
  const row = await rig.kept.store.get<{ n: number }>('SELECT count(*) AS n FROM link_outbox');
  return row?.n ?? 0;
}
