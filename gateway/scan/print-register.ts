import { createHash } from 'node:crypto';
import type { PrintChange } from '../../protocols/http/print-bodies.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';

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

  /**
   * Takes changes over in one transaction, with what else belongs to it. A print once revoked stays
   * so, whatever is said later; it is refused from before the COMMIT on.
   */
  async take(
    changes: readonly PrintChange[],
    atMs: number,
    more: (tx: Writer) => Promise<void> = async () => undefined,
  ): Promise<void> {
    for (const { sha256, revoked } of changes) if (revoked) this.#good.delete(sha256);
    const good = await this.#store.write(async (tx) => {
      const registered: string[] = [];
      for (const { sha256, revoked } of changes) {
        if (await this.#takeOne(tx, sha256, revoked, atMs)) registered.push(sha256);
      }
      await more(tx);
      return registered;
    });
    for (const sha256 of good) this.#good.add(sha256);
  }

  /** True: it is new here, and counts. */
  async #takeOne(tx: Writer, sha256: string, revoked: boolean, atMs: number): Promise<boolean> {
    const { changes } = await tx.run(
      `INSERT INTO print (sha256, registered_at_ms, revoked_at_ms) VALUES (?, ?, ?)
      ON CONFLICT (sha256) DO NOTHING`,
      [sha256, atMs, revoked ? atMs : null],
    );
    if (changes === 0 && revoked) {
      await tx.run(
        'UPDATE print SET revoked_at_ms = ? WHERE sha256 = ? AND revoked_at_ms IS NULL',
        [atMs, sha256],
      );
    }
    return changes > 0 && !revoked;
  }
}
