import type { RecordValues } from '../../protocols/messages/records.ts';
import { readCodeBytes } from '../../protocols/scan-code/code.ts';
import type { TtlS } from '../../protocols/scan-code/fields.ts';
import { rotationMsOf } from './rotation.ts';

/** What is wrong with a picture by what the unit itself recorded of it. */
export type GlassProblem = 'undecodable' | 'same-frame' | 'wrong-code';

/** The newest code on a unit's glass, as the gateway judges it. */
export interface Glass {
  /** When it was shown, gateway clock, Unix ms. */
  readonly atMs: number;
  readonly issuedAt: number | null;
  readonly ttlS: TtlS | null;
  /** base64url. */
  readonly frameHash: string | null;
  readonly problem: GlassProblem | null;
  /** Since when there is this problem; `atMs` while there is none. */
  readonly problemSinceMs: number;
}

export interface GlassFault {
  readonly reason: GlassProblem | 'frozen' | 'blank';
  readonly sinceMs: number;
}

/** How long before two whole rotations a missing code is called missing: one look, ms. */
const earlierMs = 5_000;
/**
 * A session that stood this long after the unit's last word was kept up by its pings (keepalive
 * 30 s, ended by the broker after 45 s): the line is well, and what is missing was not sent.
 */
const lineProvedMs = 50_000;

function problemOf(
  before: Glass | null,
  { decodedOk }: RecordValues<'shown'>,
  isOwnCode: boolean,
  isNewCode: boolean,
  frameHash: string | null,
): GlassProblem | null {
  if (decodedOk === false) return 'undecodable';
  if (!isOwnCode) return 'wrong-code';
  const isSame = isNewCode && frameHash !== null && before?.frameHash === frameHash;
  return isSame ? 'same-frame' : null;
}

/**
 * The glass after a `shown` record. What happened before the newest is history and changes
 * nothing here, in whatever order it comes.
 */
export function glassAfter(
  before: Glass | null,
  values: RecordValues<'shown'>,
  unitId: number | null,
  atMs: number,
): Glass | null {
  if (before !== null && atMs <= before.atMs) return before;
  const reading = values.code === null ? null : readCodeBytes(values.code);
  const fields = reading?.ok === true ? reading.code.fields : null;
  const frameHash =
    values.frameHash === null ? null : Buffer.from(values.frameHash).toString('base64url');
  const issuedAt = fields?.issuedAt ?? null;
  const isOwnCode = fields !== null && fields.unitId === unitId;
  const isNewCode = issuedAt !== before?.issuedAt;
  const problem = problemOf(before, values, isOwnCode, isNewCode, frameHash);
  const goesOn = problem !== null && before?.problem === problem;
  return {
    atMs,
    issuedAt,
    ttlS: fields?.ttlS ?? null,
    frameHash,
    problem,
    problemSinceMs: goesOn ? before.problemSinceMs : atMs,
  };
}

/** The glass holds nothing that a phone could take any more. */
function isOver({ issuedAt, ttlS }: Glass, nowMs: number): boolean {
  if (issuedAt === null || ttlS === null || ttlS === 'static') return true;
  return nowMs > (issuedAt + ttlS) * 1000;
}

/**
 * What is wrong with a screen that should show codes; null: nothing is known to be.
 * A code that did not come for two rotations is missing once something else came later, or once
 * the line has proved that it works without it.
 * @param fromMs since when the unit is in contact, switched on and expected to show codes
 * @param wordMs receipt of its newest word
 */
export function glassFault(
  glass: Glass | null,
  fromMs: number,
  wordMs: number,
  nowMs: number,
): GlassFault | null {
  if (glass !== null && glass.problem !== null) {
    return { reason: glass.problem, sinceMs: glass.problemSinceMs };
  }
  const rotationMs = rotationMsOf(glass?.ttlS ?? null);
  const expectedFromMs = Math.max(glass?.atMs ?? 0, fromMs);
  const waitedMs = nowMs - expectedFromMs;
  if (waitedMs <= 2 * rotationMs - earlierMs) return null;
  if (wordMs < expectedFromMs + rotationMs && waitedMs < lineProvedMs) return null;
  const isBlank = glass === null || isOver(glass, nowMs);
  return { reason: isBlank ? 'blank' : 'frozen', sinceMs: glass?.atMs ?? expectedFromMs };
}
