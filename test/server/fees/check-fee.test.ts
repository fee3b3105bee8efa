import { describe, expect, it } from 'vitest';
import { checkFee } from '../../../server/fees/check-fee.ts';
import { withPostedList } from '../../../server/fees/posted-list.ts';
import type { TariffDocument } from '../../../server/fees/tariff-schema.ts';
import {
  check,
  refusalOf,
  roadDamageDocument,
  sampleDocument,
  tariffOf,
  withItems,
} from './samples.ts';

const tariff = tariffOf(sampleDocument());
const road = tariffOf(roadDamageDocument());
const { fixtures } = sampleDocument();
const towed = { vehicleClass: 'R1', towKm: 8, deadheadKm: 6, qty: { 'tow.base': 1 } };

function fixture(id: string): object {
  return fixtures.find((each) => each.id === id)?.input ?? {};
}

function amounts(lines: readonly { code: string; amountFen: number }[]) {
  return Object.fromEntries(lines.map(({ code, amountFen }) => [code, amountFen]));
}

describe('the worked fixtures', () => {
  it.each(fixtures)('$id comes to $expectYuan yuan', ({ input, expectYuan = Number.NaN }) => {
    expect(check(tariff, input).allowedFen).toBe(expectYuan * 100);
  });

  it('among them the 2,300 yuan of the source, item by item', () => {
    const { lines } = check(tariff, fixture('seed-2300'));
    expect(amounts(lines)).toEqual({
      'tow.base': 150_000,
      'tow.perKm': 40_000,
      'tow.deadheadKm': 0,
      'site.brakeRelease': 10_000,
      'site.driveshaft': 20_000,
      'site.clear': 10_000,
    });
  });

  it('are within when asked for what they come to, and over by a yuan when asked a yuan more', () => {
    for (const { input, expectYuan = Number.NaN } of fixtures) {
      const asked = (yuan: number) => check(tariff, { ...input, quotedFen: yuan * 100 });
      expect(asked(expectYuan)).toMatchObject({ verdict: 'within', overFen: 0 });
      expect(asked(expectYuan + 1)).toMatchObject({ verdict: 'over', overFen: 100 });
    }
  });
});

describe('a verdict', () => {
  it('over names the rule it rests on', () => {
    const { rules } = check(tariff, { ...fixture('seed-2300'), quotedFen: 300_000 });
    expect(rules.map(({ code, basis }) => [code, basis])).toEqual([
      ['not-above-standard', '价格法(1997) 第十二条、第三十九条、第四十一条'],
    ]);
  });

  it('is unlisted and names every item the tariff does not have', () => {
    const result = check(tariff, {
      ...towed,
      qty: { 'tow.base': 1, 'site.wash': 1, 'site.hurry': 0 },
      surcharges: ['night', 'fog'],
      quotedFen: 36_000,
    });
    expect(result).toMatchObject({ verdict: 'unlisted', overFen: 0, allowedFen: 36_000 });
    expect(result.unlisted).toEqual([
      { code: 'site.wash', name: '', reason: 'not-in-tariff' },
      { code: 'night', name: '夜间作业加收', reason: 'not-enabled' },
      { code: 'fog', name: '', reason: 'not-in-tariff' },
    ]);
    expect(result.rules.map(({ code }) => code)).toEqual(['no-unlisted-fee']);
  });

  it('is none when nothing was asked', () => {
    expect(check(tariff, towed)).toMatchObject({ verdict: 'none', overFen: 0 });
  });

  it('is none for a sample outside a demonstration, whatever was asked', () => {
    const done = {
      ...towed,
      qty: { 'tow.base': 1, 'site.wash': 1 },
      quotedFen: 999_900,
      bill: [{ code: 'tow.base', fen: 999_900 }],
    };
    expect(checkFee(tariff, done, { demonstration: false })).toMatchObject({
      allowedFen: 36_000,
      verdict: 'none',
      overFen: 0,
      unlisted: [],
      billed: [],
      rules: [],
    });
  });

  it('is given for a real tariff outside a demonstration', () => {
    const real = tariffOf(sampleDocument({ sample: false }));
    const result = checkFee(real, { ...towed, quotedFen: 36_100 }, { demonstration: false });
    expect(result).toMatchObject({ verdict: 'over', overFen: 100 });
  });
});

