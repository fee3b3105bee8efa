import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReceiptKeys } from '../../../protocols/receipt/receipt-keys.ts';
import { readReturnCode } from '../../../protocols/receipt/return-code.ts';
import { verifyReceipt } from '../../../protocols/receipt/verify-receipt.ts';
import { verifyAudit } from '../../../server/audit/verify-audit.ts';
import { receiptMessages } from '../../../server/web/receipt/messages.ts';
import { deliver, openRig, Phone, type Rig, reportOf } from '../rig.ts';
import { fileOf, keep, keyFileOf, scanned, scannedReportOf } from './scanned.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

function verify(file: Uint8Array, keyFile: string) {
  const reading = readReceiptKeys(keyFile);
  if (!reading.ok) throw new Error(reading.message);
  return verifyReceipt(file, reading.keys);
}

const count = async (table: string, presenceId: string) =>
  (
    await rig.server.store.get<{ rows: number }>(
      `SELECT count(*) AS rows FROM ${table} WHERE presence_id = ?`,
      [presenceId],
    )
  )?.rows;

const payloadOf = (file: Buffer) =>
  JSON.parse((JSON.parse(file.toString()) as { payload: string }).payload).after;

describe('keeping a receipt', () => {
  it('redeems the presence, and gives a page, a file and a return code', async () => {
    const report = scannedReportOf('keeps');
    const { phone, token, html } = await scanned(rig, report);
    expect(html).toContain(`/v/${report.scanId}/receipt`);
    expect(await count('redemptions', report.presenceId)).toBe(0);
    const address = await keep(phone, report, token);
    expect(address).toMatch(/^\/r\/[0-9a-f]{32}$/);
    expect(await count('redemptions', report.presenceId)).toBe(1);
    const page = await phone.get(address);
    for (const text of [
      'G4 K234+567 石家庄方向',
      '示例清障救援有限公司',
      '冀F·示001',
      '2026年6月1日 12:00:00',
      'CN-13-SAMPLE-2026A 第 1 版',
      '留存时还没有评价',
      '等待下一个检查点',
    ]) {
      expect(page.body).toContain(text);
    }
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.headers['x-robots-tag']).toContain('noindex');
    expect(page.headers['referrer-policy']).toBe('no-referrer');
  });

  it('is pending until the first checkpoint over it, then holds the proof and never changes again', async () => {
    const report = scannedReportOf('pending');
    const { phone, token } = await scanned(rig, report);
    const address = await keep(phone, report, token);
    const early = await fileOf(rig, address);
    const keys = await keyFileOf(rig);
    const vouched = { valid: true, reason: null, issuedAt: report.issuedAt, unitId: 7 };
    expect(verify(early, keys)).toEqual({ ...vouched, pending: true });
    await rig.server.checkpoints.take();
    const complete = await fileOf(rig, address);
    expect(verify(complete, keys)).toEqual({ ...vouched, pending: false });
    expect(verify(early, keys)).toEqual({ ...vouched, pending: true });
    expect((await phone.get(address)).body).toContain('已写入审计日志');
    const other = await scanned(rig, scannedReportOf('after pending'));
    await keep(other.phone, scannedReportOf('after pending'), other.token);
    rig.clock.ms += 1000;
    await rig.server.checkpoints.take();
    expect((await fileOf(rig, address)).equals(complete)).toBe(true);
  });

  it('fails to verify with any one byte of the file changed', async () => {
    const report = scannedReportOf('flipped');
    const { phone, token } = await scanned(rig, report);
    const address = await keep(phone, report, token);
    await rig.server.checkpoints.take();
    const file = await fileOf(rig, address);
    const keys = await keyFileOf(rig);
    const passed: number[] = [];
    for (let at = 0; at < file.length; at += 1) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      if (verify(changed, keys).valid) passed.push(at);
    }
    expect(verify(file, keys).valid).toBe(true);
    expect(passed).toEqual([]);
  });

  it('400 times at once from two phones redeems one presence and signs one receipt', async () => {
    const first = scannedReportOf('race-a', { presenceId: 'key.receipt-race' });
    const second = scannedReportOf('race-b', { presenceId: 'key.receipt-race' });
    const openings = [await scanned(rig, first), await scanned(rig, second)];
    const answers = await Promise.all(
      Array.from({ length: 400 }, async (_, at) => {
        const who = at % 2;
        const { phone, token } = openings[who] as (typeof openings)[number];
        const url = `/v/${[first, second][who]?.scanId}/receipt`;
        const page = await phone.post(url, { token });
        return { who, status: page.status, location: page.response.headers.location };
      }),
    );
    const redeemed = await rig.server.store.all<{ scanId: string }>(
      "SELECT scan_id AS scanId FROM redemptions WHERE presence_id = 'key.receipt-race'",
    );
    expect(redeemed).toHaveLength(1);
    expect(await count('receipts', 'key.receipt-race')).toBe(1);
    const winner = redeemed[0]?.scanId === first.scanId ? 0 : 1;
    for (const { who, status } of answers) expect(status).toBe(who === winner ? 303 : 409);
    expect(new Set(answers.map(({ location }) => location)).size).toBe(2);
    const issues = await rig.server.store.all('SELECT 1 FROM receipt_issues WHERE scan_id = ?', [
      redeemed[0]?.scanId ?? '',
    ]);
    expect(issues).toHaveLength(1);
  });

  it('again after rating signs what was said since, at the same address; the first file stays good', async () => {
    const report = scannedReportOf('says more');
    const { phone, token } = await scanned(rig, report);
    const address = await keep(phone, report, token);
    const before = await fileOf(rig, address);
    const words = '师傅<b>很好</b>';
    const rated = await phone.post(`/v/${report.scanId}/rating`, { token, score: '91', words });
    expect(rated.status).toBe(303);
    expect((await fileOf(rig, address)).equals(before)).toBe(true);
    expect(await keep(phone, report, token)).toBe(address);
    expect(await keep(phone, report, token)).toBe(address);
    const after = await fileOf(rig, address);
    expect(payloadOf(after)).toMatchObject({
      issue: 2,
      said: [{ about: 'unit', score: 91, words }],
    });
    const keys = await keyFileOf(rig);
    expect(verify(before, keys).valid && verify(after, keys).valid).toBe(true);
    const page = await phone.get(address);
    expect(page.body).toContain('91 分');
    expect(page.body).toContain('师傅&#60;b&#62;很好');
  });

  it('is refused to a forwarded link, a late opening and a form without its token', async () => {
    const report = scannedReportOf('refused');
    const { token } = await scanned(rig, report);
    const stranger = await new Phone(rig).post(`/v/${report.scanId}/receipt`, { token });
    expect(stranger.status).toBe(409);
    expect(stranger.html).toContain('请重新扫描车屏');
    const late = scannedReportOf('refused late', { verdict: 'stale', lateS: 60 });
    const opened = await scanned(rig, late);
    expect(opened.html).not.toContain(`/v/${late.scanId}/receipt`);
    expect((await opened.phone.post(`/v/${late.scanId}/receipt`, { token: '' })).status).not.toBe(
      303,
    );
    const own = scannedReportOf('refused token');
    const { phone } = await scanned(rig, own);
    expect((await phone.post(`/v/${own.scanId}/receipt`, { token: 'x' })).status).toBe(403);
    expect((await phone.post(`/v/${'0'.repeat(32)}/receipt`, {})).status).toBe(404);
    for (const { presenceId } of [report, late, own]) {
      expect(await count('receipts', presenceId)).toBe(0);
    }
  });

  it('works for a scan of a gateway that reports no code, and says nothing of one', async () => {
    const report = reportOf('no code');
    const { phone, token } = await scanned(rig, report);
    const file = await fileOf(rig, await keep(phone, report, token));
    expect(payloadOf(file).code).toBeNull();
    expect(verify(file, await keyFileOf(rig))).toMatchObject({ valid: true });
  });
});

