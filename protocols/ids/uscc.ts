/**
 * Unified social credit code (统一社会信用代码), GB 32100-2015:
 *
 *     9 1 130600 MA0QR0016 U
 *     │ │ │      │         └ check character over the 17 before it
 *     │ │ │      └ organisation code of GB 11714, its last character its own check character
 *     │ │ └ division where registered, GB/T 2260
 *     │ └ kind of organisation
 *     └ registering department
 */

const usccChars = 18;
const charset = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const format = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;

/** 3^(i-1) mod 31 for position i. */
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const;
const orgWeights = [3, 7, 9, 10, 5, 8, 4, 2] as const;

/**
 * Why a code is refused. `length` and `format` mean it is no such code. `check-digit` is nearly
 * always a slip of the hand, but some pilot areas issued real codes before the standard fixed the
 * check character (91350211M0000XUF46 is one), so it may be overridden with a document.
 */
export type UsccReason = 'length' | 'format' | 'check-digit';

/** Reasons that a person may set aside by naming the registration document seen. */
export const overridableUsccReasons: readonly UsccReason[] = ['check-digit'];

export interface UsccVerdict {
  readonly kind: 'uscc';
  readonly valid: boolean;
  readonly reason: UsccReason | null;
  /**
   * `org-check-digit`: the organisation code inside fails its own check (GB 11714). Some older
   * subjects have such codes, so this is to be looked at and no ground to refuse.
   */
  readonly warning: 'org-check-digit' | null;
}

function weightedSum(values: readonly number[], by: readonly number[]): number {
  return by.reduce((sum, weight, at) => sum + weight * (values[at] ?? 0), 0);
}

/** The 18th character for the 17 before it, all of the code's alphabet. */
function checkCharacter(code: string): string {
  const values = [...code].map((character) => charset.indexOf(character));
  return charset.charAt((31 - (weightedSum(values, weights) % 31)) % 31);
}

/** The 9th character of an organisation code for the eight before it: letters count A=10 to Z=35. */
function orgCheckCharacter(orgCode: string): string {
  const values = [...orgCode].map((character) => Number.parseInt(character, 36));
  const check = (11 - (weightedSum(values, orgWeights) % 11)) % 11;
  return check === 10 ? 'X' : String(check);
}

/** Judges a code as written: capital letters, no spaces. Never throws. */
export function checkUscc(code: string): UsccVerdict {
  const refuse = (reason: UsccReason): UsccVerdict => ({
    kind: 'uscc',
    valid: false,
    reason,
    warning: null,
  });
  if (code.length !== usccChars) return refuse('length');
  if (!format.test(code)) return refuse('format');
  if (checkCharacter(code) !== code.at(17)) return refuse('check-digit');
  const orgCodeFits = orgCheckCharacter(code.slice(8, 16)) === code.at(16);
  return {
    kind: 'uscc',
    valid: true,
    reason: null,
    warning: orgCodeFits ? null : 'org-check-digit',
  };
}
