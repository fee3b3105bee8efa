import type { ProblemList } from './problems.ts';
import type { RoadLine } from './road-line.ts';
import { formatStake } from './stake.ts';

/** Lines that meet may share this much: stakes are whole metres. */
export const overlapSlackM = 1;

/**
 * Reports lines that give the same stakes of a section, alignment and carriageway twice for the
 * same time: a stake would then mean two places.
 */
export function checkOverlaps(lines: readonly RoadLine[], problems: ProblemList): void {
  const groups = new Map<string, RoadLine[]>();
  for (const line of lines) {
    const key = JSON.stringify([line.section, line.align, line.prefix, line.carriageway]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  for (const group of groups.values()) checkGroup(group, problems);
}

function checkGroup(group: readonly RoadLine[], problems: ProblemList): void {
  const sorted = [...group].sort((a, b) => a.chainage.fromStakeM - b.chainage.fromStakeM);
  for (const [index, line] of sorted.entries()) {
    for (let next = index + 1; next < sorted.length; next += 1) {
      const other = sorted[next] as RoadLine;
      if (other.chainage.fromStakeM >= line.chainage.toStakeM - overlapSlackM) break;
      if (isSameTime(line, other)) report(line, other, problems);
    }
  }
}

function isSameTime(a: RoadLine, b: RoadLine): boolean {
  const isBefore = (x: RoadLine, y: RoadLine) =>
    x.validToMs !== null && x.validToMs <= y.validFromMs;
  return !isBefore(a, b) && !isBefore(b, a);
}

function report(line: RoadLine, other: RoadLine, problems: ProblemList): void {
  const toM = Math.min(line.chainage.toStakeM, other.chainage.toStakeM);
  const stretch = `${formatStake(other.chainage.fromStakeM)} to ${formatStake(toM)}`;
  problems.add('validity-overlap', `${stretch} is also in feature ${line.feature}`, {
    feature: other.feature,
    section: other.section,
  });
}
