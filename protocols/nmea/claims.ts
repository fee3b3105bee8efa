import type { FixRefusal } from './fix.ts';
import type { Sentence } from './sentences.ts';

/** Sentences that carry a time of day and a position, the most trusted first. */
export const positionTypes = ['RMC', 'GGA', 'GNS', 'GLL'] as const;
export type PositionType = (typeof positionTypes)[number];
export type PositionSentence = Extract<Sentence, { type: PositionType }>;

/** What a sentence says of its own position; from the least to the most that can be hoped for. */
export const claims = ['silent', 'void', 'simulated', 'estimated', 'measured'] as const;
export type Claim = (typeof claims)[number];

/** Mode letters of NMEA 2.3 on; the others (A, D, F, P, R) are measured by satellites. */
const claimOfMode: Readonly<Record<string, Claim>> = {
  N: 'void',
  M: 'simulated',
  S: 'simulated',
  E: 'estimated',
};

/** Quality digits of GGA; the others (1 to 5) are measured by satellites. */
const claimOfQuality: Readonly<Record<number, Claim>> = {
  0: 'void',
  6: 'estimated',
  7: 'simulated',
  8: 'simulated',
};

function ofStatus(status: 'A' | 'V' | null, mode: string | null): Claim {
  if (status === null) return 'silent';
  return status === 'V' ? 'void' : (claimOfMode[mode ?? 'A'] ?? 'measured');
}

/** One letter a satellite system: systems without a part in the fix say N, the best one counts. */
function ofModes(modes: string | null): Claim {
  if (modes === null) return 'silent';
  const said = [...modes].map((mode) => claimOfMode[mode] ?? 'measured');
  return claims.findLast((claim) => said.includes(claim)) ?? 'silent';
}

/** What this sentence says of its own position. */
export function claimOf({ type, values }: PositionSentence): Claim {
  switch (type) {
    case 'RMC':
    case 'GLL':
      return ofStatus(values.status, values.mode);
    case 'GGA':
      return values.quality === null ? 'silent' : (claimOfQuality[values.quality] ?? 'measured');
    case 'GNS':
      return ofModes(values.modes);
  }
}

const voidRefusals = {
  RMC: 'rmc-void',
  GGA: 'gga-void',
  GNS: 'gns-void',
  GLL: 'gll-void',
} as const;

/**
 * Why sentences of one moment are no fix together, or null. One sentence that says void,
 * simulated or estimated outweighs the others: a position is proof only when none disowns it.
 */
export function disowned(sentences: readonly PositionSentence[]): FixRefusal | null {
  const told = sentences.map((sentence) => ({ type: sentence.type, claim: claimOf(sentence) }));
  const voided = told.find(({ claim }) => claim === 'void');
  if (voided !== undefined) return voidRefusals[voided.type];
  for (const claim of ['simulated', 'estimated'] as const) {
    if (told.some((one) => one.claim === claim)) return claim;
  }
  return told.some(({ claim }) => claim === 'measured') ? null : 'no-status';
}
