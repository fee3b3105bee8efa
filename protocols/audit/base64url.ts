/** Bytes as the one text that stands for them. */
export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/**
 * The bytes of a text; null when it has another length, or is another way to write those bytes:
 * one value has one text, so that no character can be changed unnoticed.
 */
export function fromBase64url(text: string, length: number): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === length && toBase64url(bytes) === text ? bytes : null;
}