describe('finding a receipt again', () => {
  const codeOn = (html: string) => /data-return-code="([^"]+)"/.exec(html)?.[1] ?? '';
  const ask = (code: string, remoteAddress: string) =>
    rig.server.app.inject({
      method: 'POST',
      url: '/r',
      remoteAddress,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ code }).toString(),
    });

  it('takes the return code in any writing, and neither a slip nor a guess', async () => {
    const report = scannedReportOf('finds');
    const { phone, token } = await scanned(rig, report);
    const address = await keep(phone, report, token);
    const code = codeOn((await phone.get(address)).body);
    expect(readReturnCode(code)).toBe(code);
    const typed = ` ${code.slice(0, 4)}-${code.slice(4).toLowerCase()} `;
    const found = await ask(typed, '10.0.0.1');
    expect(found.statusCode).toBe(303);
    expect(String(found.headers.location).split('?')[0]).toBe(address);
    const slip = code.slice(0, -1) + (code.endsWith('2') ? '3' : '2');
    const wrong = await ask(slip, '10.0.0.1');
    expect(wrong.statusCode).toBe(400);
    expect(wrong.body).toContain('请逐位核对');
    expect((await ask('111111111111', '10.0.0.1')).statusCode).toBe(404);
  });

  it('ends the guessing of one address, and of no other', async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 25; at += 1) {
      statuses.push((await ask('111111111111', '10.0.0.2')).statusCode);
    }
    expect(statuses.slice(0, 20).every((status) => status === 404)).toBe(true);
    expect(statuses.slice(20).every((status) => status === 429)).toBe(true);
    expect((await ask('111111111111', '10.0.0.3')).statusCode).toBe(404);
  });

  it('leads nowhere from an unknown or malformed address', async () => {
    for (const url of [`/r/${'0'.repeat(32)}`, '/r/x', `/r/${'0'.repeat(32)}/receipt.json`]) {
      expect((await rig.server.app.inject({ url })).statusCode).toBe(404);
    }
  });

  it('cannot be learned from the store: neither address nor return code is in any table', async () => {
    const report = scannedReportOf('not stored');
    const { phone, token } = await scanned(rig, report);
    const address = await keep(phone, report, token);
    const code = codeOn((await phone.get(address)).body);
    const tables = await rig.server.store.all<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table'",
    );
    const rows = await Promise.all(
      tables.map(({ name }) => rig.server.store.all(`SELECT * FROM ${name}`)),
    );
    const everything = JSON.stringify(rows);
    expect(everything).toContain(report.scanId);
    expect(everything).not.toContain(address.slice('/r/'.length));
    expect(everything).not.toContain(code);
  });
});

