import { convertDatum, type Datum, datums, distanceM, isLatLon, type LatLon } from '../geo/geo.ts';
import {
  type Anchor,
  anchorsMax,
  breaksMax,
  type Carriageway,
  type ChainBreak,
  carriageways,
  type StakeTable,
  segmentMMax,
} from './line-file.ts';
import type { NetworkProblemCode, ProblemList } from './problems.ts';
import { buildShape, type LineLabels, type RoadLine } from './road-line.ts';
import { parseStake } from './stake.ts';
import { readMoment } from './validity.ts';

/** The fields of an object from a file; any of them may be missing or of any type. */
export type Fields = Readonly<Record<string, unknown>>;

/** Longest section code, alignment, name or destination, in characters. */
export const labelCharsMax = 64;

/** The value as an object to look into; anything else has no fields. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** The value as a text that fits a label, or null. */
export function labelOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= labelCharsMax ? value : null;
}

/** Reads one LineString feature (wire.md, Linking a scan). Everything wrong with it is reported. */
export class LineReader {
  readonly #problems: ProblemList;
  readonly #feature: number;
  readonly #fields: Fields;
  readonly #section: string | null;
  #isGood = true;

  constructor(feature: unknown, index: number, problems: ProblemList) {
    this.#problems = problems;
    this.#feature = index;
    this.#fields = fieldsOf(fieldsOf(feature).properties);
    this.#section = labelOf(this.#fields.section) || null;
  }

  read(geometry: unknown, datum: Datum): RoadLine | null {
    const vertices = this.#vertices(geometry, datum);
    // Positions that are wrong still count: anchors name vertices of the file.
    const table = this.#table(vertexCountOf(geometry));
    const isShaped = this.#isGood;
    const labels = this.#labels(table);
    if (!isShaped) return null;
    // Also of a line with wrong labels: whoever mends the file is told of its stakes in the same run.
    const shape = buildShape(vertices, table, (code, found) => this.#refuse(code, found));
    return labels === null || shape === null ? null : { ...labels, ...shape };
  }

  #refuse(code: NetworkProblemCode, found: string): void {
    this.#isGood = false;
    this.#problems.add(code, found, { feature: this.#feature, section: this.#section });
  }

  #vertices(geometry: unknown, datum: Datum): LatLon[] {
    const { type, coordinates } = fieldsOf(geometry);
    if (type !== 'LineString' || !Array.isArray(coordinates)) {
      this.#refuse('not-a-line', `the geometry is ${JSON.stringify(type) ?? 'missing'}`);
      return [];
    }
    const vertices: LatLon[] = [];
    for (const [vertex, position] of coordinates.entries()) {
      const [lon, lat] = Array.isArray(position) ? position : [];
      const place = { lat, lon };
      if (!isLatLon(place)) this.#refuse('bad-position', `vertex ${vertex} is no position`);
      else vertices.push(convertDatum(place, datum, datums.wgs84));
    }
    if (this.#isGood) this.#checkSegments(vertices);
    return vertices;
  }

