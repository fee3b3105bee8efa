/**
 * The 12 characters that open a receipt at home and for the hotline. Thirty-one signs that do not
 * look alike, none of them 0, I, L, O or U: thirty-one is prime, which makes the check certain.
 */
const alphabet = '123456789ABCDEFGHJKMNPQRSTVWXYZ';
const base = alphabet.length;
export const returnCodeChars = 12;
/** Characters that carry the code; the last is the check. */
const dataChars = returnCodeChars - 1;
const groupChars = 4;

/** Most characters of a code as people type it, blanks and dashes included. */
const typedCharsMax = 64;

/**
 * Σ place × sign over all twelve, modulo 31: places 1 to 12 are all different and none is 0, so
 * one wrong sign, and two that changed places, never come out as 0.
 */
function weightedSum(signs: readonly number[]): number {
  return signs.reduce((sum, sign, at) => sum + (at + 1) * sign, 0) % base;
}

function checkSign(signs: readonly number[]): number {
  const sum = weightedSum(signs);
  for (let sign = 0; sign < base; sign += 1) {
    if ((sum + returnCodeChars * sign) % base === 0) return sign;
  }
  throw new RangeError('31 is prime: there is always one');
}

/** A code out of random bytes, eight or more (31^11 is below 2^55). */
export function returnCodeOf(bytes: Uint8Array): string {
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const signs: number[] = [];
  for (let at = 0; at < dataChars; at += 1) {
    signs.push(Number(value % BigInt(base)));
    value /= BigInt(base);
  }
  return [...signs, checkSign(signs)].map((sign) => alphabet[sign]).join('');
}

/** As it is shown and read aloud: three groups of four. */
export function groupedReturnCode(code: string): string {
  return (code.match(new RegExp(`.{${groupChars}}`, 'g')) ?? []).join('-');
}

/**
 * The code in what somebody typed: small letters, full-width signs, blanks and dashes are taken.
 * Null when it is not one, or when a sign is wrong or two have changed places.
 */
export function readReturnCode(typed: string): string | null {
  if (typed.length > typedCharsMax) return null;
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '');
  const signs = [...code].map((sign) => alphabet.indexOf(sign));
  if (signs.length !== returnCodeChars || signs.includes(-1)) return null;
  return weightedSum(signs) === 0 ? code : null;
}
