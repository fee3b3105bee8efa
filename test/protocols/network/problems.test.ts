import { describe, expect, it } from 'vitest';
import { networkProblems } from '../../../protocols/network/network.ts';
import { problemsMax } from '../../../protocols/network/problems.ts';
import { Random, seedOr } from '../../support/random.ts';
import { feature, file, networkOf, origin, problemsOf, sampleText, straight } from './roads.ts';

const vertices = straight(origin, 90, 500, 11);
const one = (properties: Record<string, unknown>) => file([feature(vertices, properties)]);
const anchors = (...rows: [string, number][]) => ({
  anchors: rows.map(([stake, vertex]) => ({ stake, vertex })),
});
const ends = anchors(['K0+000', 0], ['K5+000', 10]);
const chainBreak = (backStake: string, aheadStake: string, vertex: number) => ({
  ...ends,
  breaks: [{ backStake, aheadStake, vertex }],
});
const geometry = (value: unknown) => file([{ ...feature(vertices), geometry: value }]);
const tooMany = Array.from({ length: 1_000_001 }, () => [115, 38]);

/** For each code, files that have just that problem. */
const wrong: Record<keyof typeof networkProblems, unknown[]> = {
  'not-json': ['{'],
  'not-a-collection': [null, 5, [], {}, feature(vertices), { type: 'FeatureCollection' }],
  'datum-undeclared': [file([feature(vertices)], { datum: undefined })],
  'datum-unknown': [
    file([feature(vertices)], { datum: 'BD-09' }),
    file([feature(vertices)], { datum: null }),
  ],
  'no-lines': [file([]), file([null, { type: 'Feature', geometry: { type: 'Point' } }])],
  'too-large': [
    geometry({ type: 'LineString', coordinates: tooMany }),
    one({ anchors: Array.from({ length: 20_001 }, (_, vertex) => ({ stake: 'K0+000', vertex })) }),
  ],
  'section-missing': [one({ section: undefined }), one({ section: 4 }), one({ section: '' })],
  'not-a-line': [
    geometry({ type: 'MultiLineString', coordinates: [] }),
    geometry(null),
    geometry({ type: 'LineString', coordinates: 'none' }),
  ],
  'too-few-vertices': [
    file([feature(vertices.slice(0, 1))]),
    file([feature([origin, origin, origin])]),
  ],
  'bad-position': [
    geometry({
      type: 'LineString',
      coordinates: [
        [38, 115],
        [115.1, 38],
      ],
    }),
    geometry({ type: 'LineString', coordinates: [[115, 38], null] }),
    geometry({ type: 'LineString', coordinates: [[115, 38], [115.1]] }),
  ],
  'segment-too-long': [file([feature([origin, { lat: 38, lon: 118 }])])],
  'bad-align': [one({ align: 5 })],
  'carriageway-unknown': [one({ carriageway: undefined }), one({ carriageway: 'inc' })],
  'bad-validity': [
    one({ validFrom: undefined }),
    one({ validFrom: '2024-02-30' }),
    one({ validFrom: '1.2.2024' }),
    one({ validFrom: '2024-01-01', validTo: '2024-01-01' }),
    one({ validTo: 'soon' }),
  ],
  'anchors-missing': [one({ anchors: undefined }), one({ anchors: [] }), one({ anchors: {} })],
  'vertex-out-of-range': [
    one(anchors(['K0+000', 0], ['K5+000', 11])),
    one(anchors(['K0+000', -1])),
    one(anchors(['K0+000', 0.5])),
    one({ anchors: [{ stake: 'K0+000' }] }),
  ],
  'bad-stake': [
    one(anchors(['5 km', 0])),
    one({ anchors: [{ stake: 5000, vertex: 0 }] }),
    one(anchors(['K0+000', 0], ['AK5+000', 10])),
    one(chainBreak('K2+500', 'ZK2+600', 5)),
  ],
  'anchors-not-monotonic': [
    one(anchors(['K0+000', 0], ['K3+000', 5], ['K2+700', 6], ['K4+700', 10])),
    one(anchors(['K5+000', 0], ['K2+000', 5], ['K2+300', 6], ['K0+000', 10])),
    one(anchors(['K0+000', 0], ['K2+000', 4], ['K2+010', 4])),
    one(anchors(['K0+000', 0], ['K0+000', 10])),
    one({
      ...anchors(['K0+000', 0], ['K2+000', 4], ['K5+000', 10]),
      breaks: [{ backStake: 'K1+900', aheadStake: 'K2+600', vertex: 5 }],
    }),
  ],
  'scale-implausible': [
    one(anchors(['K0+000', 0], ['K7+000', 10])),
    one(anchors(['K0+000', 0], ['K3+000', 10])),
    one(chainBreak('K4+000', 'K2+500', 5)),
  ],
  'bad-break': [
    one(chainBreak('K0+000', 'K0+100', 0)),
    one(chainBreak('K5+000', 'K5+100', 10)),
    one(chainBreak('K5+000', 'K5+100', 12)),
    one({ ...ends, breaks: { backStake: 'K2+500', aheadStake: 'K2+600', vertex: '5' } }),
    one({
      ...anchors(['K0+000', 0], ['K2+550', 5], ['K5+100', 10]),
      breaks: [{ backStake: 'K2+500', aheadStake: 'K2+600', vertex: 5 }],
    }),
    one({
      ...ends,
      breaks: [
        { backStake: 'K2+500', aheadStake: 'K2+600', vertex: 5 },
        { backStake: 'K2+500', aheadStake: 'K2+600', vertex: 5 },
      ],
    }),
  ],
  'stake-below-zero': [one(anchors(['K0+000', 2]))],
  'validity-overlap': [
    file([feature(vertices), feature(vertices)]),
    file([
      feature(vertices, { validTo: '2024-01-01' }),
      feature(vertices.slice(2), {
        validFrom: '2023-12-31',
        anchors: [{ stake: 'K4+500', vertex: 0 }],
      }),
    ]),
  ],
  'bad-area': [
    file([feature(vertices)], { areas: {} }),
    file([feature(vertices)], { areas: [null] }),
    file([feature(vertices)], { areas: [{ organisation: 'a', section: 'G4', from: '5' }] }),
    file([feature(vertices)], {
      areas: [{ organisation: 'a', section: 'G4', from: 'K2+000', to: 'K2+000' }],
    }),
  ],
  'area-unknown-section': [
    file([feature(vertices)], { areas: [{ organisation: 'a', section: 'G5' }] }),
  ],
};

