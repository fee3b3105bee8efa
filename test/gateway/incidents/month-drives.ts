import { latOf, roadLon } from '../place/network.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { NumberedFix } from './month-fleet.ts';

/** What a truck that was sent does; only the first of them arrives. */
export const driveKinds = ['arrive', 'pass', 'opposite', 'short', 'jam'] as const;
export type DriveKind = (typeof driveKinds)[number];

export interface Drive {
  readonly kind: DriveKind;
  readonly fixes: readonly NumberedFix[];
  /** When the truck came to stand at the scene; null: it never did. */
  readonly arrivedAtMs: number | null;
  readonly endMs: number;
}

/** A way of driving for a while: metres per second towards increasing stakes, seconds. */
interface Leg {
  readonly mps: number;
  readonly seconds: number;
}

const standing = (seconds: number): Leg => ({ mps: 0, seconds });
const driving = (metres: number, mps: number): Leg => ({
  mps: metres < 0 ? -mps : mps,
  seconds: Math.round(Math.abs(metres) / mps),
});

/** Legs from `startM` for a scene at stake `sceneM`; arrival begins where `arrives` stands. */
function legsOf(kind: DriveKind, toSceneM: number, random: SeededRandom): readonly Leg[] {
  const stay = standing(random.whole(5, 40) * 60);
  switch (kind) {
    case 'arrive':
      return [driving(toSceneM - random.whole(-100, 100), 22), stay, driving(4000, 22)];
    case 'pass':
      return [driving(toSceneM + 4000, random.whole(8, 25)), stay];
    case 'opposite':
      // Past the scene, round, and a stop on the other carriageway beside it.
      return [driving(toSceneM + 2000, 22), driving(-2000, 22), stay, driving(-3000, 22)];
    case 'short':
      return [driving(toSceneM - random.whole(200, 400), 22), stay, driving(4000, 22)];
    case 'jam': {
      // Halts of less than a minute between slow moves, all the way through the scene.
      const halts = Array.from({ length: 30 }, () => [
        standing(random.whole(10, 45)),
        { mps: random.whole(2, 4), seconds: random.whole(10, 30) },
      ]);
      return [driving(toSceneM - 700, 22), ...halts.flat(), driving(5000, 22)];
    }
  }
}

/** wire.md: every 5 s moving, at once on a stop or a start, every 60 s standing. */
function isDue(mps: number, sinceFixS: number, hasChanged: boolean): boolean {
  return hasChanged || sinceFixS >= (mps === 0 ? 60 : 5);
}

/** The true drive, second by second, and the fixes a unit makes of it, a few metres off. */
export function driveTo(
  kind: DriveKind,
  sceneM: number,
  startMs: number,
  firstSeq: number,
  random: SeededRandom,
): Drive {
  const fixes: NumberedFix[] = [];
  const startM = sceneM - random.whole(3000, 6000);
  let [stakeM, second, sinceFixS, lastMps] = [startM, 0, 0, Number.NaN];
  let arrivedAtMs: number | null = null;
  for (const [index, { mps, seconds }] of legsOf(kind, sceneM - startM, random).entries()) {
    if (kind === 'arrive' && index === 1) arrivedAtMs = startMs + second * 1000;
    for (let left = seconds; left > 0; left -= 1) {
      if (isDue(mps, sinceFixS, mps !== lastMps)) {
        fixes.push({
          happenedAtMs: startMs + second * 1000,
          lat: latOf(stakeM + (random.next() - 0.5) * 8),
          lon: roadLon + (random.next() - 0.5) * 8e-5,
          speedMps: mps === 0 ? random.next() * 0.4 : Math.abs(mps),
          courseDeg: mps === 0 ? null : mps > 0 ? 0 : 180,
          hdop: 1,
          seq: firstSeq + fixes.length,
        });
        sinceFixS = 0;
      }
      lastMps = mps;
      sinceFixS += 1;
      second += 1;
      stakeM += mps;
    }
  }
  return { kind, fixes, arrivedAtMs, endMs: startMs + second * 1000 };
}
