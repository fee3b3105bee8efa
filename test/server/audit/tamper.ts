import { leafHash, nodeHash } from '../../../protocols/audit/merkle-hash.ts';
import { firstRowHash, rowHash } from '../../../protocols/audit/row-chain.ts';
import type { SqlValue, Writer } from '../../../protocols/store/store.ts';

/** Numbers below a bound, the same for the same seed (mulberry32). */
export function seededPick(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Pick = ReturnType<typeof seededPick>;

/** Every column of every table of the log, by the key of its rows. */
const tables = {
  audit_events: { key: ['seq'], columns: ['seq', 'payload', 'salt', 'leaf_hash', 'row_hash'] },
  audit_nodes: { key: ['level', 'idx'], columns: ['level', 'idx', 'hash'] },
  audit_checkpoints: { key: ['number'], columns: ['number', 'size', 'body'] },
  signing_keys: {
    key: ['key_id'],
    columns: ['key_id', 'use', 'public_key', 'valid_from_ms', 'valid_to_ms'],
  },
} as const;

type Row = Record<string, SqlValue>;

async function randomRow(tx: Writer, pick: Pick, table: keyof typeof tables): Promise<Row> {
  const rows = await tx.all<Row>(`SELECT * FROM ${table} ORDER BY ${tables[table].key.join(', ')}`);
  return rows[pick(rows.length)] as Row;
}

function where(table: keyof typeof tables, row: Row) {
  const { key } = tables[table];
  return {
    sql: key.map((column) => `${column} = ?`).join(' AND '),
    params: key.map((column) => row[column] as SqlValue),
  };
}

/** Another value of the same kind: one bit, one character or one more. */
function altered(value: SqlValue, pick: Pick): SqlValue {
  if (value === null) return 1;
  if (typeof value === 'number') return value + 1000 + pick(1000);
  if (typeof value === 'string') {
    const at = pick(value.length);
    const other = value[at] === 'x' ? 'y' : 'x';
    return value.slice(0, at) + other + value.slice(at + 1);
  }
  const bytes = Buffer.from(value as Uint8Array);
  const at = pick(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8));
  return bytes;
}

const pickTable = (pick: Pick) => {
  const names = Object.keys(tables) as (keyof typeof tables)[];
  return names[pick(names.length)] as keyof typeof tables;
};

async function edit(tx: Writer, pick: Pick): Promise<string> {
  const table = pickTable(pick);
  const row = await randomRow(tx, pick, table);
  const { columns } = tables[table];
  const column = columns[pick(columns.length)] as string;
  const value = column === 'use' ? otherUse(row.use) : altered(row[column] as SqlValue, pick);
  const { sql, params } = where(table, row);
  await tx.run(`UPDATE ${table} SET ${column} = ? WHERE ${sql}`, [value, ...params]);
  return `edit ${table}.${column} of ${params}`;
}

const otherUse = (use: SqlValue | undefined) => (use === 'receipt' ? 'checkpoint' : 'receipt');

async function remove(tx: Writer, pick: Pick): Promise<string> {
  const table = pickTable(pick);
  const { sql, params } = where(table, await randomRow(tx, pick, table));
  await tx.run(`DELETE FROM ${table} WHERE ${sql}`, params);
  return `delete from ${table} ${params}`;
}

interface EventRow extends Row {
  seq: number;
  payload: string | null;
  salt: Buffer | null;
  leaf_hash: Buffer;
  row_hash: Buffer;
}

const readEvents = (tx: Writer) => tx.all<EventRow>('SELECT * FROM audit_events ORDER BY seq');

async function writeEvents(tx: Writer, rows: readonly EventRow[]): Promise<void> {
  await tx.run('DELETE FROM audit_events');
  for (const [seq, row] of rows.entries()) {
    await tx.run('INSERT INTO audit_events VALUES (?, ?, ?, ?, ?)', [
      seq,
      row.payload,
      row.salt,
      row.leaf_hash,
      row.row_hash,
    ]);
  }
}