describe('a network file that is wrong', () => {
  it.each(Object.entries(wrong))('is told: %s', (code, files) => {
    for (const json of files) {
      const problems = problemsOf(json);
      const codes = [...new Set(problems.map((problem) => problem.code))];
      expect(codes, JSON.stringify(json).slice(0, 400)).toEqual([code]);
      expect(problems[0]?.message).toContain(networkProblems[code as keyof typeof wrong]);
    }
  });

  it('names feature and section, and tells all that is wrong in one run', () => {
    const bad = feature(vertices, { section: 'G20', ...anchors(['5 km', 0], ['K5+000', 11]) });
    const problems = problemsOf(file([feature(vertices), bad], { datum: undefined }));
    expect(problems.map(({ code, feature: index, section }) => [code, index, section])).toEqual([
      ['datum-undeclared', null, null],
      ['bad-stake', 1, 'G20'],
      ['vertex-out-of-range', 1, 'G20'],
    ]);
    expect(problems[1]?.message).toBe(
      'anchor 0 has the stake "5 km": write stakes such as "K234+567", ' +
        'the letters before K the same along a line',
    );
  });

  it('is told with the property to look at, also what labels and other lines would have hidden', () => {
    const stakes = anchors(['K0+000', 0], ['K3+000', 5], ['K2+700', 6], ['K4+700', 10]);
    const twice = [feature(vertices), feature(vertices)];
    const bad = feature(vertices, { section: 'G20', carriageway: 'inc', ...stakes });
    const problems = problemsOf(file([...twice, bad], { areas: [{ organisation: 'a' }] }));
    expect(problems.map(({ code, feature: at, property }) => [code, at, property])).toEqual([
      ['carriageway-unknown', 2, 'carriageway'],
      ['anchors-not-monotonic', 2, 'anchors'],
      ['validity-overlap', 1, 'validFrom'],
      ['bad-area', 0, null],
    ]);
  });

  it('gets a bounded report however much is wrong', () => {
    const many = Array.from({ length: 3_000 }, () =>
      feature(vertices, { section: 'x'.repeat(9e3) }),
    );
    const problems = problemsOf(file(many));
    expect(problems).toHaveLength(problemsMax);
    expect(JSON.stringify(problems[0]).length).toBeLessThan(500);
  });
});

describe('a network file that is right', () => {
  it('may hold what is no line of a road: service areas, outlines', () => {
    const point = {
      type: 'Feature',
      properties: { name: '示例服务区' },
      geometry: { type: 'Point' },
    };
    expect(networkOf(file([point, feature(vertices)])).lines).toHaveLength(1);
  });

  it('may let one line follow another in time or in stakes', () => {
    const older = feature(vertices, { validTo: '2024-01-01' });
    const younger = feature(vertices, { validFrom: '2024-01-01' });
    const further = feature(straight(vertices[10] ?? origin, 90, 500, 3), anchors(['K5+000', 0]));
    expect(networkOf(file([older, younger, further])).lines).toHaveLength(3);
  });

  it('is read from text as from its value', () => {
    expect(networkOf(JSON.stringify(file([feature(vertices)]))).sections).toEqual(['G4']);
  });

  it('never makes the reader throw, whatever is put into it', () => {
    const random = new Random(seedOr(20_261_203));
    const junk = [null, -1, 1e9, 'K1+000', '', [], {}, [[115, 38]], Number.NaN, true, '2024-01-01'];
    const sample = sampleText();
    for (let turn = 0; turn < 150; turn += 1) {
      const json = JSON.parse(sample);
      for (let change = 0; change < 3; change += 1) spoil(json, random, junk);
      const hint = `seed ${random.seed}, turn ${turn}`;
      expect(() => problemsOf(json), hint).not.toThrow();
    }
  });
});

/** Puts junk at a random place of a JSON value. */
function spoil(json: unknown, random: Random, junk: readonly unknown[]): void {
  let at = json as Record<string, unknown>;
  for (let depth = 0; depth < 8; depth += 1) {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = random.pick(keys);
    const next = at[key];
    if (typeof next !== 'object' || next === null || random.next() < 0.2) {
      at[key] = structuredClone(random.pick(junk));
      return;
    }
    at = next as Record<string, unknown>;
  }
}
