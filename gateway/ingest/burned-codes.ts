import type { UnitRecord } from '../../protocols/messages/records.ts';
import { readCodeBytes } from '../../protocols/scan-code/code.ts';
import { earlyToleranceS } from '../../protocols/scan-code/verdict.ts';
import { jsonFields } from '../../protocols/store/json-rows.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { BurnedCodes } from '../parts.ts';

/** A code the gateway will never take: key and second. */
export interface BurnedCode {
  readonly keyId: string;
  readonly issuedAt: number;
}

/** Burned seconds are kept until this long after they have passed, in seconds. */
const keptAfterS = 8 * 86_400;

/**
 * The code of a `shown` record, when it is ahead of its time: a unit with a wrong clock (or its
 * thief) signed codes for later. reliability.md, "Threats", clock.
 */
export function burnedBy(
  record: UnitRecord,
  keyId: string,
  receivedAtMs: number,
  offsetS: number,
): BurnedCode | null {
  if (record.kind !== 'shown' || record.values.code === null) return null;
  const reading = readCodeBytes(record.values.code);
  if (!reading.ok) return null;
  const { issuedAt } = reading.code.fields;
  return issuedAt - offsetS > receivedAtMs / 1000 + earlyToleranceS ? { keyId, issuedAt } : null;
}

export async function insertBurned(tx: Writer, codes: readonly BurnedCode[]): Promise<void> {
  if (codes.length === 0) return;
  await tx.run(
    `INSERT INTO burned_code (key_id, issued_at)
    SELECT ${jsonFields(['text', 'whole'])} FROM json_each(?) WHERE true
    ON CONFLICT DO NOTHING`,
    [JSON.stringify(codes.map(({ keyId, issuedAt }) => [keyId, issuedAt]))],
  );
}

/** Burned codes, in memory and written through. */
export class BurnedCodeSet implements BurnedCodes {
  readonly #store: Store;
  readonly #env: GatewayEnv;
  readonly #burned = new Set<string>();

  constructor(store: Store, env: GatewayEnv) {
    this.#store = store;
    this.#env = env;
  }

  async start(): Promise<void> {
    const oldestS = Math.floor(this.#env.nowMs() / 1000) - keptAfterS;
    await this.#store.write((tx) =>
      tx.run('DELETE FROM burned_code WHERE issued_at < ?', [oldestS]),
    );
    const rows = await this.#store.all<BurnedCode>(
      'SELECT key_id AS keyId, issued_at AS issuedAt FROM burned_code',
    );
    this.add(rows);
  }

  add(codes: readonly BurnedCode[]): void {
    for (const { keyId, issuedAt } of codes) this.#burned.add(`${keyId}.${issuedAt}`);
  }

  isBurned(keyId: string, issuedAt: number): boolean {
    return this.#burned.has(`${keyId}.${issuedAt}`);
  }
}
