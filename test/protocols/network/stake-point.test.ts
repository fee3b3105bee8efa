import { describe, expect, it } from 'vitest';
import { destination, distanceM } from '../../../protocols/geo/geo.ts';
import { Random, seedOr } from '../../support/random.ts';
import { feature, file, found, networkOf, origin, placeOf, sampleText, straight } from './roads.ts';

const north = straight(origin, 0, 1_000, 11);
const at = (metres: number) => destination(origin, 0, metres);
const anchors = (...rows: [string, number][]) => ({
  anchors: rows.map(([stake, vertex]) => ({ stake, vertex })),
});

describe('the place of a stake', () => {
  it('lies between anchors by length, and a metre a metre outside of them', () => {
    const stretched = anchors(['K101+000', 1], ['K105+400', 5], ['K108+200', 8]);
    const network = networkOf(file([feature(north, stretched)]));
    const northOf = (stakeM: number) =>
      Math.round(distanceM(origin, found(network.point('G4', stakeM))));
    // 4.4 km of stakes on 4 km of road, then 2.8 on 3, then none: 1 to 1.
    expect([100_000, 101_000, 103_200, 105_400, 106_800].map(northOf)).toEqual([
      0, 1_000, 3_000, 5_000, 6_500,
    ]);
    expect([108_200, 109_200, 110_200].map(northOf)).toEqual([8_000, 9_000, 10_000]);
    expect(found(network.point('G4', 103_200)).bearingDeg).toBeCloseTo(0, 6);
  });

  it('does not exist beyond the ends or in a section that is not there', () => {
    const network = networkOf(file([feature(north, anchors(['K100+000', 0]))]));
    expect(network.point('G4', 99_998)).toEqual({ error: 'off-section' });
    expect(network.point('G4', 110_002)).toEqual({ error: 'off-section' });
    expect(network.point('G5', 100_000)).toEqual({ error: 'unknown-section' });
    expect(network.point('G4', 105_000, 'both', { prefix: 'A' })).toEqual({ error: 'off-section' });
  });

  it('leads back to its stake: point, then locate, anywhere on the sample network', () => {
    const network = networkOf(JSON.parse(sampleText()));
    const random = new Random(seedOr(20_261_205));
    for (let turn = 0; turn < 2_000; turn += 1) {
      const line = random.pick(network.lines);
      const { section, prefix, carriageway } = line;
      const alongM = random.next() * line.path.lengthM;
      const { stakeM, chain } = line.chainage.stakeAt(alongM);
      const stake = Math.round(stakeM);
      const hint = `seed ${random.seed}, turn ${turn}, ${section} ${stake}`;
      const point = found(network.point(section, stake, carriageway, { prefix, chain }));
      expect(distanceM(point, line.path.place(alongM)), hint).toBeLessThan(1);
      const feet = network.feet(point).filter((foot) => foot.line === line);
      expect(feet[0]?.offsetM, hint).toBeLessThan(0.01);
      const back = line.chainage.stakeAt(feet[0]?.alongM ?? 0).stakeM;
      expect(Math.abs(back - stake), hint).toBeLessThanOrEqual(1);
    }
  });
});

describe('a chain break', () => {
  const broken = (ahead: string) =>
    networkOf(
      file([
        feature(north, {
          ...anchors(['K100+000', 0]),
          breaks: [{ backStake: 'K104+000', aheadStake: ahead, vertex: 4 }],
        }),
      ]),
    );
  const short = broken('K104+300');
  const long = broken('K103+800');

  it('that leaves stakes out: they have no place, the rest of the road goes on behind', () => {
    expect(placeOf(short, at(3_990)).stake).toBe('K103+990');
    expect(placeOf(short, at(4_010)).stake).toBe('K104+310');
    expect(short.point('G4', 104_200)).toEqual({ error: 'chain-gap' });
    expect(distanceM(at(5_000), found(short.point('G4', 105_300)))).toBeLessThan(0.01);
    expect(found(short.roadDistanceM('G4', 103_900, 104_400))).toBeCloseTo(200, 3);
  });

  it('that repeats stakes: the first is meant unless its chain is named', () => {
    expect(placeOf(long, at(3_900))).toMatchObject({ stake: 'K103+900', chain: 0 });
    expect(placeOf(long, at(4_100))).toMatchObject({ stake: 'K103+900', chain: 1 });
    const [first, second] = [0, 1].map((chain) =>
      found(long.point('G4', 103_900, 'both', { chain })),
    );
    expect(distanceM(at(3_900), first ?? origin)).toBeLessThan(0.01);
    expect(distanceM(at(4_100), second ?? origin)).toBeLessThan(0.01);
    expect(long.point('G4', 103_900)).toEqual(first);
    expect(found(long.roadDistanceM('G4', 103_500, 104_500))).toBeCloseTo(1_200, 3);
  });

  it('is the same in a file that lists its vertices towards falling stakes', () => {
    const turned = networkOf(
      file([
        feature(north.toReversed(), {
          ...anchors(['K110+300', 0], ['K100+000', 10]),
          breaks: [{ backStake: 'K104+000', aheadStake: 'K104+300', vertex: 6 }],
        }),
      ]),
    );
    for (const metres of [10, 3_990, 4_010, 9_990]) {
      expect(placeOf(turned, at(metres)).stake).toBe(placeOf(short, at(metres)).stake);
    }
  });
});

