import { scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of scrypt (RFC 7914): 32 MiB, three times over; about half a second of one core. */
export const scryptCost = { logN: 15, r: 8, p: 3 } as const;
const saltBytes = 16;
const hashBytes = 32;
const memoryBytesMax = 64 * 1024 * 1024;

export const passwordCharsMin = 12;
export const passwordCharsMax = 128;

export type PasswordProblem = 'short-password' | 'long-password' | 'plain-password';

/** Why a password is not taken; null: it is. Length counts, not a zoo of characters. */
export function passwordProblem(password: string, loginName: string): PasswordProblem | null {
  const characters = [...password];
  if (characters.length < passwordCharsMin) return 'short-password';
  if (characters.length > passwordCharsMax) return 'long-password';
  const isPlain =
    new Set(characters).size < 5 || password.toLowerCase().includes(loginName.toLowerCase());
  return isPlain ? 'plain-password' : null;
}

interface Cost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

function derive(password: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  const options = { N: 2 ** logN, r, p, maxmem: memoryBytesMax };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, hashBytes, options, (error, hash) =>
      error ? reject(error) : resolve(hash),
    );
  });
}

/** `scrypt$logN$r$p$salt$hash`: the cost stands with each hash, so that it can grow. */
export async function hashPassword(
  password: string,
  randomBytes: (bytes: number) => Buffer,
): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, scryptCost);
  const { logN, r, p } = scryptCost;
  return ['scrypt', logN, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** A hash nobody has the password of: an unknown name costs as much as a known one. */
const nobodysHash = `scrypt$15$8$3$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Whether the password fits the hash; null hash: never, after the same work. */
export async function passwordFits(password: string, stored: string | null): Promise<boolean> {
  const [, logN, r, p, salt = '', hash = ''] = (stored ?? nobodysHash).split('$');
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  const given = await derive(
    password.slice(0, passwordCharsMax * 2),
    Buffer.from(salt, 'base64url'),
    cost,
  );
  const fits = timingSafeEqual(given, Buffer.from(hash, 'base64url'));
  return fits && stored !== null;
}