describe('quantities', () => {
  const towFor = (towKm: number) => check(tariff, { ...towed, towKm }).allowedFen;

  it('count every begun kilometre over those included', () => {
    expect([10, 10.01, 11, 11.01].map(towFor)).toEqual([36_000, 37_500, 37_500, 39_000]);
  });

  it('count every begun half hour of the crane over two hours', () => {
    const craneFor = (craneHours: number) =>
      check(tariff, { vehicleClass: 'R5', craneHours, qty: { 'crane.base': 1 } }).allowedFen;
    expect([2, 2.01, 2.5, 2.51].map(craneFor)).toEqual([375_000, 405_000, 405_000, 435_000]);
  });

  it('of kilometres cost nothing without the base fee they go beyond', () => {
    const done = { vehicleClass: 'R1', towKm: 50, deadheadKm: 50, qty: { 'site.jump': 1 } };
    expect(amounts(check(tariff, done).lines)).toEqual({ 'site.jump': 8000 });
  });

  it('of a metered item named alone count beyond what is included', () => {
    const done = { vehicleClass: 'R1', towKm: 12, qty: { 'tow.perKm': 1 } };
    expect(check(tariff, done).allowedFen).toBe(3000);
  });

  it('of a metered item named with 0 are left out', () => {
    const qty = { 'tow.base': 1, 'tow.deadheadKm': 0 };
    expect(check(tariff, { ...towed, deadheadKm: 90, qty }).allowedFen).toBe(36_000);
  });

  it('stop at the most the tariff counts', () => {
    const { lines } = check(tariff, { vehicleClass: 'R1', qty: { 'site.tyre': 9 } });
    expect(lines[0]).toMatchObject({ quantity: 6, amountFen: 36_000, reason: 'quantity-limited' });
  });

  it('are given with the rate, the mark of its source and the unit', () => {
    const { lines } = check(tariff, { ...fixture('car-25.4km') });
    expect(lines[1]).toMatchObject({ quantity: 16, unit: '公里', rateFen: 1500, mark: 'S' });
  });
});

describe('conditions', () => {
  const cancelled = fixture('cancel') as Record<string, unknown>;

  it.each(['arrivedOnScene', 'cancelledByParty', 'arrivalWithinPromise'])(
    'of a cancelled visit all count: nothing without %s',
    (fact) => {
      const { allowedFen, lines } = check(tariff, { ...cancelled, [fact]: false });
      expect([allowedFen, lines[0]?.reason]).toEqual([0, 'condition-not-met']);
      const { [fact]: _, ...unsaid } = cancelled;
      expect(check(tariff, unsaid).allowedFen).toBe(0);
    },
  );

  it('let the fee of a cancelled visit give way to work that was done', () => {
    const qty = { cancel: 1, 'site.clear': 1 };
    const { allowedFen, lines } = check(tariff, { ...cancelled, qty });
    expect([allowedFen, lines.at(-1)?.reason]).toEqual([6000, 'excluded-by-another']);
  });

  it('free a vehicle held by an authority from storage', () => {
    const stored = { vehicleClass: 'R3', storageDays: 4 };
    expect(check(tariff, stored).allowedFen).toBe(6000);
    expect(check(tariff, { ...stored, heldByAuthority: true }).allowedFen).toBe(0);
  });

  it('allow nothing for cargo once the party says there was no written agreement', () => {
    const moved = { vehicleClass: 'R3', cargoTon: 3.25 };
    expect(check(tariff, moved).allowedFen).toBe(13_000);
    expect(check(tariff, { ...moved, writtenAgreement: false }).allowedFen).toBe(0);
  });
});

