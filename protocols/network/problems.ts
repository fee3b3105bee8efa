/** What can be wrong with a network file, and what its maker has to do about it. */
export const networkProblems = {
  'not-json': 'save the file as JSON text in UTF-8',
  'not-a-collection': 'save the file as a GeoJSON FeatureCollection with a list of features',
  'datum-undeclared': 'write "datum": "WGS-84" or "datum": "GCJ-02" at the top, as surveyed',
  'datum-unknown': 'convert the lines to WGS-84 or GCJ-02 and declare that',
  'no-lines': 'add a LineString for each section',
  'too-large': 'split the file by route',
  'section-missing': 'give the feature a property "section", such as "G4"',
  'not-a-line': 'give each section as LineString features; split a MultiLineString',
  'too-few-vertices': 'a line needs two different vertices or more',
  'bad-position': 'write each position as [longitude, latitude] in degrees',
  'segment-too-long': 'add vertices between, or correct the position that is far away',
  'bad-align': 'write "align" as a short text; the main line is ""',
  'carriageway-unknown': 'write "carriageway" as "both", "INC" or "DEC"',
  'bad-validity': 'write validFrom and validTo as dates, such as "2024-06-30", the end later',
  'anchors-missing': 'add "anchors", at least one {"stake": "K0+000", "vertex": 0}',
  'vertex-out-of-range': 'count vertices from 0 to one less than their number',
  'bad-stake': 'write stakes such as "K234+567", the letters before K the same along a line',
  'anchors-not-monotonic': 'stakes must only grow or only fall along a line between chain breaks',
  'scale-implausible': 'check both stakes and both vertices; a skipped stretch is a chain break',
  'bad-break': 'write a break as {"backStake", "aheadStake", "vertex"}, inside the line',
  'stake-below-zero': 'move the first anchor, or cut the part of the line before K0+000',
  'validity-overlap': 'end the older line with validTo, or cut one of the two at the other',
  'bad-area':
    'write an area as {"organisation", "section", "from", "to"}, from before to, or as a Polygon ' +
    'feature with "organisation"; validFrom and validTo are dates',
  'area-unknown-section': 'use the section of a line in this file',
} as const;

export type NetworkProblemCode = keyof typeof networkProblems;

/** The member of the file, of the feature or of its properties that a problem is about. */
const problemProperties: Partial<Record<NetworkProblemCode, string>> = {
  'datum-undeclared': 'datum',
  'datum-unknown': 'datum',
  'no-lines': 'features',
  'section-missing': 'section',
  'not-a-line': 'geometry',
  'too-few-vertices': 'coordinates',
  'bad-position': 'coordinates',
  'segment-too-long': 'coordinates',
  'bad-align': 'align',
  'carriageway-unknown': 'carriageway',
  'bad-validity': 'validFrom',
  'anchors-missing': 'anchors',
  'vertex-out-of-range': 'anchors',
  'anchors-not-monotonic': 'anchors',
  'scale-implausible': 'anchors',
  'bad-break': 'breaks',
  'stake-below-zero': 'anchors',
  'validity-overlap': 'validFrom',
  'area-unknown-section': 'section',
};

export interface NetworkProblem {
  readonly code: NetworkProblemCode;
  /** Index in `features`, or in `areas` for a row of that; null when the whole file is meant. */
  readonly feature: number | null;
  readonly section: string | null;
  /** Where in the feature to look; null when the message alone says it. */
  readonly property: string | null;
  /** What was found, then what to do. */
  readonly message: string;
}

/** Problems told at most for one file: whoever has more starts with these. */
export const problemsMax = 1_000;

/** Longest description of what was found; a file may hold any text. */
export const foundCharsMax = 200;

/** Collects the problems of one file up to the limit. */
export class ProblemList {
  readonly #problems: NetworkProblem[] = [];

  get problems(): readonly NetworkProblem[] {
    return this.#problems;
  }

  get isEmpty(): boolean {
    return this.#problems.length === 0;
  }

  add(code: NetworkProblemCode, found: string, at: Partial<NetworkProblem> = {}): void {
    if (this.#problems.length >= problemsMax) return;
    const message = `${found.slice(0, foundCharsMax)}: ${networkProblems[code]}`;
    this.#problems.push({
      code,
      feature: at.feature ?? null,
      section: at.section ?? null,
      property: problemProperties[code] ?? null,
      message,
    });
  }
}
