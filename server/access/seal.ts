import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { SecretBox } from '../secrets.ts';

const nonceBytes = 12;
const tagBytes = 16;

function keyFor(secrets: SecretBox, accountId: string): Buffer {
  return createHash('sha256').update(secrets.derive('xinlu.totp-seal.v1', accountId)).digest();
}

/**
 * Seals an account's TOTP secret (AES-256-GCM, key from the server's own secret): a copy of the
 * store alone lets nobody make codes. base64url of nonce, tag, text.
 */
export function sealSecret(
  secrets: SecretBox,
  accountId: string,
  secret: Uint8Array,
  randomBytes: (bytes: number) => Buffer,
): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', keyFor(secrets, accountId), nonce);
  const text = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
}

/** The secret, or null when it was sealed for another account, by another server, or is damaged. */
export function openSecret(secrets: SecretBox, accountId: string, sealed: string): Buffer | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < nonceBytes + tagBytes) return null;
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv('aes-256-gcm', keyFor(secrets, accountId), nonce);
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    return Buffer.concat([
      decipher.update(bytes.subarray(nonceBytes + tagBytes)),
      decipher.final(),
    ]);
  } catch {
    return null;
  }
}