describe('surcharges, discounts and caps', () => {
  const rich = tariffOf(
    sampleDocument({
      surcharges: [{ code: 'night', zh: '夜间', percent: 10, enabled: true }],
      discounts: [
        { code: 'green', zh: '鲜活', percent: 50, enabled: true, appliesToGroups: ['tow'] },
        {
          code: 'free-tow',
          zh: '免费拖曳',
          enabled: true,
          setsZero: ['tow.base', 'tow.perKm', 'tow.deadheadKm'],
        },
      ],
    }),
  );
  const far = { vehicleClass: 'R1', towKm: 100, qty: { 'tow.base': 1, 'site.jump': 1 } };

  it('stand in the written order: cap, surcharge on what it left, discount, rounding', () => {
    const { lines, allowedFen } = check(rich, { ...far, surcharges: ['night'] });
    expect(lines.map(({ code, amountFen }) => [code, amountFen])).toEqual([
      ['tow.base', 36_000],
      ['tow.perKm', 135_000],
      ['site.jump', 8000],
      ['tow.cap', -81_000],
      ['night', 9800],
    ]);
    expect(allowedFen).toBe(107_800);
  });

  it('of one group take what lies within it', () => {
    const { lines } = check(rich, { ...far, discounts: ['green'] });
    expect(lines.at(-1)).toMatchObject({ code: 'green', amountFen: -45_000 });
  });

  it('that are not enabled or not known are named as ignored', () => {
    expect(check(tariff, { ...towed, discounts: ['green', 'vip'] })).toMatchObject({
      allowedFen: 36_000,
      ignored: ['discounts/green', 'discounts/vip'],
    });
  });

  it('that are automatic are for everybody, the others for who says so', () => {
    const offers = (automatic: boolean) =>
      tariffOf(
        sampleDocument({
          discounts: [{ code: 'half', zh: '半价', percent: 50, enabled: true, automatic }],
        }),
      );
    expect([offers(true), offers(false)].map((each) => check(each, towed).allowedFen)).toEqual([
      18_000, 36_000,
    ]);
  });

  it('let a province tow free', () => {
    const { lines, allowedFen } = check(rich, { ...far, discounts: ['free-tow'] });
    expect(allowedFen).toBe(8000);
    expect(lines.slice(0, 2).map(({ reason }) => reason)).toEqual(['free', 'free']);
  });

  it('drop the odd fen of the sum, in favour of who pays', () => {
    const odd = tariffOf(withItems(({ code }) => (code === 'tow.base' ? { rate: 360.99 } : {})));
    const { lines, allowedFen } = check(odd, towed);
    expect([allowedFen, lines.at(-1)?.code, lines.at(-1)?.amountFen]).toEqual([
      36_000,
      'rounding',
      -99,
    ]);
  });
});

describe('goods', () => {
  const goods = { name: '柴油 20 升', fen: 15_055 };

  it('at cost with a voucher are allowed whole, and are not unlisted', () => {
    const done = { ...towed, materials: [{ ...goods, voucher: true }], quotedFen: 51_055 };
    expect(check(tariff, done)).toMatchObject({ allowedFen: 51_055, verdict: 'within' });
  });

  it('without a voucher are not allowed and are named', () => {
    const done = { ...towed, materials: [{ ...goods, voucher: false }], quotedFen: 51_055 };
    expect(check(tariff, done)).toMatchObject({
      allowedFen: 36_000,
      verdict: 'unlisted',
      overFen: 15_055,
      unlisted: [{ code: 'material', name: '柴油 20 升', reason: 'no-voucher' }],
    });
  });
});

describe('an itemised bill', () => {
  const billed = (bill: object[]) => check(tariff, { ...fixture('seed-2300'), bill });

  it('that asks what is allowed is within', () => {
    const bill = [
      { code: 'tow.base', fen: 150_000 },
      { code: 'tow.perKm', fen: 40_000 },
    ];
    expect(billed(bill)).toMatchObject({ verdict: 'within', overFen: 0 });
  });

  it('is over by a line, though the sum is not', () => {
    const result = billed([{ code: 'site.clear', name: '清理', fen: 30_000 }]);
    expect(result).toMatchObject({ verdict: 'over', overFen: 20_000 });
    expect(result.billed).toEqual([
      { code: 'site.clear', name: '清理', billedFen: 30_000, allowedFen: 10_000, overFen: 20_000 },
    ]);
  });

  it('that splits a fee in two is judged by their sum', () => {
    const half = { code: 'site.clear', fen: 6000 };
    expect(billed([half, half])).toMatchObject({ verdict: 'over', overFen: 2000 });
  });

  it('may not list what is taken off as if it were a fee', () => {
    const done = { ...(fixture('tow-cap') as object), bill: [{ code: 'tow.cap', fen: 100 }] };
    const result = check(tariff, done);
    expect(result).toMatchObject({ verdict: 'unlisted', overFen: 100 });
    expect(result.billed[0]).toMatchObject({ allowedFen: 0 });
  });

  it('names the lines that are not in the tariff', () => {
    const result = billed([{ code: 'x1', name: '加急费', fen: 1 }]);
    expect(result.unlisted).toEqual([{ code: 'x1', name: '加急费', reason: 'not-in-tariff' }]);
    expect(result.verdict).toBe('unlisted');
  });
});

