import type { ProblemList } from './problems.ts';
import { type Fields, fieldsOf, labelOf } from './read-line.ts';
import { parseStake } from './stake.ts';

/** A stretch for which an organisation is responsible, both ends included. */
export interface Area {
  /** Code of the organisation. */
  readonly organisation: string;
  readonly section: string;
  readonly fromStakeM: number;
  readonly toStakeM: number;
}

/** Most areas in one file. */
export const areasMax = 20_000;

/**
 * Reads `areas` of a network file: `[{organisation, section, from?, to?}]`, stakes of the section.
 * Without `from` an area starts with its section, without `to` it ends with it.
 */
export function readAreas(
  rows: unknown,
  sections: ReadonlySet<string>,
  problems: ProblemList,
): Area[] {
  if (rows === undefined) return [];
  if (!Array.isArray(rows) || rows.length > areasMax) {
    problems.add('bad-area', `"areas" is no list of at most ${areasMax}`);
    return [];
  }
  return rows.flatMap((row, index) => readArea(fieldsOf(row), index, sections, problems));
}

function readArea(
  row: Fields,
  feature: number,
  sections: ReadonlySet<string>,
  problems: ProblemList,
): Area[] {
  const [organisation, section] = [labelOf(row.organisation), labelOf(row.section)];
  const fromStakeM = stakeOr(row.from, 0);
  const toStakeM = stakeOr(row.to, Number.POSITIVE_INFINITY);
  if (!organisation || !section || fromStakeM === null || toStakeM === null) {
    problems.add('bad-area', `area ${feature} is incomplete`, { feature, section });
  } else if (fromStakeM >= toStakeM) {
    problems.add('bad-area', `area ${feature} has no length`, { feature, section });
  } else if (!sections.has(section)) {
    problems.add('area-unknown-section', `no line has it`, { feature, section });
  } else return [{ organisation, section, fromStakeM, toStakeM }];
  return [];
}

function stakeOr(text: unknown, fallback: number): number | null {
  if (text === undefined) return fallback;
  return typeof text === 'string' ? (parseStake(text)?.stakeM ?? null) : null;
}
