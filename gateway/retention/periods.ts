import type { RecordKind } from '../../protocols/messages/record-table.ts';

const dayMs = 86_400_000;

/** How long what is kept, ms. reliability.md, "Privacy". */
export const keptMs = {
  /** Of units and terminals; then only what belongs to an incident. */
  tracks: 90 * dayMs,
  deadLetters: 90 * dayMs,
  /** As long as the gaps that say so. */
  givenUp: 90 * dayMs,
  /** As units signed them; then only those that belong to an incident. */
  signedBatches: 14 * dayMs,
  /** What belongs to an incident, as long as a complaint about it can be followed. */
  signedExcerpts: 730 * dayMs,
  /** Waiting for a server that is away; then laid aside as refused. */
  outbox: 30 * dayMs,
  refused: 90 * dayMs,
  /** Two years: as long as a complaint about a scan can be followed. */
  openings: 730 * dayMs,
  terminalEvents: 730 * dayMs,
} as const;

/** Records by kind, from their receipt. Fixes are tracks; fleeting kinds are never stored. */
export const recordsKeptMs: Readonly<Partial<Record<RecordKind, number>>> = {
  shown: 30 * dayMs,
  status: 90 * dayMs,
  hello: 90 * dayMs,
  gap: 90 * dayMs,
  commandResult: 90 * dayMs,
  configReported: 90 * dayMs,
  update: 90 * dayMs,
  logChunk: 30 * dayMs,
  crew: 730 * dayMs,
  event: 730 * dayMs,
};

/** Kept of a track around an incident, before the assignment and after its end, ms. */
export const excerptMarginMs = 600_000;

export const retentionLimits = {
  outboxRowsMax: 200_000,
  refusedRowsMax: 10_000,
  openingsRowsMax: 2_000_000,
  /** Rows of one transaction: others wait for no more than these. */
  stepRowsMax: 500,
  /** Between two steps, ms. */
  pauseMs: 50,
  sweepMs: 3_600_000,
  firstSweepMs: 60_000,
} as const;
