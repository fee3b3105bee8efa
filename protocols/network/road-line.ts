import type { LatLon } from '../geo/geo.ts';
import { buildChainage, isFalling, reversed } from './build-chainage.ts';
import type { Chainage } from './chainage.ts';
import type { Carriageway, StakeTable } from './line-file.ts';
import { Polyline } from './polyline.ts';
import type { NetworkProblemCode } from './problems.ts';

/** What a line's properties say about it. */
export interface LineLabels {
  /** Index of the feature in its file. */
  readonly feature: number;
  readonly section: string;
  /** The section as people call it; null when the file gives no name. */
  readonly name: string | null;
  readonly align: string;
  readonly prefix: string;
  readonly carriageway: Carriageway;
  /** Where traffic of a direction goes (…方向); null when the file does not say. */
  readonly towards: { readonly INC: string | null; readonly DEC: string | null };
  readonly validFromMs: number;
  /** The first moment at which the line is no longer valid; null while that is open. */
  readonly validToMs: number | null;
}

/** Vertices of a line, turned so that stakes grow with them, and its stakes. */
export interface LineShape {
  readonly path: Polyline;
  readonly chainage: Chainage;
}

/** A line of a network. */
export interface RoadLine extends LineLabels, LineShape {}

/** Joins vertices in WGS-84 and stakes to the shape of a line, or reports why they do not fit. */
export function buildShape(
  vertices: readonly LatLon[],
  table: StakeTable,
  report: (code: NetworkProblemCode, found: string) => void,
): LineShape | null {
  const turn = isFalling(table);
  const path = new Polyline(turn ? vertices.toReversed() : vertices);
  const stakes = turn ? reversed(table, vertices.length) : table;
  const chainage = buildChainage(path, stakes, report);
  return chainage === null ? null : { path, chainage };
}

/** Whether a line is valid at a moment (Unix ms); every line is when no moment is named. */
export function isValidAt(line: LineLabels, atMs: number | undefined): boolean {
  if (atMs === undefined) return true;
  return line.validFromMs <= atMs && (line.validToMs === null || atMs < line.validToMs);
}