describe('market items', () => {
  const main = tariffOf(
    withItems(({ code }) => {
      if (code === 'site.jump') return { pricing: 'market', rate: undefined as never };
      return code === 'tow.base' ? { pricing: 'government-set' } : {};
    }),
  );
  const posted: TariffDocument = sampleDocument({
    id: 'org-1-list',
    kind: 'posted',
    organisationId: 'org-1',
    caps: [],
    discounts: [],
    surcharges: [],
    fixtures: [],
    items: [
      {
        code: 'site.jump',
        zh: '搭电',
        kind: 'fixed',
        group: 'onsite',
        pricing: 'market',
        rate: 95,
      },
      { code: 'tow.base', zh: '拖车', kind: 'base', group: 'tow', pricing: 'market', rate: 999 },
      {
        code: 'site.key',
        zh: '开锁',
        kind: 'fixed',
        group: 'onsite',
        pricing: 'market',
        rate: 120,
      },
    ],
  });
  const done = { vehicleClass: 'R5', qty: { 'tow.base': 1, 'site.jump': 1, 'site.key': 1 } };

  it('without a posted price are unlisted', () => {
    expect(check(main, done).unlisted).toEqual([
      { code: 'site.key', name: '', reason: 'not-in-tariff' },
      { code: 'site.jump', name: '搭电启动', reason: 'no-posted-price' },
    ]);
  });

  it('cost what the firm posted, and nothing else does', () => {
    const { lines, unlisted } = check(withPostedList(main, tariffOf(posted)), done);
    expect(unlisted).toEqual([]);
    expect(lines.map(({ code, amountFen, pricing }) => [code, amountFen, pricing])).toEqual([
      ['tow.base', 150_000, 'government-set'],
      ['site.jump', 9500, 'market'],
      ['site.key', 12_000, 'market'],
    ]);
  });
});

describe('road damage', () => {
  it('is a tariff of its own, where the vehicle does not matter and parts are measured', () => {
    const result = check(road, { qty: { 'road.guardrail': 12.5 }, quotedFen: 250_001 });
    expect(result).toMatchObject({ allowedFen: 250_000, verdict: 'over', overFen: 1 });
  });

  it('has no fee for towing', () => {
    expect(check(road, { qty: { 'tow.base': 1 } }).unlisted[0]?.code).toBe('tow.base');
  });
});

describe('an input that cannot be reckoned with is refused:', () => {
  it.each([
    ['no class', { qty: {} }, ['vehicle-class-missing', null]],
    ['unknown class', { ...towed, vehicleClass: 'R9' }, ['unknown-vehicle-class', 'R9']],
    ['nothing done', { vehicleClass: 'R1', quotedFen: 1 }, ['services-missing', null]],
    [
      'measure missing',
      { vehicleClass: 'R1', qty: { 'storage.day': 1 } },
      ['meter-missing', 'storageDays'],
    ],
    ['negative kilometres', { ...towed, towKm: -1 }, ['bad-input', 'towKm']],
    ['kilometres as text', { ...towed, towKm: '8' }, ['bad-input', 'towKm']],
    ['kilometres without end', { ...towed, towKm: 1e9 }, ['bad-input', 'towKm']],
    ['half a visit', { ...towed, qty: { 'tow.base': 0.5 } }, ['bad-input', 'qty/tow.base']],
    ['negative count', { ...towed, qty: { 'tow.base': -1 } }, ['bad-input', 'qty/tow.base']],
    ['parts of a fen', { ...towed, quotedFen: 0.5 }, ['bad-input', 'quotedFen']],
    ['a fact as text', { ...towed, arrivedOnScene: 'yes' }, ['bad-input', 'arrivedOnScene']],
    ['no object', null, ['bad-input', 'body']],
  ])('%s', (_title, input, expected) => {
    expect(refusalOf(tariff, input)).toEqual(expected);
  });

  it('a name the tariff does not know is answered, and said to be ignored', () => {
    expect(check(tariff, { ...towed, towKM: 99 }).ignored).toEqual(['towKM']);
  });
});
