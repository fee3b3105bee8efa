import { type Datum, datums } from '../geo/geo.ts';
import { linesMMax, verticesMax } from './line-file.ts';
import { checkOverlaps } from './overlap.ts';
import { type NetworkProblem, ProblemList } from './problems.ts';
import { readOutlines, readStretches } from './read-areas.ts';
import { type Fields, fieldsOf, LineReader, labelOf } from './read-line.ts';
import type { RoadLine } from './road-line.ts';
import { RoadNetwork } from './road-network.ts';

export interface NetworkOptions {
  /** Unix ms at which lines must be valid for a query that names no moment of its own. */
  readonly at?: number;
}

export type ParsedNetwork =
  | { readonly ok: true; readonly network: RoadNetwork }
  | { readonly ok: false; readonly problems: readonly NetworkProblem[] };

/**
 * Reads a road network file (wire.md, Linking a scan): a GeoJSON FeatureCollection with a declared
 * `datum`, as JSON text or as its parsed value. Features without a `section` that are no lines
 * (service areas) are passed over, but for outlines with an `organisation`: areas. GCJ-02 becomes
 * WGS-84 here, vertex by vertex.
 */
export function parseNetwork(json: unknown, { at }: NetworkOptions = {}): ParsedNetwork {
  const problems = new ProblemList();
  const value = typeof json === 'string' ? parsed(json, problems) : json;
  const network = problems.isEmpty ? readFile(fieldsOf(value), at, problems) : null;
  if (network === null) return { ok: false, problems: problems.problems };
  return { ok: true, network };
}

function parsed(text: string, problems: ProblemList): unknown {
  try {
    // Some editors begin a file with a byte order mark, which is no JSON.
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    problems.add('not-json', (error as Error).message);
    return undefined;
  }
}

function readFile(
  { type, name, datum, features, areas }: Fields,
  atMs: number | undefined,
  problems: ProblemList,
): RoadNetwork | null {
  if (type !== 'FeatureCollection' || !Array.isArray(features)) {
    problems.add('not-a-collection', `the file is ${JSON.stringify(type) ?? 'something else'}`);
    return null;
  }
  const declared = readDatum(datum, problems);
  if (isTooLarge(features, problems)) return null;
  const lines = readLines(features, declared, problems);
  checkWhole(lines, features, problems);
  const sections = new Set(features.map((feature) => sectionOf(feature)));
  const read = [
    ...readStretches(areas, sections, problems),
    ...readOutlines(features, declared, problems),
  ];
  if (!problems.isEmpty) return null;
  return new RoadNetwork({ name: labelOf(name), lines, areas: read, atMs });
}

function readDatum(declared: unknown, problems: ProblemList): Datum {
  if (declared === undefined) problems.add('datum-undeclared', 'the file declares no datum');
  else if (!Object.values(datums).includes(declared as Datum)) {
    problems.add('datum-unknown', `the datum is ${JSON.stringify(declared)}`);
  } else return declared as Datum;
  // The lines are read all the same: what else is wrong is told in the same run.
  return datums.wgs84;
}

function isTooLarge(features: readonly unknown[], problems: ProblemList): boolean {
  let vertices = features.length;
  for (const feature of features) {
    const { coordinates } = fieldsOf(fieldsOf(feature).geometry);
    if (Array.isArray(coordinates)) vertices += coordinates.length;
  }
  if (vertices > verticesMax) problems.add('too-large', `more than ${verticesMax} vertices`);
  return vertices > verticesMax;
}

function sectionOf(feature: unknown): string {
  return labelOf(fieldsOf(fieldsOf(feature).properties).section) ?? '';
}

function readLines(features: readonly unknown[], datum: Datum, problems: ProblemList): RoadLine[] {
  const lines: RoadLine[] = [];
  for (const [index, feature] of features.entries()) {
    if (!isRoad(feature)) continue;
    const { geometry } = fieldsOf(feature);
    const line = new LineReader(feature, index, problems).read(geometry, datum);
    if (line !== null) lines.push(line);
  }
  return lines;
}

/** Whether a feature is, or was meant to be, a line of a road. */
function isRoad(feature: unknown): boolean {
  const { geometry } = fieldsOf(feature);
  return fieldsOf(geometry).type === 'LineString' || sectionOf(feature) !== '';
}

/** What only the lines together can say wrong; of bad lines, the good ones are looked at. */
function checkWhole(
  lines: readonly RoadLine[],
  features: readonly unknown[],
  problems: ProblemList,
): void {
  const lengthM = lines.reduce((sum, { path }) => sum + path.lengthM, 0);
  if (!features.some(isRoad)) problems.add('no-lines', 'the file has no line');
  if (lengthM > linesMMax) problems.add('too-large', `${Math.round(lengthM / 1000)} km of lines`);
  checkOverlaps(lines, problems);
}
