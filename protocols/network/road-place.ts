import type { LatLon } from '../geo/geo.ts';
import { directionOf, type Foot, type Position } from './foot.ts';
import type { Carriageway, Direction } from './line-file.ts';
import { formatStake } from './stake.ts';

/** A position as the road knows it. `lat` and `lon` are the point on the line, WGS-84. */
export interface RoadPlace extends LatLon {
  readonly section: string;
  /** The section as people call it; null when the file gives no name. */
  readonly name: string | null;
  readonly align: string;
  readonly prefix: string;
  readonly carriageway: Carriageway;
  readonly stake: string;
  /** Integer metres. */
  readonly stakeM: number;
  /** Chain breaks passed on the line: tells repeated stakes apart. */
  readonly chain: number;
  /** Metres between the position and the line, 0 or more. */
  readonly offsetM: number;
  /** Where the position lies, facing increasing stakes. */
  readonly side: 'left' | 'right';
  /** Which way the traffic goes; null when neither course nor carriageway tells. */
  readonly direction: Direction | null;
  /** Towards increasing stakes, degrees from north. */
  readonly bearingDeg: number;
  /** Where that traffic goes (…方向), as the file says; null when it does not or cannot. */
  readonly towards: string | null;
}

/**
 * Without a course a position tells its carriageway only if the other one is this much further
 * away, metres: about what a receiver errs.
 */
export const carriagewayDoubtM = 6;

/** The place of the first foot; the others only say whether its carriageway is certain. */
export function placeOf(feet: readonly [Foot, ...Foot[]], position: Position): RoadPlace {
  const [foot, ...others] = feet;
  const { line, alongM } = foot;
  const { stakeM, chain } = line.chainage.stakeAt(alongM);
  const { lat, lon } = line.path.place(alongM);
  const direction = directionAt(foot, others, position.courseDeg ?? null);
  return {
    section: line.section,
    name: line.name,
    align: line.align,
    prefix: line.prefix,
    carriageway: line.carriageway,
    stake: formatStake(stakeM, line.prefix),
    stakeM: Math.max(0, Math.round(stakeM)),
    chain,
    offsetM: foot.offsetM,
    side: foot.side,
    direction,
    bearingDeg: foot.bearingDeg,
    towards: direction === null ? null : line.towards[direction],
    lat,
    lon,
  };
}

function directionAt(foot: Foot, others: readonly Foot[], courseDeg: number | null) {
  if (courseDeg !== null) return directionOf(courseDeg, foot.bearingDeg);
  const { section, carriageway } = foot.line;
  if (carriageway === 'both') return null;
  const isDoubtful = others.some(
    (other) =>
      other.line.section === section &&
      other.line.carriageway !== carriageway &&
      other.offsetM < foot.offsetM + carriagewayDoubtM,
  );
  return isDoubtful ? null : carriageway;
}
