import { createHash } from 'node:crypto';
import type { Store } from '../../protocols/store/store.ts';

/** The name of a print: SHA-256 of its 82 bytes, hexadecimal. */
export function printId(code: Uint8Array): string {
  return createHash('sha256').update(code).digest('hex');
}

/**
 * Printed codes that count, from memory, written through. What is not on the register, or revoked
 * there, is worth nothing, whoever signed it. Scan code, "Printed cards".
 */
export class PrintRegister {
  readonly #store: Store;
  readonly #good = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  async start(): Promise<void> {
    const rows = await this.#store.all<{ sha256: string }>(
      'SELECT sha256 FROM print WHERE revoked_at_ms IS NULL',
    );
    for (const { sha256 } of rows) this.#good.add(sha256);
  }

  has(code: Uint8Array): boolean {
    return this.#good.has(printId(code));
  }

  /** A print once revoked stays so. */
  async register(sha256: string, atMs: number): Promise<void> {
    const { changes } = await this.#store.write((tx) =>
      tx.run('INSERT OR IGNORE INTO print (sha256, registered_at_ms) VALUES (?, ?)', [
        sha256,
        atMs,
      ]),
    );
    if (changes > 0) this.#good.add(sha256);
  }

  async revoke(sha256: string, atMs: number): Promise<void> {
    this.#good.delete(sha256);
    await this.#store.write((tx) =>
      tx.run('UPDATE print SET revoked_at_ms = ? WHERE sha256 = ? AND revoked_at_ms IS NULL', [
        atMs,
        sha256,
      ]),
    );
  }
}
