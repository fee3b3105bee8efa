import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanReport } from '../../../protocols/http/link-bodies.ts';
import { deliver, openRig, Phone, type Rig, reportOf } from '../rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

const ratings = (presenceId: string) =>
  rig.server.store.all<{ score: number; words: string; scanId: string; training: number }>(
    'SELECT score, words, scan_id AS scanId, training FROM ratings WHERE presence_id = ?',
    [presenceId],
  );

/** Two openings of one code, as two phones see them. */
async function twoOpenings(name: string, apartMs = 3000): Promise<[ScanReport, ScanReport]> {
  const first = reportOf(`${name}-a`, { presenceId: `key.${name}` });
  const second = reportOf(`${name}-b`, {
    presenceId: first.presenceId,
    scannedAtMs: first.scannedAtMs + apartMs,
  });
  rig.clock.ms = first.scannedAtMs;
  await deliver(rig, first);
  return [first, second];
}

const rateUrl = ({ scanId }: ScanReport) => `/v/${scanId}/rating`;

describe('one presence, one rating', () => {
  it('the first opener has one rating, which a second post changes; the page shows it', async () => {
    const report = reportOf('rates-once');
    await deliver(rig, report);
    const phone = new Phone(rig);
    const { token } = await phone.open(report.scanId);
    const form = { token, score: '88', words: ' 讲价清楚\r\n<b>谢谢</b> ' };
    const saved = await phone.post(rateUrl(report), form);
    expect(saved.status).toBe(303);
    expect(saved.response.headers.location).toBe(`/v/${report.scanId}?lang=zh-CN#rating`);
    const again = await phone.post(rateUrl(report), { ...form, score: '1' });
    expect(again.status).toBe(303);
    await phone.post(rateUrl(report), form);
    expect(await ratings(report.presenceId)).toEqual([
      { score: 88, words: '讲价清楚\n<b>谢谢</b>', scanId: report.scanId, training: 0 },
    ]);
    const page = await phone.open(report.scanId);
    expect(page.html).toContain('88 分');
    expect(page.html).toContain('&#60;b&#62;谢谢');
    expect(page.html).not.toContain('<b>谢谢');
    expect(page.data('presence')).toBe('holder');
    expect(page.html).toContain('修改评价');
  });

  it('400 ratings of two phones at once leave exactly one, of the phone that was told so', async () => {
    const [first, second] = await twoOpenings('race');
    await deliver(rig, second);
    const phones = [new Phone(rig), new Phone(rig)];
    const reports = [first, second];
    const tokens = await Promise.all(
      phones.map(async (phone, at) => (await phone.open((reports[at] as ScanReport).scanId)).token),
    );
    expect(tokens.every((token) => token !== '')).toBe(true);
    const answers = await Promise.all(
      Array.from({ length: 400 }, async (_, at) => {
        const who = at % 2;
        const form = { token: tokens[who] ?? '', score: String(at % 101), words: `第 ${at} 次` };
        const page = await (phones[who] as Phone).post(rateUrl(reports[who] as ScanReport), form);
        return { who, status: page.status };
      }),
    );
    const saved = await ratings(first.presenceId);
    expect(saved).toHaveLength(1);
    const winner = saved[0]?.scanId === first.scanId ? 0 : 1;
    for (const { who, status } of answers) expect(status).toBe(who === winner ? 303 : 409);
    const loser = await (phones[1 - winner] as Phone).open(
      (reports[1 - winner] as ScanReport).scanId,
    );
    expect(loser.html).toContain('请重新扫描车屏');
    expect(loser.html).toContain('示例清障救援有限公司');
    expect(loser.data('verdict')).toBe('replayed');
    expect(loser.data('match')).toBe('');
  });

  it('a second phone within ten seconds of the first page is a candidate, one later is not', async () => {
    const [within, second] = await twoOpenings('within', 9_000);
    const phone = new Phone(rig);
    await phone.open(within.scanId);
    await deliver(rig, second);
    rig.clock.ms += 9_000;
    expect((await new Phone(rig).open(second.scanId)).hasRatingForm).toBe(true);

    const [shown, late] = await twoOpenings('later', 11_000);
    await new Phone(rig).open(shown.scanId);
    rig.clock.ms += 11_000;
    await deliver(rig, late);
    const page = await new Phone(rig).open(late.scanId);
    expect(page.data('verdict')).toBe('replayed');
    expect(page.html).toContain('请重新扫描车屏');
    expect(page.hasRatingForm).toBe(false);
  });

  it('a fetcher that never shows its page does not use up the ten seconds', async () => {
    const [fetched, driver] = await twoOpenings('fetcher', 40_000);
    await new Phone(rig).open(fetched.scanId, false);
    rig.clock.ms += 40_000;
    await deliver(rig, driver);
    expect((await new Phone(rig).open(driver.scanId)).hasRatingForm).toBe(true);
  });

  it('a late opening cannot rate even with its own cookie and token', async () => {
    const report = reportOf('late-with-cookie', { presenceId: 'key.late' });
    await deliver(rig, report);
    const phone = new Phone(rig);
    const { token } = await phone.open(report.scanId);
    const earlier = reportOf('earlier-page', {
      presenceId: 'key.late',
      scannedAtMs: report.scannedAtMs - 20_000,
    });
    await deliver(rig, earlier);
    rig.clock.ms = report.scannedAtMs - 11_000;
    await new Phone(rig).open(earlier.scanId);
    const refused = await phone.post(rateUrl(report), { token, score: '90' });
    expect(refused.status).toBe(409);
    expect(refused.html).toContain('请重新扫描车屏');
    expect(await ratings('key.late')).toEqual([]);
  });

  it('a rating in training is marked as such', async () => {
    const base = reportOf('training-rating');
    const report = { ...base, unit: { ...base.unit, training: true } };
    await deliver(rig, report);
    const phone = new Phone(rig);
    const { token } = await phone.open(report.scanId);
    await phone.post(rateUrl(report), { token, level: '60' });
    expect((await ratings(report.presenceId))[0]).toMatchObject({ score: 60, training: 1 });
  });

  it('a form without a score comes back with the words kept and why', async () => {
    const report = reportOf('no-score');
    await deliver(rig, report);
    const phone = new Phone(rig);
    const { token } = await phone.open(report.scanId);
    const page = await phone.post(rateUrl(report), { token, words: '没选分数' });
    expect(page.status).toBe(400);
    expect(page.html).toContain('请选择满意程度');
    expect(page.html).toContain('没选分数</textarea>');
    expect(await ratings(report.presenceId)).toEqual([]);
  });
});

