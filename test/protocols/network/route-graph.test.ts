import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { destination, distanceM, type LatLon } from '../../../protocols/geo/geo.ts';
import { type RouteEnd, RouteGraph } from '../../../protocols/network/route-graph.ts';
import { interchangeM } from '../../../protocols/network/route-joints.ts';
import { assumedSpeedMps } from '../../../protocols/network/route-lanes.ts';
import { SeededRandom } from '../../gateway/seeded-random.ts';
import { feature, file, networkOf, origin, straight } from './roads.ts';

const km = 1000;
/** `metres` north of the origin, on G4. */
const onG4 = (metres: number): LatLon => destination(origin, 0, metres);
/** `metres` east of where S1 leaves G4. */
const onS1 = (metres: number): LatLon => destination(onG4(20 * km), 90, metres);

/** G4 runs 60 km north; S1 leaves it to the east at 20 km, S2 at 50 km. */
const network = networkOf(
  file([
    feature(straight(origin, 0, km, 61)),
    feature(straight(onS1(20), 90, km, 31), { section: 'S1' }),
    feature(straight(onG4(50 * km), 270, km, 11), { section: 'S2' }),
  ]),
);
const graph = new RouteGraph(network);

function lengthM(from: RouteEnd, to: RouteEnd): number | null {
  return graph.to(to)?.from(from)?.lengthM ?? null;
}

const north = { courseDeg: 0 };
const south = { courseDeg: 180 };
const INC = { direction: 'INC' as const };
const DEC = { direction: 'DEC' as const };

describe('the way by road', () => {
  it('is straight on for a truck behind the place on its carriageway, at the assumed speed', () => {
    const way = graph.to({ ...onG4(15 * km), ...INC })?.from({ ...onG4(5 * km), ...north });
    expect(way?.lengthM).toBeCloseTo(10 * km, -1);
    expect(way?.minutes).toBeCloseTo((10 * km) / assumedSpeedMps.carriageway / 60, 1);
  });

  it('turns round at the next interchange only, not on the carriageway', () => {
    // 2 km ahead on the other carriageway: up to 20 km, round, and back.
    const toOther = lengthM({ ...onG4(10 * km), ...north }, { ...onG4(12 * km), ...DEC });
    expect(toOther).toBeCloseTo(10 * km + interchangeM + 8 * km, -2);
    // 2 km behind on its own: round at 20 km and back beyond the place, where nothing turns.
    expect(lengthM({ ...onG4(10 * km), ...north }, { ...onG4(8 * km), ...INC })).toBeNull();
    // Between two interchanges one comes round to what lies behind.
    const round = lengthM({ ...onG4(30 * km), ...north }, { ...onG4(28 * km), ...INC });
    expect(round).toBeCloseTo(20 * km + interchangeM + 30 * km + interchangeM + 8 * km, -2);
  });

  it('takes the shorter way for a truck whose direction is not known', () => {
    const [ahead, behind] = [onG4(32 * km), onG4(28 * km)];
    expect(lengthM(onG4(30 * km), { ...ahead, ...INC })).toBeCloseTo(2 * km, -1);
    expect(lengthM(onG4(30 * km), { ...behind, ...DEC })).toBeCloseTo(2 * km, -1);
  });

  it('goes over an interchange to another road', () => {
    const way = lengthM({ ...onG4(30 * km), ...south }, { ...onS1(10 * km), ...INC });
    expect(way).toBeCloseTo(10 * km + interchangeM + 10 * km, -2);
  });

  it('does not end off the network, nor begin there', () => {
    const away = destination(onG4(30 * km), 90, 5 * km);
    expect(graph.to(away)).toBeNull();
    expect(lengthM(away, onG4(30 * km))).toBeNull();
  });

  it('goes on where a road divides into two carriageways, each in its direction', () => {
    const [west, east] = [270, 90].map((side) => destination(onG4(10 * km), side, 8)) as [
      LatLon,
      LatLon,
    ];
    const at = (stakeM: number, vertex: number) => ({ stake: `K${stakeM}+000`, vertex });
    const divided = new RouteGraph(
      networkOf(
        file([
          feature(straight(origin, 0, km, 11), { anchors: [at(0, 0), at(10, 10)] }),
          feature(straight(east, 0, km, 11), {
            carriageway: 'INC',
            anchors: [at(10, 0), at(20, 10)],
          }),
          feature(straight(west, 0, km, 11), {
            carriageway: 'DEC',
            anchors: [at(10, 0), at(20, 10)],
          }),
        ]),
      ),
    );
    const ahead = divided.to({ ...destination(east, 0, 5 * km), ...INC });
    expect(ahead?.from({ ...onG4(5 * km), ...north })?.lengthM).toBeCloseTo(10 * km, -2);
    expect(ahead?.from({ ...onG4(5 * km), ...south })).toBeNull();
    const back = divided.to({ ...onG4(5 * km), ...DEC });
    expect(back?.from({ ...destination(west, 0, 5 * km), ...south })?.lengthM).toBeCloseTo(
      10 * km,
      -2,
    );
  });

  it('is slower on a ramp, and passes under a road that it only crosses', () => {
    const crossing = straight(destination(onG4(30 * km), 270, 5 * km), 90, km, 11);
    const ramp = straight(onG4(40 * km), 60, 100, 11);
    const crossed = new RouteGraph(
      networkOf(
        file([
          feature(straight(origin, 0, km, 61)),
          feature(crossing, { section: 'S3' }),
          feature(ramp, {
            align: 'A',
            carriageway: 'INC',
            anchors: [{ stake: 'AK0+000', vertex: 0 }],
          }),
        ]),
      ),
    );
    expect(crossed.to(crossing[9] as LatLon)?.from({ ...onG4(10 * km), ...north })).toBeNull();
    const end = ramp.at(-1) as LatLon;
    const way = crossed.to(end)?.from({ ...onG4(39 * km), ...north });
    expect(way?.lengthM).toBeCloseTo(km + interchangeM + km, -2);
    const straightOn = (2 * km + interchangeM) / assumedSpeedMps.carriageway / 60;
    expect(way?.minutes).toBeGreaterThan(straightOn + 0.5);
  });
});