/** Makes leaves, chain and tree fit the payloads again, as someone with the program would. */
export async function rehash(tx: Writer): Promise<void> {
  let previous: Buffer = firstRowHash;
  const rows = await readEvents(tx);
  let level: Buffer[] = [];
  for (const [seq, row] of rows.entries()) {
    const { payload, salt } = row;
    if (payload !== null && salt !== null) row.leaf_hash = leafHash(salt, Buffer.from(payload));
    row.row_hash = rowHash(previous, seq, row.leaf_hash);
    previous = row.row_hash;
    level.push(row.leaf_hash);
  }
  await writeEvents(tx, rows);
  await tx.run('DELETE FROM audit_nodes');
  for (let height = 0; level.length > 0; height += 1) {
    for (const [index, hash] of level.entries()) {
      await tx.run('INSERT INTO audit_nodes VALUES (?, ?, ?)', [height, index, hash]);
    }
    level = level
      .filter((_, at) => at % 2 === 1)
      .map((right, at) => nodeHash(level[at * 2] as Buffer, right));
  }
}

async function insert(tx: Writer, pick: Pick): Promise<string> {
  const rows = await readEvents(tx);
  // Before an existing row: one more at the end, with fitting hashes, is what appending is.
  const at = pick(rows.length);
  const twin = rows[pick(rows.length)] as EventRow;
  const forged = { ...twin, payload: twin.payload?.replace('thing:', 'thing:forged-') ?? '{}' };
  forged.salt ??= Buffer.alloc(16);
  forged.leaf_hash = leafHash(forged.salt, Buffer.from(forged.payload));
  await writeEvents(tx, [...rows.slice(0, at), forged, ...rows.slice(at)]);
  return `insert at ${at}`;
}

async function swap(tx: Writer, pick: Pick): Promise<string> {
  const rows = await readEvents(tx);
  const first = pick(rows.length);
  const second = (first + 1 + pick(rows.length - 1)) % rows.length;
  [rows[first], rows[second]] = [rows[second] as EventRow, rows[first] as EventRow];
  await writeEvents(tx, rows);
  return `swap ${first} and ${second}`;
}

/** Cuts the log back to an earlier moment, leaving nothing that speaks of the later. */
export async function cutTail(tx: Writer, size: number): Promise<void> {
  await tx.run('DELETE FROM audit_events WHERE seq >= ?', [size]);
  const nodes = await tx.all<{ level: number; idx: number }>('SELECT level, idx FROM audit_nodes');
  for (const { level, idx } of nodes.filter(({ level, idx }) => (idx + 1) * 2 ** level > size)) {
    await tx.run('DELETE FROM audit_nodes WHERE level = ? AND idx = ?', [level, idx]);
  }
  await tx.run('DELETE FROM audit_checkpoints WHERE size > ?', [size]);
}

async function cut(tx: Writer, pick: Pick): Promise<string> {
  const rows = await readEvents(tx);
  // The two keys at the beginning stay: without them nothing would be signed.
  const size = 2 + pick(rows.length - 2);
  await cutTail(tx, size);
  return `cut to ${size}`;
}

/** An attacker who also makes the hashes fit. */
const thoroughly = (act: typeof edit) => async (tx: Writer, pick: Pick) => {
  const what = await act(tx, pick);
  await rehash(tx);
  return `${what}, rehashed`;
};

/** An event edited in a way that means something, and every hash made to fit. */
async function forge(tx: Writer, pick: Pick): Promise<string> {
  const events = (await readEvents(tx)).filter(({ payload }) => payload?.includes('test.act'));
  const { seq, payload } = events[pick(events.length)] as EventRow;
  const forged = String(payload).replace('"actor":"user:1"', '"actor":"user:2"');
  await tx.run('UPDATE audit_events SET payload = ? WHERE seq = ?', [forged, seq]);
  await rehash(tx);
  return `forge ${seq}, rehashed`;
}

/** One row a way to tamper; gives what was done. */
export const tamperings = {
  edit,
  remove,
  insert,
  swap,
  cut,
  forge,
  'insert and rehash': thoroughly(insert),
  'swap and rehash': thoroughly(swap),
} as const;
