import { scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of scrypt (RFC 7914) for PINs: 16 MiB, some 60 ms of a small board. */
export const pinCost = { logN: 14, r: 8, p: 1 } as const;
export const pinSaltBytes = 16;
const hashBytes = 32;
/** A hash that asks for more is not checked: it came from nobody of ours. */
const memoryBytesMax = 48 * 1024 * 1024;
const passesMax = 4;

interface Cost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

function derive(pin: string, salt: Uint8Array, { logN, r, p }: Cost): Promise<Buffer> {
  const options = { N: 2 ** logN, r, p, maxmem: memoryBytesMax };
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, hashBytes, options, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}

/**
 * `scrypt$logN$r$p$salt$hash`: the cost stands with each hash, so that it can grow.
 * @param salt `pinSaltBytes` random bytes, never used before
 */
export async function hashPin(pin: string, salt: Uint8Array): Promise<string> {
  const hash = await derive(pin, salt, pinCost);
  const { logN, r, p } = pinCost;
  const [saltText, hashText] = [salt, hash].map((bytes) =>
    Buffer.from(bytes).toString('base64url'),
  );
  return ['scrypt', logN, r, p, saltText, hashText].join('$');
}

const hashPattern = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d)\$([\w-]{22})\$([\w-]{43})$/;

/** A hash nobody has the PIN of: an unknown person costs as much as a known one. */
const nobodysHash = `scrypt$14$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Whether the PIN fits the hash; null, or text that is none: never, after the same work. */
export async function pinFits(pin: string, stored: string | null): Promise<boolean> {
  const known = hashPattern.exec(stored ?? '');
  const [, logN, r, p, salt = '', hash = ''] = known ?? hashPattern.exec(nobodysHash) ?? [];
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  if (128 * 2 ** cost.logN * cost.r > memoryBytesMax || cost.p > passesMax) return false;
  const given = await derive(pin, Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(given, Buffer.from(hash, 'base64url')) && known !== null;
}