  #checkSegments(vertices: readonly LatLon[]): void {
    let lengthM = 0;
    for (const [vertex, to] of vertices.entries()) {
      const stepM = distanceM(vertices[vertex - 1] ?? to, to);
      lengthM += stepM;
      if (stepM > segmentMMax) {
        this.#refuse('segment-too-long', `vertex ${vertex} is ${Math.round(stepM)} m further on`);
      }
    }
    if (lengthM === 0) this.#refuse('too-few-vertices', 'the line has no length');
  }

  #labels(table: StakeTable): LineLabels | null {
    const { name, align = '', carriageway, towards } = this.#fields;
    if (this.#section === null) this.#refuse('section-missing', 'the feature names no section');
    if (labelOf(align) === null) this.#refuse('bad-align', `align is ${JSON.stringify(align)}`);
    if (!carriageways.includes(carriageway as Carriageway)) {
      this.#refuse('carriageway-unknown', `carriageway is ${JSON.stringify(carriageway)}`);
    }
    const validity = this.#validity();
    if (!this.#isGood || validity === null) return null;
    const { INC, DEC } = fieldsOf(towards);
    return {
      feature: this.#feature,
      section: this.#section ?? '',
      name: labelOf(name),
      align: labelOf(align) ?? '',
      prefix: table.anchors[0]?.prefix ?? '',
      carriageway: carriageway as Carriageway,
      towards: { INC: labelOf(INC), DEC: labelOf(DEC) },
      ...validity,
    };
  }

  #validity(): { validFromMs: number; validToMs: number | null } | null {
    const { validFrom, validTo = null } = this.#fields;
    const [validFromMs, validToMs] = [readMoment(validFrom), readMoment(validTo)];
    const isOpen = validTo === null;
    if (validFromMs !== null && (isOpen || (validToMs ?? 0) > validFromMs)) {
      return { validFromMs, validToMs };
    }
    const found = `from ${JSON.stringify(validFrom)} to ${JSON.stringify(validTo)}`;
    this.#refuse('bad-validity', `the line is valid ${found}`);
    return null;
  }

  #table(vertexCount: number): StakeTable {
    const { anchors, breaks = [] } = this.#fields;
    if (countOf(anchors) > anchorsMax || countOf(breaks) > breaksMax) {
      this.#refuse('too-large', `more than ${anchorsMax} anchors or ${breaksMax} breaks`);
      return { anchors: [], breaks: [] };
    }
    const readAnchors = this.#anchors(anchors, vertexCount);
    const readBreaks = this.#breaks(breaks, vertexCount, readAnchors[0]?.prefix ?? '');
    for (const { vertex, stakeM } of readAnchors) {
      const at = readBreaks.find((row) => row.vertex === vertex);
      if (at === undefined || at.backStakeM === stakeM || at.aheadStakeM === stakeM) continue;
      this.#refuse('bad-break', `the anchor at vertex ${vertex} has neither stake of its break`);
    }
    return { anchors: readAnchors, breaks: readBreaks };
  }

  #anchors(rows: unknown, vertexCount: number): Anchor[] {
    if (!Array.isArray(rows) || rows.length === 0) {
      this.#refuse('anchors-missing', 'the line has no anchors');
      return [];
    }
    const read: Anchor[] = [];
    for (const [index, row] of rows.entries()) {
      const { stake, vertex } = fieldsOf(row);
      const known = this.#stake(stake, `anchor ${index}`, read[0]?.prefix);
      if (!isVertex(vertex, vertexCount)) {
        this.#refuse('vertex-out-of-range', `anchor ${index} is at vertex ${String(vertex)}`);
      } else if (known !== null) read.push({ ...known, vertex });
    }
    return read;
  }

  #breaks(rows: unknown, vertexCount: number, prefix: string): ChainBreak[] {
    const read: ChainBreak[] = [];
    for (const [index, row] of (Array.isArray(rows) ? rows : [rows]).entries()) {
      const { backStake, aheadStake, vertex } = fieldsOf(row);
      const back = this.#stake(backStake, `break ${index}, back`, prefix);
      const ahead = this.#stake(aheadStake, `break ${index}, ahead`, prefix);
      if (!isVertex(vertex, vertexCount - 1) || vertex === 0) {
        this.#refuse('bad-break', `break ${index} is at vertex ${String(vertex)}`);
      } else if (read.some((other) => other.vertex === vertex)) {
        this.#refuse('bad-break', `vertex ${vertex} has two breaks`);
      } else if (back !== null && ahead !== null) {
        read.push({ vertex, backStakeM: back.stakeM, aheadStakeM: ahead.stakeM });
      }
    }
    return read;
  }

  #stake(text: unknown, where: string, prefix: string | undefined) {
    const stake = typeof text === 'string' ? parseStake(text) : null;
    if (stake !== null && (prefix === undefined || stake.prefix === prefix)) return stake;
    this.#refuse('bad-stake', `${where} has the stake ${JSON.stringify(text) ?? 'missing'}`);
    return null;
  }
}

/** Vertices of a geometry; without any, every vertex an anchor names could be right. */
function vertexCountOf(geometry: unknown): number {
  const { coordinates } = fieldsOf(geometry);
  return Array.isArray(coordinates) && coordinates.length > 0 ? coordinates.length : Infinity;
}

function countOf(rows: unknown): number {
  return Array.isArray(rows) ? rows.length : 0;
}

function isVertex(value: unknown, count: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < count;
}
