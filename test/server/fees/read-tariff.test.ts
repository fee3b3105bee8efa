import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256OfJson } from '../../../server/fees/canonical-json.ts';
import { readTariff } from '../../../server/fees/read-tariff.ts';
import type { TariffDocument } from '../../../server/fees/tariff-schema.ts';
import { roadDamageDocument, sampleDocument, tariffOf, withItems } from './samples.ts';

function problemsOf(document: unknown): (readonly [string, string])[] {
  const reading = readTariff(document);
  return 'problems' in reading ? reading.problems.map(({ code, at }) => [code, at] as const) : [];
}

const first = (change: object): TariffDocument =>
  withItems(({ code }) => (code === 'tow.base' ? change : {}));

describe('the shipped samples', () => {
  it('are marked as samples, in words and for programs', () => {
    for (const document of [sampleDocument(), roadDamageDocument()]) {
      expect(document.sample).toBe(true);
      expect(document.titleZh).toContain('示例');
      expect(document).toMatchObject({ bannerZh: expect.stringContaining('非政府定价文件') });
      expect(document.basis.every(({ docNo }) => docNo === null)).toBe(true);
    }
  });

  it('keep where each figure comes from', () => {
    const { items } = tariffOf(sampleDocument());
    const marks = (code: string) =>
      ['R1', 'R2'].map((vehicleClass) => items.get(code)?.markOf(vehicleClass));
    expect([marks('tow.base'), marks('site.jump'), marks('crane.base')]).toEqual([
      ['S', 'I'],
      ['A', 'A'],
      [null, null],
    ]);
  });

  it('have a hash that does not depend on how the file is laid out', () => {
    const document = sampleDocument();
    const turned = Object.fromEntries(Object.entries(document).reverse());
    expect(tariffOf(turned as TariffDocument).sha256).toBe(tariffOf(document).sha256);
    const dearer = first({ rate: 361 });
    expect(tariffOf(dearer).sha256).not.toBe(tariffOf(document).sha256);
  });
});

describe('the canonical text', () => {
  // The example of RFC 8785, section 3.2.2 and 3.2.4, as far as JSON.parse keeps it.
  it('is as RFC 8785 writes it', () => {
    const value = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/",' +
        '"literals":[null,true,false]}',
    );
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts keys by UTF-16 units', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
    expect(Object.keys(JSON.parse(text))).toEqual([
      '1',
      '\r',
      '\u0080',
      '\u00f6',
      '\u20ac',
      '\ud83d\ude00',
      '\ufb33',
    ]);
  });

  it('is hashed in UTF-8', () => {
    // printf '{"zh":"示例"}' | sha256sum
    expect(sha256OfJson({ zh: '示例' })).toBe(
      '2f6f5d6e8d0ce5cde6e6ba5014f288659a635707aab45be144685b5484f8be08',
    );
  });
});

describe('a tariff is refused with the place of the fault:', () => {
  it.each<[string, unknown, (readonly [string, string])[]]>([
    ['no object', 7, [['schema', '']]],
    [
      'a later version of the format',
      { ...sampleDocument(), schemaVersion: 2 },
      [['schema', '/schemaVersion']],
    ],
    ['unknown kind of item', first({ kind: 'gift' }), [['schema', '/items/0/kind']]],
    ['negative rate', first({ rate: -1 }), [['schema', '/items/0/rate']]],
    [
      'a day that is none',
      sampleDocument({ effectiveFrom: '2026-02-30' }),
      [['no-such-day', '/effectiveFrom']],
    ],
    [
      'an end before the beginning',
      sampleDocument({ effectiveTo: '2025-12-31' }),
      [['ends-before-it-begins', '/effectiveTo']],
    ],
    ['a rate finer than a fen', first({ rate: 0.125 }), [['finer-than-fen', '/items/0/rate']]],
    [
      'a class without a rate',
      first({ rate: { R1: 1, R2: 2, R3: 3, R4: 4 } }),
      [['class-missing', '/items/0/rate']],
    ],
    [
      'a rate for no class',
      first({ rate: { R1: 1, R2: 2, R3: 3, R4: 4, R5: 5, R6: 6 } }),
      [['unknown-class', '/items/0/rate']],
    ],
    ['no rate', first({ rate: undefined }), [['field-missing', '/items/0/rate']]],
    [
      'a code twice',
      withItems(({ code }) => (code === 'site.jump' ? { code: 'site.fuel' } : {})),
      [['code-twice', '/items']],
    ],
    [
      'a condition in another language',
      first({ condition: 'a || b' }),
      [['condition', '/items/0/condition']],
    ],
    ['a meter with a taken name', first({ meter: 'qty' }), [['reserved-name', '/items/0']]],
    [
      'a share of nothing',
      withItems(({ code }) => (code === 'cancel' ? { of: 'tow.gone' } : {})),
      [['unknown-item', '']],
    ],
    [
      'a group under two caps',
      sampleDocument({
        caps: [
          { code: 'one', zh: '一', groups: ['tow'], max: 1 },
          { code: 'two', zh: '二', groups: ['tow', 'crane'], max: 2 },
        ],
      }),
      [['caps-overlap', '/caps']],
    ],
    [
      'a surcharge on half a cap',
      sampleDocument({
        caps: [{ code: 'all', zh: '总', groups: ['tow', 'crane'], max: 1 }],
        surcharges: [
          { code: 'night', zh: '夜', percent: 1, enabled: true, appliesToGroups: ['tow'] },
        ],
      }),
      [['cap-split', '/caps']],
    ],
    [
      'a cap over an unknown group',
      sampleDocument({ caps: [{ code: 'c', zh: '顶', groups: ['boat'], max: 1 }] }),
      [['unknown-group', '']],
    ],
    [
      'a posted list of nobody',
      sampleDocument({ kind: 'posted' }),
      [['posted-list', '/organisationId']],
    ],
    [
      'a fixture without an expectation',
      sampleDocument({ fixtures: [{ id: 'x', input: {} }] }),
      [['expectation', '/fixtures/0']],
    ],
  ])('%s', (_title, document, problems) => {
    expect(problemsOf(document)).toEqual(expect.arrayContaining(problems));
    expect(problemsOf(document).map(([code]) => code)).toContain(problems[0]?.[0]);
  });
});
