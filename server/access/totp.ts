import { createHmac, timingSafeEqual } from 'node:crypto';

/** RFC 6238 with the values every authenticator app takes: SHA-1, 30 s, 6 digits. */
export const totpStepS = 30;
export const totpDigits = 6;
/** RFC 4226, 4 R6: at least 128 bits, 160 recommended. */
export const totpSecretBytes = 20;
/** Clocks of phones differ: one step before and after is taken. RFC 6238, 5.2. */
const totpDriftStepsMax = 1;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 base32 without padding, as authenticator apps read it. */
export function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => alphabet.charAt(Number.parseInt(group.padEnd(5, '0'), 2))).join('');
}

/** HOTP, RFC 4226, 5.3: dynamic truncation of HMAC-SHA-1 over the counter. */
export function hotp(secret: Uint8Array, counter: number, digits = totpDigits): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', secret).update(message).digest();
  const offset = (mac[mac.length - 1] ?? 0) & 0xf;
  const truncated = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}

/** The code at a moment, Unix seconds. */
export function totpAt(secret: Uint8Array, atS: number, digits = totpDigits): string {
  return hotp(secret, Math.floor(atS / totpStepS), digits);
}

/**
 * The step a typed code belongs to; null: to none, or to one not after `lastStep`, for a code is
 * good once (RFC 6238, 5.2).
 */
export function totpStepOf(
  secret: Uint8Array,
  typed: string,
  atS: number,
  lastStep: number,
): number | null {
  const code = typed.normalize('NFKC').replace(/\s/g, '');
  if (!/^\d{6}$/.test(code)) return null;
  const now = Math.floor(atS / totpStepS);
  for (let step = now - totpDriftStepsMax; step <= now + totpDriftStepsMax; step += 1) {
    const fits = timingSafeEqual(Buffer.from(hotp(secret, step)), Buffer.from(code));
    if (fits && step > lastStep) return step;
  }
  return null;
}

/** What the code for an authenticator app says (Key URI format). */
export function totpUri(secret: Uint8Array, loginName: string, issuer: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(loginName)}`;
  return `otpauth://totp/${label}?secret=${toBase32(secret)}&issuer=${encodeURIComponent(issuer)}`;
}
