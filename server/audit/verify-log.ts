import { leafHash, nodeHash } from '../../protocols/audit/merkle-hash.ts';
import { firstRowHash, rowHash } from '../../protocols/audit/row-chain.ts';
import type { Reader } from '../../protocols/store/store.ts';
import { type AuditRow, rowsFrom } from './audit-table.ts';
import { eraseAction } from './erase-audit.ts';
import { listSigningKeys, type SigningKey } from './signing-keys.ts';
import type { AuditBreak } from './verify-audit.ts';

const batchRows = 1000;

interface TreeRow {
  readonly idx: number;
  readonly hash: unknown;
}

const isSame = (stored: unknown, hash: Buffer) => Buffer.isBuffer(stored) && stored.equals(hash);

/** What an event says, as far as the checking of the log needs it. */
interface Meaning {
  readonly action?: unknown;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Reads rows and tree in order from where it stands, and remembers what later checks need. */
export class LogWalk {
  size = 0;
  erased = 0;
  /** Keys as the events have them. */
  readonly keys = new Map<string, SigningKey>();
  #rowHash: Buffer = firstRowHash;
  /** The last node of each level, once complete. */
  readonly #lastNodes: Buffer[] = [];
  readonly #erasedRows = new Set<number>();
  readonly #erasures = new Set<number>();

  /** On to the last row; the first break, or null. */
  async readAll(reader: Reader): Promise<AuditBreak | null> {
    for (;;) {
      const rows = await rowsFrom(reader, this.size, batchRows);
      if (rows.length === 0) return null;
      const first = this.size;
      const nodes: Buffer[][] = [];
      for (const row of rows) {
        const reason = this.#readRow(row, nodes);
        if (reason !== null) return { where: 'events', at: this.size, reason };
        this.size += 1;
      }
      const broken = await this.#checkNodes(reader, first, nodes);
      if (broken !== null) return broken;
    }
  }

  /** A payload that is gone although no event says so. */
  unexplainedErasure(): AuditBreak | null {
    const at = [...this.#erasedRows].find((seq) => !this.#erasures.has(seq));
    return at === undefined ? null : { where: 'events', at, reason: 'payload-missing' };
  }

  #readRow(row: AuditRow, nodes: Buffer[][]): string | null {
    if (row.seq !== this.size) return 'row-missing';
    if (!Buffer.isBuffer(row.leafHash) || !Buffer.isBuffer(row.rowHash)) return 'not-a-hash';
    const reason = this.#readPayload(row);
    if (reason !== null) return reason;
    const expected = rowHash(this.#rowHash, row.seq, row.leafHash);
    if (!expected.equals(row.rowHash)) return 'row-hash-differs';
    this.#rowHash = expected;
    this.#addLeaf(row.leafHash, nodes);
    return null;
  }

  #readPayload({ seq, payload, salt, leafHash: leaf }: AuditRow): string | null {
    if (payload === null && salt === null) {
      this.#erasedRows.add(seq);
      this.erased += 1;
      return null;
    }
    if (typeof payload !== 'string' || !Buffer.isBuffer(salt)) return 'payload-missing';
    if (!leafHash(salt, Buffer.from(payload)).equals(leaf)) return 'payload-differs';
    const { action, before, after } = JSON.parse(payload) as Meaning;
    if (action === eraseAction) this.#erasures.add((after as { seq: number }).seq);
    for (const key of action === 'key.begin' ? [before, after] : []) {
      if (key !== null) this.keys.set((key as SigningKey).keyId, key as SigningKey);
    }
    return null;
  }

  #addLeaf(leaf: Buffer, nodes: Buffer[][]): void {
    let [level, index, hash] = [0, this.size, leaf];
    for (;;) {
      nodes[level] = [...(nodes[level] ?? []), hash];
      const left = this.#lastNodes[level];
      this.#lastNodes[level] = hash;
      if (index % 2 === 0 || left === undefined) return;
      hash = nodeHash(left, hash);
      [level, index] = [level + 1, (index - 1) / 2];
    }
  }

  /** The nodes completed by these rows stand in the table as they should. */
  async #checkNodes(reader: Reader, first: number, nodes: Buffer[][]): Promise<AuditBreak | null> {
    for (const [level, expected] of nodes.entries()) {
      const from = Math.floor(first / 2 ** level);
      const stored = await reader.all<TreeRow>(
        'SELECT idx, hash FROM audit_nodes WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx',
        [level, from, from + expected.length],
      );
      const at = expected.findIndex(
        (hash, place) => stored[place]?.idx !== from + place || !isSame(stored[place]?.hash, hash),
      );
      if (at >= 0) return { where: 'tree', at: `${level}/${from + at}`, reason: 'node-differs' };
    }
    return null;
  }
}

/** The table of keys is what the events made it. */
export async function checkKeys(
  reader: Reader,
  expected: ReadonlyMap<string, SigningKey>,
): Promise<AuditBreak | null> {
  const stored = await listSigningKeys(reader);
  const wrong = stored.find((key) => {
    const event = expected.get(key.keyId);
    const names = Object.keys(key) as (keyof SigningKey)[];
    return event === undefined || names.some((name) => key[name] !== event[name]);
  });
  if (wrong !== undefined) return { where: 'keys', at: wrong.keyId, reason: 'key-differs' };
  const gone = [...expected.keys()].find((id) => !stored.some(({ keyId }) => keyId === id));
  return gone === undefined ? null : { where: 'keys', at: gone, reason: 'key-missing' };
}

/** Neither rows nor nodes beside those that were read. */
export async function checkCounts(reader: Reader, size: number): Promise<AuditBreak | null> {
  let nodes = 0;
  for (let leaves = size; leaves > 0; leaves = Math.floor(leaves / 2)) nodes += leaves;
  const stored = await reader.get<{ events: number; nodes: number }>(
    'SELECT (SELECT count(*) FROM audit_events) AS events, (SELECT count(*) FROM audit_nodes) AS nodes',
  );
  if (stored?.events !== size) return { where: 'events', at: null, reason: 'extra-row' };
  return stored.nodes === nodes ? null : { where: 'tree', at: null, reason: 'extra-node' };
}
