import { readFileSync } from 'node:fs';

/** A joint measure or period, with where it comes from: sourced, known from memory, assumed. */
export interface JointMeasure {
  readonly zh: string;
  readonly en: string;
  readonly mark: 'S' | 'K' | 'A';
  readonly basisZh: string;
}

export interface JointMeasures {
  readonly red: readonly JointMeasure[];
  readonly black: readonly JointMeasure[];
  readonly periods: readonly JointMeasure[];
}

/** What a listing means, as it ships; sample data until the credit office enters its own. */
export function shippedMeasures(): JointMeasures {
  const file = new URL('../samples/joint-measures.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as JointMeasures;
}
