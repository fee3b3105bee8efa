import type { Carriageway } from './line-file.ts';
import { overlapSlackM } from './overlap.ts';
import type { RoadLine } from './road-line.ts';

/** What is to be driven: a carriageway of one section, by the letters of its stakes. */
export interface Way {
  readonly carriageway: Carriageway;
  readonly prefix: string;
}

/** Part of a line, in metres along it. */
export interface Stretch {
  readonly line: RoadLine;
  readonly fromM: number;
  readonly toM: number;
}

/** Stakes from and to, in metres. */
type Range = readonly [number, number];

const preferences = {
  INC: ['INC', 'both'],
  DEC: ['DEC', 'both'],
  both: ['both', 'INC', 'DEC'],
} as const satisfies Record<Carriageway, readonly Carriageway[]>;

/** Main-line stakes of separated carriageways carry a letter: left Z, right Y. */
const mainPrefixes = ['', 'Z', 'Y'];

/**
 * The stretches of a way in the order of their stakes, no stake twice: the lines of its own
 * carriageway and, where it has none, those of both. An exact letter and a younger line go first.
 */
export function chooseStretches(lines: readonly RoadLine[], way: Way): Stretch[] {
  const taken: Range[] = [];
  const chosen: { stretch: Stretch; fromStakeM: number }[] = [];
  for (const line of ranked(lines, way)) {
    const { fromStakeM, toStakeM } = line.chainage;
    for (const range of without([fromStakeM, toStakeM], taken)) {
      const [fromM, toM] = range.map((stakeM) => line.chainage.alongAt(stakeM));
      if (typeof fromM !== 'number' || typeof toM !== 'number') continue;
      chosen.push({ stretch: { line, fromM, toM }, fromStakeM: range[0] });
    }
    taken.push([fromStakeM, toStakeM]);
  }
  return chosen.sort((a, b) => a.fromStakeM - b.fromStakeM).map(({ stretch }) => stretch);
}

function ranked(lines: readonly RoadLine[], { carriageway, prefix }: Way): RoadLine[] {
  const wanted: readonly Carriageway[] = preferences[carriageway];
  const prefixes = prefix === '' ? mainPrefixes : [prefix];
  const rank = (line: RoadLine) =>
    wanted.indexOf(line.carriageway) * prefixes.length + prefixes.indexOf(line.prefix);
  return lines
    .filter((line) => prefixes.includes(line.prefix) && wanted.includes(line.carriageway))
    .sort((a, b) => rank(a) - rank(b) || b.validFromMs - a.validFromMs);
}

/** What is left of a range when others are taken out; leftovers of rounding are not kept. */
function without(range: Range, taken: readonly Range[]): Range[] {
  let left: Range[] = [range];
  for (const [from, to] of taken) {
    left = left.flatMap(([low, high]): Range[] => {
      if (to <= low || from >= high) return [[low, high]];
      return [
        [low, from],
        [to, high],
      ];
    });
  }
  return left.filter(([low, high]) => high - low > overlapSlackM);
}