describe('ways on the sample network', () => {
  it('are never shorter than the straight line, and never jump while one drives towards the place', () => {
    const seed = Number(process.env.SEED ?? 20_261_123);
    const random = new SeededRandom(seed);
    const url = new URL('../../../gateway/samples/hebei-network.geojson', import.meta.url);
    const sample = networkOf(readFileSync(url, 'utf8'));
    const roads = new RouteGraph(sample);
    const wrong: object[] = [];
    let found = 0;
    for (let round = 0; round < 60; round += 1) {
      const [start, goal] = [0, 1].map(() => {
        const line = sample.lines[random.whole(0, sample.lines.length - 1)];
        return line?.path.place(random.next() * line.path.lengthM);
      }) as [LatLon & { bearingDeg: number }, LatLon];
      const field = roads.to(goal);
      const here = field?.from({ ...start, courseDeg: start.bearingDeg });
      if (here == null) continue;
      found += 1;
      if (here.lengthM < distanceM(start, goal) - 300) wrong.push({ round, here });
      const back = destination(start, start.bearingDeg + 180, 50);
      const before = field?.from({ ...back, courseDeg: start.bearingDeg });
      const gained = (before?.lengthM ?? Number.NaN) - here.lengthM;
      // One behind has 50 m more to drive, or may turn where the one ahead has just passed.
      if (before != null && gained > 60) wrong.push({ round, here, before });
    }
    expect({ seed, wrong }).toEqual({ seed, wrong: [] });
    expect(found).toBeGreaterThan(15);
  });
});
