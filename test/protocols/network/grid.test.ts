import { describe, expect, it } from 'vitest';
import { destination } from '../../../protocols/geo/geo.ts';
import { nearestFeet } from '../../../protocols/network/foot.ts';
import { SegmentGrid } from '../../../protocols/network/grid.ts';
import { Random, seedOr } from '../../support/random.ts';
import { feature, file, networkOf, origin, sampleText } from './roads.ts';

describe('the grid of segments', () => {
  const { lines } = networkOf(JSON.parse(sampleText()));
  const grid = new SegmentGrid(lines.map(({ path }) => path));
  /** Hands out every segment: what the grid must not do better than in speed. */
  const everything = {
    near: (_place: unknown, _radiusM: number, visit: (path: number, segment: number) => void) => {
      for (const [path, line] of lines.entries()) {
        for (let at = 0; at + 1 < line.path.vertices.length; at += 1) visit(path, at);
      }
    },
  } as unknown as SegmentGrid;

  it('finds what a look at every segment finds', () => {
    const random = new Random(seedOr(20_261_207));
    for (let turn = 0; turn < 200; turn += 1) {
      const line = random.pick(lines);
      const on = line.path.place(random.next() * line.path.lengthM);
      const position = destination(on, random.next() * 360, random.next() * 1_500);
      const reach = { radiusM: random.pick([100, 1_000]), atMs: undefined };
      const hint = `seed ${random.seed}, turn ${turn}`;
      const feet = nearestFeet(lines, grid, position, reach);
      expect(feet, hint).toEqual(nearestFeet(lines, everything, position, reach));
    }
  });

  it('looks at a handful of the 4,000 segments of a network', () => {
    let visited = 0;
    for (const line of lines) {
      const on = line.path.place(line.path.lengthM / 2);
      grid.near(on, 100, () => {
        visited += 1;
      });
    }
    expect(visited / lines.length).toBeLessThan(20);
    expect(visited).toBeGreaterThanOrEqual(lines.length);
  });

  it('follows a long segment instead of filling the rectangle around it', () => {
    const far = destination(origin, 45, 150_000);
    const network = networkOf(file([feature([origin, far])]));
    const path = network.lines[0]?.path;
    if (path === undefined) throw new Error('no line');
    const alone = new SegmentGrid([path]);
    let visited = 0;
    const count = () => {
      visited += 1;
    };
    alone.near({ lat: origin.lat, lon: far.lon }, 5_000, count);
    expect(visited).toBe(0);
    for (let metres = 0; metres <= path.lengthM; metres += 1_000) {
      visited = 0;
      alone.near(path.place(metres), 1, count);
      expect(visited, `${metres} m`).toBeGreaterThan(0);
    }
  });
});
