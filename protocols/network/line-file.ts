import type { Stake } from './stake.ts';

/** Which traffic a line carries: INC drives towards growing stakes, DEC towards falling ones. */
export const carriageways = ['both', 'INC', 'DEC'] as const;
export type Carriageway = (typeof carriageways)[number];
export type Direction = 'INC' | 'DEC';

/** A vertex with a known stake. */
export interface Anchor extends Stake {
  readonly vertex: number;
}

/**
 * A chain break (断链): facing increasing stakes, stakes end at `backStakeM` and go on from
 * `aheadStakeM` at the same vertex. Ahead above back leaves stakes out, ahead below repeats some.
 */
export interface ChainBreak {
  readonly vertex: number;
  readonly backStakeM: number;
  readonly aheadStakeM: number;
}

/** The stakes of one line as its file gives them, vertices counted as in the file. */
export interface StakeTable {
  readonly anchors: readonly Anchor[];
  readonly breaks: readonly ChainBreak[];
}

/** Most vertices, and metres of line, in one file: four times China's expressways. */
export const verticesMax = 1_000_000;
export const linesMMax = 800_000_000;

/** Most anchors and chain breaks of one line. */
export const anchorsMax = 20_000;
export const breaksMax = 1_000;

/** Longest way from one vertex to the next, metres. */
export const segmentMMax = 200_000;

/** Length along a line per stake metre that is still believed. Curves cut short give about 1.07. */
export const scaleMin = 0.8;
export const scaleMax = 1.25;

/** Between close anchors rounding counts for more than scale: a difference of this much passes. */
export const scaleSlackM = 50;