describe('the cookie of the first opener', () => {
  it('is HttpOnly, SameSite=Lax, for the one path; Secure unless the server is plain http', async () => {
    const report = reportOf('cookie');
    await deliver(rig, report);
    const response = await new Phone(rig).get(`/v/${report.scanId}`);
    expect(response.cookies.map(({ name, path }) => [name, path])).toEqual([
      ['xinlu_opener', `/v/${report.scanId}`],
      ['xinlu_party', '/v'],
    ]);
    expect(response.cookies[0]).toMatchObject({
      name: 'xinlu_opener',
      path: `/v/${report.scanId}`,
      httpOnly: true,
      sameSite: 'Lax',
    });
    expect(response.cookies[0]?.secure).toBeUndefined();
    const secure = await openRig({ publicUrl: 'https://xinlu.example' });
    await deliver(secure, report);
    const overHttps = await new Phone(secure).get(`/v/${report.scanId}`);
    expect(overHttps.cookies[0]?.secure).toBe(true);
    await secure.close();
  });

  it('is given once: a forwarded link is for reading only', async () => {
    const report = reportOf('forwarded');
    await deliver(rig, report);
    await new Phone(rig).open(report.scanId);
    const friend = new Phone(rig);
    const page = await friend.open(report.scanId);
    expect(page.response.cookies).toEqual([]);
    expect(page.html).toContain('这是转发的页面，只能查看');
    expect(page.data('match')).toBe('');
    expect(page.hasRatingForm).toBe(false);
    const refused = await friend.post(rateUrl(report), { score: '0', words: '冒充' });
    expect(refused.status).toBe(409);
    expect(await ratings(report.presenceId)).toEqual([]);
  });

  it('goes to exactly one of thirty first fetches at once', async () => {
    const report = reportOf('first-fetches');
    await deliver(rig, report);
    const responses = await Promise.all(
      Array.from({ length: 30 }, () => new Phone(rig).get(`/v/${report.scanId}`)),
    );
    const given = responses.filter(({ cookies }) => cookies.length > 0);
    expect(given).toHaveLength(1);
    const withForm = responses.filter(({ body }) => body.includes('name="token"'));
    expect(withForm).toEqual(given);
  });

  it('made up by somebody else opens nothing', async () => {
    const report = reportOf('made-up-cookie');
    await deliver(rig, report);
    await new Phone(rig).open(report.scanId);
    const forger = new Phone(rig, { cookie: 'xinlu_opener=AAAAAAAAAAAAAAAAAAAAAA' });
    expect((await forger.open(report.scanId)).hasRatingForm).toBe(false);
    expect((await forger.post(rateUrl(report), { score: '0' })).status).not.toBe(303);
    expect(await ratings(report.presenceId)).toEqual([]);
  });

  it('a form without the token of its page saves nothing and says what to do', async () => {
    const report = reportOf('no-token');
    await deliver(rig, report);
    const other = reportOf('no-token-other');
    await deliver(rig, other);
    const phone = new Phone(rig);
    await phone.open(report.scanId);
    const { token: foreign } = await phone.open(other.scanId);
    for (const token of ['', 'x', foreign]) {
      const page = await phone.post(rateUrl(report), { token, score: '70' });
      expect(page.status).toBe(403);
      expect(page.html).toContain('没有保存');
    }
    expect(await ratings(report.presenceId)).toEqual([]);
  });

  it('a restart keeps cookie and token good', async () => {
    const { createServer } = await import('../../../server/server.ts');
    const { rigConfig, seededBytes } = await import('../rig.ts');
    const { pino } = await import('pino');
    const own = await openRig();
    const report = reportOf('restart');
    await deliver(own, report);
    const first = await own.server.app.inject({ url: `/v/${report.scanId}` });
    const cookie = `xinlu_opener=${first.cookies[0]?.value}`;
    const token = /name="token" value="([^"]+)"/.exec(first.body)?.[1] ?? '';
    await own.server.stop();
    const server = await createServer(rigConfig(own.dataDir), {
      nowMs: () => own.clock.ms,
      randomBytes: seededBytes('restarted'),
      log: pino({ level: 'silent' }),
    });
    const saved = await server.app.inject({
      method: 'POST',
      url: rateUrl(report),
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ token, score: '77' }).toString(),
    });
    expect(saved.statusCode).toBe(303);
    await server.stop();
  });
});

