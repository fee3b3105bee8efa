import { nodeHash } from '../../protocols/audit/merkle-hash.ts';
import {
  consistencyRanges,
  foldNodes,
  inclusionRanges,
  type LeafRange,
  nodesOfRange,
} from '../../protocols/audit/merkle-shape.ts';
import { firstRowHash } from '../../protocols/audit/row-chain.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';

/** A row of the log. Payload and salt are null once erased. */
export interface AuditRow {
  readonly seq: number;
  readonly payload: string | null;
  readonly salt: Buffer | null;
  readonly leafHash: Buffer;
  readonly rowHash: Buffer;
}

const columns = 'seq, payload, salt, leaf_hash AS leafHash, row_hash AS rowHash';

/** Rows from a number on, in order, at most `limit`. */
export function rowsFrom(reader: Reader, seq: number, limit: number): Promise<AuditRow[]> {
  return reader.all<AuditRow>(
    `SELECT ${columns} FROM audit_events WHERE seq >= ? ORDER BY seq LIMIT ?`,
    [seq, limit],
  );
}

export async function rowAt(reader: Reader, seq: number): Promise<AuditRow | undefined> {
  return reader.get<AuditRow>(`SELECT ${columns} FROM audit_events WHERE seq = ?`, [seq]);
}

/** How far the log has come: rows, and the hash of the last. */
export async function headOf(reader: Reader): Promise<{ size: number; rowHash: Buffer }> {
  const last = await reader.get<{ seq: number; rowHash: Buffer }>(
    'SELECT seq, row_hash AS rowHash FROM audit_events ORDER BY seq DESC LIMIT 1',
  );
  return last === undefined
    ? { size: 0, rowHash: firstRowHash }
    : { size: last.seq + 1, rowHash: last.rowHash };
}

export async function insertRow(tx: Writer, row: AuditRow): Promise<void> {
  await tx.run(
    'INSERT INTO audit_events (seq, payload, salt, leaf_hash, row_hash) VALUES (?, ?, ?, ?, ?)',
    [row.seq, row.payload, row.salt, row.leafHash, row.rowHash],
  );
  await insertLeaf(tx, row.seq, row.leafHash);
}

/** Keeps a leaf and every node that is complete with it. */
async function insertLeaf(tx: Writer, seq: number, leaf: Buffer): Promise<void> {
  let [level, index, hash] = [0, seq, leaf];
  await insertNode(tx, level, index, hash);
  while (index % 2 === 1) {
    hash = nodeHash(await nodeAt(tx, level, index - 1), hash);
    [level, index] = [level + 1, (index - 1) / 2];
    await insertNode(tx, level, index, hash);
  }
}

async function insertNode(tx: Writer, level: number, index: number, hash: Buffer): Promise<void> {
  const sql = 'INSERT INTO audit_nodes (level, idx, hash) VALUES (?, ?, ?)';
  await tx.run(sql, [level, index, hash]);
}

async function nodeAt(reader: Reader, level: number, index: number): Promise<Buffer> {
  const row = await reader.get<{ hash: Buffer }>(
    'SELECT hash FROM audit_nodes WHERE level = ? AND idx = ?',
    [level, index],
  );
  if (row !== undefined) return row.hash;
  throw new Error(`node ${index} of level ${level} of the audit tree is gone: run audit verify`);
}

async function rootOfRange(reader: Reader, range: LeafRange): Promise<Buffer> {
  const hashes: Buffer[] = [];
  for (const { level, index } of nodesOfRange(range)) {
    hashes.push(await nodeAt(reader, level, index));
  }
  return foldNodes(hashes);
}

async function rootsOf(reader: Reader, ranges: readonly LeafRange[]): Promise<Buffer[]> {
  const roots: Buffer[] = [];
  for (const range of ranges) roots.push(await rootOfRange(reader, range));
  return roots;
}

/** Root of the tree over the first `size` rows. Throws when a node is gone. */
export function rootOf(reader: Reader, size: number): Promise<Buffer> {
  return rootOfRange(reader, { start: 0, end: size });
}

/** That row `seq` is in the tree over the first `size` rows. */
export function inclusionPath(reader: Reader, seq: number, size: number): Promise<Buffer[]> {
  return rootsOf(reader, inclusionRanges(seq, size));
}

/** That the tree of `size` rows begins with the tree of `earlier` rows. */
export function consistencyPath(reader: Reader, earlier: number, size: number): Promise<Buffer[]> {
  return rootsOf(reader, consistencyRanges(earlier, size));
}
