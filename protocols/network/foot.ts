import { angleBetweenDeg, type LatLon, LocalPlane, stepBearingDeg } from '../geo/geo.ts';
import type { SegmentGrid } from './grid.ts';
import type { Carriageway, Direction } from './line-file.ts';
import { isValidAt, type RoadLine } from './road-line.ts';

/** The point of a line that fits a position best. */
export interface Foot {
  readonly line: RoadLine;
  /** Number of the segment on the line. */
  readonly segment: number;
  /** Metres from the line's start, where its stakes are lowest. */
  readonly alongM: number;
  readonly offsetM: number;
  /** Facing increasing stakes. A position on the line itself counts as right of it. */
  readonly side: 'left' | 'right';
  /** Towards increasing stakes, degrees from north. */
  readonly bearingDeg: number;
  /** The offset and what a course against the line costs: the smallest fits best, metres. */
  readonly costM: number;
}

export interface Position extends LatLon {
  /** Course over ground, degrees from north; null or left out when standing or not known. */
  readonly courseDeg?: number | null;
}

/** A course up to this far from a line's bearing drives along it; in between it is no direction. */
export const alongTurnDegMax = 60;

/**
 * What a course costs on a line that does not carry it, in metres of offset. Carriageways lie
 * about 12 m apart and a receiver errs by as much, so the course decides between them; a road that
 * is crossed on a bridge must not take the truck from its own.
 */
export const courseAgainstM = 50;
export const courseAcrossM = 30;

/** INC or DEC for a course along a line, null for one across it. */
export function directionOf(courseDeg: number, bearingDeg: number): Direction | null {
  const turn = angleBetweenDeg(courseDeg, bearingDeg);
  if (turn <= alongTurnDegMax) return 'INC';
  return turn >= 180 - alongTurnDegMax ? 'DEC' : null;
}

function courseCostM(carriageway: Carriageway, courseDeg: number, bearingDeg: number): number {
  const direction = directionOf(courseDeg, bearingDeg);
  if (direction === null) return courseAcrossM;
  return carriageway === 'both' || carriageway === direction ? 0 : courseAgainstM;
}

/** The best foot on each line that is valid and within the radius, the best of all first. */
export function nearestFeet(
  lines: readonly RoadLine[],
  grid: SegmentGrid,
  position: Position,
  { radiusM, atMs }: { readonly radiusM: number; readonly atMs: number | undefined },
): Foot[] {
  const plane = new LocalPlane(position);
  const best = new Map<RoadLine, Foot>();
  grid.near(position, radiusM, (path, segment) => {
    const line = lines[path];
    if (line === undefined || !isValidAt(line, atMs)) return;
    const foot = footOn(line, segment, plane, position.courseDeg ?? null);
    if (foot === null || foot.offsetM > radiusM) return;
    if (isBetter(foot, best.get(line))) best.set(line, foot);
  });
  return [...best.values()].sort(
    (a, b) => a.costM - b.costM || b.line.validFromMs - a.line.validFromMs,
  );
}

/** At a vertex two segments fit alike: the first is taken, whichever is looked at first. */
function isBetter(foot: Foot, other: Foot | undefined): boolean {
  if (other === undefined || foot.costM < other.costM) return true;
  return foot.costM === other.costM && foot.segment < other.segment;
}

/** The nearest point of a segment to the plane's origin; null for a segment of no length. */
function footOn(
  line: RoadLine,
  segment: number,
  plane: LocalPlane,
  courseDeg: number | null,
): Foot | null {
  const from = plane.toXy(line.path.at(segment));
  const to = plane.toXy(line.path.at(segment + 1));
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy;
  if (square === 0) return null;
  const share = Math.min(1, Math.max(0, -(from.x * dx + from.y * dy) / square));
  const offsetM = Math.hypot(from.x + share * dx, from.y + share * dy);
  const startM = line.path.alongM(segment);
  const bearingDeg = stepBearingDeg(from, to);
  const courseM = courseDeg === null ? 0 : courseCostM(line.carriageway, courseDeg, bearingDeg);
  return {
    line,
    segment,
    alongM: startM + share * (line.path.alongM(segment + 1) - startM),
    offsetM,
    // The origin is left of the segment when the turn from it to the origin is counter-clockwise.
    side: dy * from.x - dx * from.y > 0 ? 'left' : 'right',
    bearingDeg,
    costM: offsetM + courseM,
  };
}