describe('looking changes nothing', () => {
  const stateOf = async (scanId: string) =>
    rig.server.store.get(
      `SELECT opener_digest AS opener, opened_at_ms AS opened, seen_at_ms AS seen,
              (SELECT count(*) FROM redemptions) AS redemptions FROM scans WHERE scan_id = ?`,
      [scanId],
    );

  it('HEAD is 204 and leaves the cookie for the opener', async () => {
    const report = reportOf('head');
    await deliver(rig, report);
    const before = await stateOf(report.scanId);
    const head = await rig.server.app.inject({ method: 'HEAD', url: `/v/${report.scanId}` });
    expect(head.statusCode).toBe(204);
    expect(head.cookies).toEqual([]);
    expect(await stateOf(report.scanId)).toEqual(before);
    expect((await new Phone(rig).open(report.scanId)).hasRatingForm).toBe(true);
  });

  it('a fetch ahead of the tap is 503, not stored, and leaves the cookie for the opener', async () => {
    const report = reportOf('prefetch');
    await deliver(rig, report);
    const before = await stateOf(report.scanId);
    const ahead = await new Phone(rig).get(`/v/${report.scanId}`, {
      'sec-purpose': 'prefetch;prerender',
    });
    expect(ahead.statusCode).toBe(503);
    expect(ahead.headers['cache-control']).toBe('no-store');
    expect(await stateOf(report.scanId)).toEqual(before);
  });

  it('GET of page and style redeems nothing', async () => {
    const report = reportOf('get-only');
    await deliver(rig, report);
    const before = (await stateOf(report.scanId)) as { redemptions: number };
    const phone = new Phone(rig);
    for (let round = 0; round < 5; round += 1) await phone.open(report.scanId);
    expect(((await stateOf(report.scanId)) as { redemptions: number }).redemptions).toBe(
      before.redemptions,
    );
  });

  it('the style marks the first time the page was shown, and only the first', async () => {
    const report = reportOf('seen-once');
    await deliver(rig, report);
    rig.clock.ms = report.scannedAtMs + 700;
    await new Phone(rig).open(report.scanId);
    rig.clock.ms += 5000;
    await new Phone(rig).open(report.scanId);
    expect(await stateOf(report.scanId)).toMatchObject({ seen: report.scannedAtMs + 700 });
  });
});