describe('what anybody may see of the log', () => {
  it('is a page of checkpoints for people and the same as JSON for programs', async () => {
    const url = '/audit/checkpoints';
    await rig.server.checkpoints.take();
    const json = (await rig.server.app.inject({ url })).json();
    expect(json.checkpoints.length).toBeGreaterThan(0);
    expect(await verifyAudit(rig.server.store, json.checkpoints)).toMatchObject({ ok: true });
    expect(json.keys.map(({ use }: { use: string }) => use)).toEqual(['checkpoint', 'receipt']);
    const page = await rig.server.app.inject({ url, headers: { accept: 'text/html' } });
    expect(page.body).toContain('审计日志检查点');
    expect(page.body).toContain(json.checkpoints[0].root);
    expect(page.body).not.toContain('rating.save');
  });

  it('holds ratings, 不一致, links and tariffs, each with its actor and without the driver', async () => {
    const report = scannedReportOf('events');
    const { phone, token } = await scanned(rig, report);
    await phone.post(`/v/${report.scanId}/rating`, { token, score: '40', words: '慢' });
    await phone.post(`/v/${report.scanId}/rating`, { token, score: '60', words: '还行' });
    await phone.post(`/v/${report.scanId}/match`, { token, answer: 'different' });
    const rows = await rig.server.store.all<{ payload: string }>(
      'SELECT payload FROM audit_events ORDER BY seq',
    );
    const events = rows.map(({ payload }) => JSON.parse(payload));
    const of = (action: string) => events.filter((event) => event.action === action);
    expect(of('rating.save').slice(-2)).toMatchObject([
      { actor: 'driver', before: null, after: { score: 40, words: '慢' } },
      { actor: 'driver', before: { score: 40, words: '慢' }, after: { score: 60, words: '还行' } },
    ]);
    expect(JSON.stringify(of('rating.save'))).not.toContain(report.scanId);
    expect(of('alert.raise').at(-1)).toMatchObject({ reason: '不一致', after: { unitId: 7 } });
    expect(of('link.claim')[0]).toMatchObject({ actor: 'gateway:gateway-1' });
    expect(of('tariff.publish')).toHaveLength(2);
    expect(of('key.begin')).toHaveLength(2);
    expect(await verifyAudit(rig.server.store)).toMatchObject({ ok: true });
  });
});

describe('the verifier page', () => {
  it('carries all it needs and may fetch nothing', async () => {
    const page = await rig.server.app.inject({ url: '/verify' });
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toContain("'self'");
    expect(page.body).not.toMatch(/<(link|img|iframe)\b|src=/);
    expect(page.body).toContain(JSON.parse(await keyFileOf(rig))[0].publicKey);
  });
});

describe('the messages of receipts', () => {
  it('are the same in both languages, values included', () => {
    const [zh, en] = [receiptMessages['zh-CN'], receiptMessages.en] as const;
    const valuesOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
      expect([key, valuesOf(en[key])]).toEqual([key, valuesOf(zh[key])]);
    }
  });
});

describe('a driver who only looks', () => {
  it('redeems nothing by opening pages', async () => {
    const report = scannedReportOf('only looks');
    await deliver(rig, report);
    await new Phone(rig).open(report.scanId);
    for (const url of ['/r', '/verify', '/audit/checkpoints']) {
      expect((await rig.server.app.inject({ url })).statusCode).toBe(200);
    }
    expect(await count('redemptions', report.presenceId)).toBe(0);
  });
});
