import { type Glass, glassAfter } from '../display-proof/glass.ts';
import type { IngestedRecord } from '../parts.ts';

/** A unit's word on something, and since when it says so. Gateway clock, Unix ms. */
interface Said {
  readonly word: string | null;
  readonly atMs: number;
  readonly sinceMs: number;
}

/** What a unit's own records say of how it is. Plain data: kept over restarts as JSON. */
export interface Evidence {
  /** Receipt of the newest record that tells of the present; null: none. */
  readonly wordMs: number | null;
  /** Receipt of the newest record, however old its content. */
  readonly heardMs: number | null;
  /** Start of the unit's software, as its first `hello` said. */
  readonly boot: { readonly id: string | null; readonly atMs: number } | null;
  /** State of the receiver: `fix`, `no-fix` or `silent`. */
  readonly gnss: Said | null;
  /** Fault of the screen in the unit's own words; word null: none. */
  readonly fault: Said | null;
  readonly glass: Glass | null;
}

export const noEvidence: Evidence = {
  wordMs: null,
  heardMs: null,
  boot: null,
  gnss: null,
  fault: null,
  glass: null,
};

/** `event` records that say the code could not be shown. */
const faultEvents = new Set(['frame-undecodable', 'frame-failed', 'display-fault', 'mint-failed']);

/** Newer by happened-at wins; the same word again keeps its beginning. */
function said(before: Said | null, word: string | null, atMs: number): Said | null {
  if (before !== null && atMs < before.atMs) return before;
  const isSame = before !== null && before.word === word;
  return { word, atMs, sinceMs: isSame ? before.sinceMs : atMs };
}

/**
 * Receipt and happened-at on the gateway's clock. A unit without a trusted time cannot say how old
 * its record is, and none comes from the future: both count as just now.
 */
function happenedAtMs({ record, receivedAtMs }: IngestedRecord, offsetS: number): number {
  if (record.clock === 'none') return receivedAtMs;
  return Math.min(record.happenedAtMs - offsetS * 1000, receivedAtMs);
}

function withContent(
  before: Evidence,
  { unit, record }: IngestedRecord,
  atMs: number,
): Partial<Evidence> {
  switch (record.kind) {
    case 'status': {
      const { gnssState, displayFault } = record.values;
      return {
        gnss: said(before.gnss, gnssState, atMs),
        fault: said(before.fault, displayFault, atMs),
      };
    }
    case 'shown': {
      const glass = glassAfter(before.glass, record.values, unit.unitId, atMs);
      const isGood = glass !== before.glass && glass?.problem === null;
      return isGood ? { glass, fault: said(before.fault, null, atMs) } : { glass };
    }
    case 'event': {
      const { name } = record.values;
      if (name === null || !faultEvents.has(name)) return {};
      return { fault: said(before.fault, name, atMs) };
    }
    case 'hello': {
      const { bootId } = record.values;
      const { boot } = before;
      if (boot !== null && (boot.id === bootId || atMs < boot.atMs)) return {};
      return { boot: { id: bootId, atMs } };
    }
    default:
      return {};
  }
}

/**
 * What is known after one more committed record. Content is ordered by happened-at, life by
 * receipt: late data changes neither. wire.md, "Three times are kept apart".
 * @param offsetS unit clock − gateway clock
 * @param freshMsMax age up to which a record proves life
 */
export function evidenceAfter(
  before: Evidence,
  ingested: IngestedRecord,
  offsetS: number,
  freshMsMax: number,
): Evidence {
  const { receivedAtMs } = ingested;
  const atMs = happenedAtMs(ingested, offsetS);
  const isFresh = receivedAtMs - atMs <= freshMsMax;
  return {
    ...before,
    ...withContent(before, ingested, atMs),
    heardMs: Math.max(receivedAtMs, before.heardMs ?? 0),
    wordMs: isFresh ? Math.max(receivedAtMs, before.wordMs ?? 0) : before.wordMs,
  };
}