describe('the way along a section', () => {
  /** One line for both, two carriageways 40 m apart, one line for both again. */
  const part = (from: number, to: number, eastM: number) =>
    north.slice(from, to + 1).map((vertex) => destination(vertex, 90, eastM));
  const network = networkOf(
    file([
      feature(part(0, 4, 0), anchors(['K100+000', 0])),
      feature(part(4, 7, 20), { ...anchors(['K104+000', 0]), carriageway: 'INC' }),
      feature(part(4, 7, -20).reverse(), {
        ...anchors(['K107+000', 0], ['K104+000', 3]),
        carriageway: 'DEC',
      }),
      feature(part(7, 10, 0), anchors(['K107+000', 0])),
    ]),
  );

  it('goes over the lines of the wanted carriageway, the steps between them included', () => {
    for (const carriageway of ['INC', 'DEC'] as const) {
      const metres = found(network.roadDistanceM('G4', 109_000, 101_000, carriageway));
      expect(metres).toBeCloseTo(8_040, 0);
    }
    const [inc, dec] = (['INC', 'DEC'] as const).map((carriageway) =>
      found(network.point('G4', 105_000, carriageway)),
    );
    expect(distanceM(inc ?? origin, dec ?? origin)).toBeCloseTo(40, 1);
    expect(network.point('G4', 105_000)).toEqual(inc);
  });

  it('is walked by metres, both ways, until it ends', () => {
    const ahead = found(network.pointAlong('G4', 103_000, 5_020, 'INC'));
    expect(ahead.stakeM).toBe(107_980);
    expect(distanceM(ahead, at(7_980))).toBeLessThan(0.5);
    const back = found(network.pointAlong('G4', 108_000, -5_040, 'DEC'));
    expect(distanceM(back, at(3_000))).toBeLessThan(0.5);
    const onStep = found(network.pointAlong('G4', 104_000, 10, 'DEC'));
    expect(network.pointAlong('G4', 109_000, 1_100)).toEqual({ error: 'off-section' });
    expect(network.pointAlong('G4', 101_000, -1_100)).toEqual({ error: 'off-section' });
    expect(network.pointAlong('G4', 111_000, -100)).toEqual({ error: 'off-section' });
    expect(onStep.stakeM).toBeNull();
  });

  it('grows steadily with the stakes', () => {
    const random = new Random(seedOr(20_261_206));
    for (let turn = 0; turn < 300; turn += 1) {
      const [from, to] = [random.whole(100_000, 109_999), random.whole(100_000, 109_999)];
      const metres = found(network.roadDistanceM('G4', from, to, 'INC'));
      const hint = `seed ${random.seed}, turn ${turn}`;
      expect(metres - Math.abs(to - from), hint).toBeGreaterThan(-1);
      expect(metres - Math.abs(to - from), hint).toBeLessThan(42);
    }
  });

  it('is followed between two places, and left where they share no section', () => {
    const bent = networkOf(
      file([
        feature([...north, ...straight(destination(at(10_000), 90, 1_000), 90, 1_000, 9)]),
        feature(straight({ lat: 39, lon: 115 }, 0, 1_000, 3), { section: 'G5' }),
      ]),
    );
    const [from, to] = [at(9_000), destination(at(10_000), 90, 3_000)].map((place) =>
      placeOf(bent, place),
    );
    if (from === undefined || to === undefined) throw new Error('off the network');
    expect(distanceM(bent.between(from, to, 0.25), at(10_000))).toBeLessThan(2);
    expect(distanceM(bent.between(from, to, 0), at(9_000))).toBeLessThan(1);
    const elsewhere = placeOf(bent, { lat: 39, lon: 115 });
    const halfway = bent.between(from, elsewhere, 0.5);
    expect(halfway.lat).toBeCloseTo((from.lat + elsewhere.lat) / 2, 9);
  });

  it('covers a stretch drawn twice only once: carriageways on top of a middle line', () => {
    const overlaid = networkOf(
      file([
        feature(north, anchors(['K100+000', 0])),
        feature(part(4, 7, 20), { ...anchors(['K104+000', 0]), carriageway: 'INC' }),
      ]),
    );
    expect(found(overlaid.roadDistanceM('G4', 101_000, 109_000, 'INC'))).toBeCloseTo(8_040, 0);
    expect(found(overlaid.roadDistanceM('G4', 101_000, 109_000))).toBeCloseTo(8_000, 3);
    expect(distanceM(found(overlaid.point('G4', 102_000, 'INC')), at(2_000))).toBeLessThan(0.01);
    expect(distanceM(found(overlaid.point('G4', 108_000, 'INC')), at(8_000))).toBeLessThan(0.01);
  });

  it('finds the letters of separated carriageways when a stake is given without', () => {
    const lettered = networkOf(
      file([
        feature(part(0, 10, 20), { ...anchors(['YK100+000', 0]), carriageway: 'INC' }),
        feature(part(0, 10, -20), { ...anchors(['ZK100+000', 0]), carriageway: 'DEC' }),
        feature(part(0, 1, 90), { ...anchors(['AK0+000', 0]), carriageway: 'INC' }),
      ]),
    );
    const east = (...args: Parameters<typeof lettered.point>) =>
      Math.round(distanceM(found(lettered.point(...args)), at(2_000)));
    expect([east('G4', 102_000, 'INC'), east('G4', 102_000, 'DEC')]).toEqual([20, 20]);
    expect(lettered.point('G4', 102_000, 'both', { prefix: 'Y' })).toEqual(
      lettered.point('G4', 102_000, 'INC'),
    );
    expect(lettered.point('G4', 500)).toEqual({ error: 'off-section' });
    expect(placeOf(lettered, destination(at(500), 90, 90)).stake).toBe('AK0+500');
  });
});