describe('the answer about the match words', () => {
  const alertsOf = ({ scanId }: ScanReport) =>
    rig.server.store.all(
      'SELECT kind, lat, place, redeemed, training FROM alerts WHERE scan_id = ?',
      [scanId],
    );
  const matchUrl = ({ scanId }: ScanReport) => `/v/${scanId}/match`;

  it('different raises one alert with the place, redeems, and thanks; rating stays open', async () => {
    const report = reportOf('different');
    await deliver(rig, report);
    const phone = new Phone(rig);
    const { token } = await phone.open(report.scanId);
    for (let tap = 0; tap < 3; tap += 1) {
      const answer = await phone.post(matchUrl(report), { token, answer: 'different' });
      expect(answer.status).toBe(303);
    }
    const alerts = await alertsOf(report);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ kind: 'match-different', lat: 38.0421234, redeemed: 1 });
    expect(JSON.parse((alerts[0] as { place: string }).place)).toEqual(report.place);
    const page = await phone.open(report.scanId);
    expect(page.html).toContain('词不一致，请当心');
    expect(page.html).toContain('谢谢您');
    expect(page.data('presence')).toBe('holder');
    expect(page.hasRatingForm).toBe(true);
  });

  it('the same is noted and redeems nothing; a later "different" still counts', async () => {
    const report = reportOf('same');
    await deliver(rig, report);
    const phone = new Phone(rig);
    const { token } = await phone.open(report.scanId);
    await phone.post(matchUrl(report), { token, answer: 'same' });
    const page = await phone.open(report.scanId);
    expect(page.html).toContain('您已确认一致');
    expect(page.data('presence')).toBe('candidate');
    expect(await alertsOf(report)).toEqual([]);
    await phone.post(matchUrl(report), { token, answer: 'different' });
    await phone.post(matchUrl(report), { token, answer: 'same' });
    expect(await alertsOf(report)).toHaveLength(1);
    expect((await phone.open(report.scanId)).html).toContain('词不一致，请当心');
  });

  it('an opener who lost the race still raises the alert, marked as not redeemed', async () => {
    const [first, second] = await twoOpenings('lost-alert');
    await deliver(rig, second);
    const winner = new Phone(rig);
    const loser = new Phone(rig);
    const { token } = await loser.open(second.scanId);
    const { token: winning } = await winner.open(first.scanId);
    await winner.post(rateUrl(first), { token: winning, score: '100' });
    const refused = await loser.post(matchUrl(second), { token, answer: 'different' });
    expect(refused.status).toBe(409);
    expect(await alertsOf(second)).toMatchObject([{ redeemed: 0 }]);
    await new Phone(rig).post(matchUrl(first), { answer: 'different' });
    expect(await alertsOf(first)).toEqual([]);
  });
});
