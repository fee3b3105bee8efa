import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256OfJson } from '../../../server/fees/canonical-json.ts';
import { publishTariff } from '../../../server/fees/publish-tariff.ts';
import { openRig, type Rig, seededBytes, startMs } from '../rig.ts';
import { sampleDocument, withItems } from './samples.ts';

const { fixtures } = sampleDocument();
const towed = { vehicleClass: 'R1', towKm: 8, deadheadKm: 6, qty: { 'tow.base': 1 } };
const at = '2026-06-01T08:30:00+08:00';

async function ask(rig: Rig, payload: unknown) {
  const response = await rig.server.app.inject({
    method: 'POST',
    url: '/api/fee-check',
    headers: { 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
  return { status: response.statusCode, body: response.json() };
}

describe('POST /api/fee-check in a demonstration', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await openRig();
  });
  afterAll(() => rig.close());

  it.each(fixtures)('answers the fixture $id', async ({ input, expectYuan = Number.NaN }) => {
    const quotedFen = expectYuan * 100 + 100;
    const { status, body } = await ask(rig, { at, quotedFen, ...input });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      allowedFen: expectYuan * 100,
      verdict: 'over',
      overFen: 100,
      tariff: {
        id: 'CN-13-SAMPLE-2026A',
        version: 1,
        sha256: sha256OfJson(sampleDocument()),
        sample: true,
      },
      postedList: null,
    });
    expect(body.advice.zh).toContain('12328');
  });

  it('takes the moment as text or number, and a tariff by its name', async () => {
    const tariffId = 'CN-13-SAMPLE-ROAD-2026A';
    for (const moment of [at, '2026-06-01', startMs, startMs / 1000]) {
      const { body } = await ask(rig, { at: moment, tariffId, qty: { 'road.post': 2 } });
      expect(body).toMatchObject({ allowedFen: 60_000, verdict: 'none', tariff: { id: tariffId } });
    }
  });

  it.each([
    ['no moment', { ...towed }, 400, 'bad-moment', 'at'],
    ['a moment that is none', { ...towed, at: 'soon' }, 400, 'bad-moment', 'soon'],
    ['no object', [1], 400, 'bad-input', 'body'],
    ['broken JSON', '{"at":', 400, 'bad-input', expect.any(String)],
    ['a tariff that is a number', { ...towed, at, tariffId: 7 }, 400, 'bad-input', 'tariffId'],
    ['an unknown tariff', { ...towed, at, tariffId: 'X' }, 404, 'unknown-tariff', 'X'],
    ['a day before all', { ...towed, at: '2020-01-01' }, 404, 'no-tariff-in-force', '2020-01-01'],
    ['no class', { at, qty: {} }, 400, 'vehicle-class-missing', null],
    ['negative kilometres', { ...towed, at, towKm: -8 }, 400, 'bad-input', 'towKm'],
    ['a sum as text', { ...towed, at, quotedFen: '2300' }, 400, 'bad-input', 'quotedFen'],
    ['parts of a fen', { ...towed, at, quotedFen: 0.1 }, 400, 'bad-input', 'quotedFen'],
    ['too much text', { ...towed, at, note: 'x'.repeat(40_000) }, 413, 'too-large', null],
  ])('refuses %s with a code and what to do', async (_title, payload, status, code, about) => {
    expect(await ask(rig, payload)).toEqual({
      status,
      body: { code, about, message: expect.any(String), messageZh: expect.any(String) },
    });
  });

  it('says in both languages why a fee may be refused or does not count', async () => {
    const qty = { 'tow.base': 1, cancel: 1, 'site.wash': 1 };
    const { body } = await ask(rig, { ...towed, at, qty, quotedFen: 36_000 });
    expect(body.advice.zh).toContain('未予标明');
    expect(body.unlisted[0]).toMatchObject({
      code: 'site.wash',
      reasonText: { zh: '收费标准中没有此项目', en: 'not in the tariff' },
    });
    expect(body.lines.at(-1)).toMatchObject({
      code: 'cancel',
      reason: 'condition-not-met',
      reasonText: { zh: '不具备收取条件' },
    });
    expect(body.lines[0].reasonText).toBeNull();
  });

  it('uses the tariff in force at the incident although a new one was published since', async () => {
    const dearer = withItems(({ code }) => (code === 'tow.base' ? { rate: 777 } : {}));
    const published = await publishTariff(
      rig.server.store,
      {
        ...dearer,
        effectiveFrom: '2026-07-01',
        fixtures: [{ id: 'car', input: towed, expectYuan: 777 }],
      },
      { byWhom: 'clerk-1', nowMs: startMs, randomBytes: seededBytes('clerk') },
    );
    expect(published).toMatchObject({ version: 2 });
    expect((await ask(rig, { ...towed, at })).body).toMatchObject({
      allowedFen: 36_000,
      tariff: { version: 1 },
    });
    expect((await ask(rig, { ...towed, at: '2026-07-01' })).body).toMatchObject({
      allowedFen: 77_700,
      tariff: { version: 2 },
    });
  });

  it('reckons market items by the posted list of the firm that asks, and names both', async () => {
    const list = {
      ...sampleDocument(),
      id: 'org-demo-rescue-list',
      kind: 'posted',
      organisationId: 'org-demo-rescue',
      caps: [],
      discounts: [],
      surcharges: [],
      items: [
        { code: 'key', zh: '开锁', kind: 'fixed', group: 'key', pricing: 'market', rate: 120 },
      ],
      fixtures: [{ id: 'key', input: { vehicleClass: 'R1', qty: { key: 1 } }, expectYuan: 120 }],
    };
    await publishTariff(rig.server.store, list, {
      byWhom: 'clerk-1',
      nowMs: startMs,
      randomBytes: seededBytes('clerk'),
    });
    const done = { at, vehicleClass: 'R1', qty: { 'tow.base': 1, key: 1 }, quotedFen: 48_000 };
    expect((await ask(rig, done)).body).toMatchObject({ verdict: 'unlisted' });
    const { body } = await ask(rig, { ...done, organisationId: 'org-demo-rescue' });
    expect(body).toMatchObject({
      allowedFen: 48_000,
      verdict: 'within',
      tariff: { id: 'CN-13-SAMPLE-2026A' },
      postedList: { id: 'org-demo-rescue-list', version: 1 },
    });
  });
});

describe('POST /api/fee-check outside a demonstration', () => {
  it('says what the sample allows and judges nothing', async () => {
    const rig = await openRig({ sampleData: false });
    try {
      const { status, body } = await ask(rig, { ...towed, at, quotedFen: 999_900 });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        allowedFen: 36_000,
        verdict: 'none',
        overFen: 0,
        tariff: { sample: true },
      });
    } finally {
      await rig.close();
    }
  });
});
