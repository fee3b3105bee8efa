import type { Direction } from './line-file.ts';
import { isValidAt, type RoadLine } from './road-line.ts';

/** One direction of traffic on a line, measured in metres in the order in which it is driven. */
export interface Lane {
  readonly line: RoadLine;
  readonly direction: Direction;
  /** Metres a second on it: an assumption, see `assumedSpeedMps`. */
  readonly speedMps: number;
}

/** A place on a lane: so many metres after its beginning. */
export interface LanePlace {
  readonly lane: Lane;
  readonly atM: number;
}

/**
 * What a heavy rescue vehicle is taken to drive, metres per second: 80 km/h on a carriageway and
 * 40 km/h on a ramp, without traffic. An assumption, said wherever minutes are shown.
 */
export const assumedSpeedMps = { carriageway: 80 / 3.6, ramp: 40 / 3.6 } as const;

/** Directions that a line carries. */
const directionsOf = {
  both: ['INC', 'DEC'],
  INC: ['INC'],
  DEC: ['DEC'],
} as const satisfies Record<RoadLine['carriageway'], readonly Direction[]>;

/** Ramps are alignments with a letter of their own; the main line has none. */
function speedOf({ align }: RoadLine): number {
  return align === '' ? assumedSpeedMps.carriageway : assumedSpeedMps.ramp;
}

/** Every lane of the lines that are valid at a moment (Unix ms; undefined: all), by line. */
export function lanesOf(
  lines: readonly RoadLine[],
  atMs: number | undefined,
): ReadonlyMap<RoadLine, readonly Lane[]> {
  const valid = lines.filter((line) => isValidAt(line, atMs));
  return new Map(
    valid.map((line) => [
      line,
      directionsOf[line.carriageway].map((direction) => {
        return { line, direction, speedMps: speedOf(line) };
      }),
    ]),
  );
}

/** The place on a lane that lies `alongM` metres from the start of its line. */
export function laneAt(lane: Lane, alongM: number): LanePlace {
  const atM = lane.direction === 'INC' ? alongM : lane.line.path.lengthM - alongM;
  return { lane, atM };
}

/** Whether two lines are pieces of one road: traffic of a direction goes on from one to the next. */
export function isSameRoad(a: RoadLine, b: RoadLine): boolean {
  return a.section === b.section && a.align === b.align;
}
