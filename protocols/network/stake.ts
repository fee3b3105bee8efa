/**
 * A stake (桩号) as written on signs: `K234+567` on the main line, a letter before it on a separated
 * carriageway (Z left, Y right) or a ramp (A to H), as in `ZK12+035` and `AK0+320`.
 */
export interface Stake {
  /** The letters before K; empty on the main line. */
  readonly prefix: string;
  /** Integer metres: K234+567 is 234567. */
  readonly stakeM: number;
}

const stakePattern = /^([A-Z]{0,2})K(\d{1,4})\+(\d{3})(?:\.(\d))?$/;

/** Longest text looked at; a stake has at most 12 characters. */
const stakeCharsMax = 32;

/** Reads a stake as people type it (full-width, lower case); tenths are rounded to metres. */
export function parseStake(text: string): Stake | null {
  if (text.length > stakeCharsMax) return null;
  const parts = stakePattern.exec(text.normalize('NFKC').trim().toUpperCase());
  if (parts === null) return null;
  const [, prefix = '', km, metres, tenths = '0'] = parts;
  return { prefix, stakeM: Number(km) * 1000 + Math.round(Number(`${metres}.${tenths}`)) };
}

/** Writes a stake; metres are rounded. Stakes below zero do not exist and are written as zero. */
export function formatStake(stakeM: number, prefix = ''): string {
  const metres = Math.max(0, Math.round(stakeM));
  return `${prefix}K${Math.floor(metres / 1000)}+${String(metres % 1000).padStart(3, '0')}`;
}
