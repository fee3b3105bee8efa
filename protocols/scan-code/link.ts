import { codeBytes } from './bytes.ts';
import { digitCountOf } from './digits.ts';

/** Digits of a living code: 198 for 82 bytes. */
export const codeDigits = digitCountOf(codeBytes);

/** Most characters of `HOST[:PORT][/PREFIX]/` in a version 6-M symbol. Scan code, "Text". */
export const hostCharsMax = 18;
/** Longest link that is looked at, in characters; a longer one is malformed. */
export const linkCharsMax = 512;

/** QR's alphanumeric set, without the space. */
const alphanumeric = /^[0-9A-Z$%*+\-./:]+$/;
const hostForm = /^[A-Z0-9.-]+(?::\d{1,5})?(?:\/[A-Z0-9.$%*+-]+)*$/;

/** Where codes point: `https` and `XL.EXAMPLE.CN`, or `http` and a local address with a port. */
export interface CodeHost {
  readonly scheme: 'https' | 'http';
  /** `HOST[:PORT][/PREFIX]` in capitals, without the closing slash. */
  readonly host: string;
}

export type CodeHostCheck =
  | { readonly ok: true; readonly codeHost: CodeHost; readonly warning: string | null }
  | { readonly ok: false; readonly message: string };

/**
 * Reads the configured address of the codes, `https://HOST[:PORT][/PREFIX]/`.
 * A host over 18 characters is refused for https, and only warned about for http, which is for
 * demonstrations on a local network and needs `allowHttp`.
 */
export function parseCodeHost(address: string, allowHttp: boolean): CodeHostCheck {
  const match = /^(https?):\/\/([^?#]+?)\/*$/i.exec(address.trim());
  const host = match?.[2]?.toUpperCase() ?? '';
  if (!alphanumeric.test(host) || !hostForm.test(host)) {
    return refusal(address, 'must read https://HOST[:PORT][/PREFIX]/ in letters, digits and -.');
  }
  const scheme = match?.[1]?.toLowerCase() === 'http' ? 'http' : 'https';
  if (scheme === 'http' && !allowHttp) {
    return refusal(address, 'is not https; http is for demonstrations on a local network only');
  }
  const chars = host.length + 1;
  if (chars <= hostCharsMax) return { ok: true, codeHost: { scheme, host }, warning: null };
  const tooLong = `has ${chars} characters after the scheme, ${hostCharsMax} fit the small symbol`;
  if (scheme === 'https') return refusal(address, `${tooLong}: take a shorter host`);
  return { ok: true, codeHost: { scheme, host }, warning: `${address} ${tooLong}: a larger QR` };
}

function refusal(address: string, why: string): CodeHostCheck {
  return { ok: false, message: `the code address "${address}" ${why}` };
}

/** The text of the QR for digits that are already zero-padded. */
export function linkOf({ scheme, host }: CodeHost, digits: string): string {
  return `${scheme}://${host}/${digits}`;
}

/** The digits at the end of a link; null when the text is not such a link. Case is free. */
export function digitsOfLink(text: string): string | null {
  if (text.length > linkCharsMax) return null;
  const match = /^https?:\/\/[A-Z0-9$%*+\-.:/]+\/(\d+)$/i.exec(text.trim());
  return match?.[1] ?? null;
}
