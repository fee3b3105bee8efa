/** Decimal digits that hold every number of `byteCount` bytes: ⌈bits · log10 2⌉. */
export function digitCountOf(byteCount: number): number {
  return Math.ceil(byteCount * 8 * Math.log10(2));
}

/** Bytes as one big-endian integer in decimal, zero-padded on the left. */
export function digitsOfBytes(bytes: Uint8Array): string {
  const value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  return value.toString().padStart(digitCountOf(bytes.length), '0');
}

/** The bytes, or null when the number needs more than `byteCount` of them. */
export function bytesOfDigits(digits: string, byteCount: number): Buffer | null {
  const hex = BigInt(digits).toString(16);
  return hex.length > byteCount * 2 ? null : Buffer.from(hex.padStart(byteCount * 2, '0'), 'hex');
}
