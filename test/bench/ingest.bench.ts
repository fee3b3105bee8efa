import sqlite3 from 'sqlite3';
import { batchRecordsMax } from '../../protocols/messages/batch.ts';
import type { UnitRecord } from '../../protocols/messages/records.ts';
import { IngestWorld, type Unit } from '../gateway/ingest/ingest-world.ts';
import { temporaryFolder } from './folder.ts';
import { type BenchRow, inTurns, median, row, timed } from './row.ts';

const units = 40;
const batchesPerUnit = 10;
const rounds = 5;
const records = units * batchesPerUnit * batchRecordsMax;
const rowsPerTransaction = 1_000;

function fix(seq: number, atMs: number): UnitRecord {
  return {
    kind: 'fix',
    seq,
    happenedAtMs: atMs + seq * 5_000,
    clock: 'gnss',
    values: {
      lat: 38 + (seq % 10_000) / 1e5,
      lon: 114.5,
      altM: 60,
      speedMps: 22,
      courseDeg: 90,
      satsUsed: 12,
      hdop: 0.8,
      quality: 3,
    },
  };
}

/** Bare batches: the same columns, one prepared statement, FULL, 1,000 rows a transaction. */
async function bareInserts(database: sqlite3.Database, round: number): Promise<void> {
  const run = (sql: string) =>
    new Promise<void>((resolve, reject) => {
      database.exec(sql, (error) => (error ? reject(error) : resolve()));
    });
  for (let first = 0; first < records; first += rowsPerTransaction) {
    await run('BEGIN');
    const rows = Array.from({ length: rowsPerTransaction }, (_, index) => [
      round,
      first + index,
      380_000_000 + index,
      1_145_000_000,
      2200,
      900,
      8,
    ]);
    await new Promise<void>((resolve, reject) => {
      database.run(
        `INSERT INTO bare SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
         value ->> 5, value ->> 6 FROM json_each(?)`,
        [JSON.stringify(rows)],
        (error) => (error ? reject(error) : resolve()),
      );
    });
    await run('COMMIT');
  }
}

async function bareDatabase(file: string): Promise<sqlite3.Database> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(file, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  await new Promise<void>((resolve, reject) => {
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
       CREATE TABLE bare (a INTEGER, b INTEGER, c INTEGER, d INTEGER, e INTEGER, f INTEGER,
       g INTEGER, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID`,
      (error) => (error ? reject(error) : resolve()),
    );
  });
  return database;
}

/** Rows a second that SQLite alone takes in batches as here: a limit for other benches too. */
export async function bareInsertsPerSecond(): Promise<number> {
  const folder = temporaryFolder();
  const database = await bareDatabase(folder.file('bare.db'));
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    times.push(await timed(() => bareInserts(database, round)));
  }
  await new Promise((resolve) => database.close(resolve));
  folder.remove();
  return (records / median(times)) * 1000;
}

/** Signed batches verified, committed and acknowledged, against bare SQLite batches. */
export async function benchIngest(): Promise<BenchRow[]> {
  const world = await IngestWorld.open();
  const folder = temporaryFolder();
  const database = await bareDatabase(folder.file('bare.db'));
  const senders: Unit[] = [];
  for (let unit = 0; unit < units; unit += 1) {
    senders.push(await world.enrol(`XL-BENCH-${unit}`));
  }
  let seq = 0;
  const sealed = Array.from({ length: rounds }, () =>
    Array.from({ length: batchesPerUnit }, () => {
      const from = seq;
      seq += batchRecordsMax;
      return senders.map((sender, index) => {
        const batch = Array.from({ length: batchRecordsMax }, (_, at) =>
          fix(from + at + 1, world.env.nowMs() - 86_400_000),
        );
        return { serial: sender.serial, bytes: world.seal(sender, batch, 1), index };
      });
    }).flat(),
  );
  let round = 0;
  const [ingestMs, bareMs] = await inTurns(
    rounds,
    async () => {
      const batches = sealed[round] ?? [];
      await Promise.all(batches.map(({ serial, bytes }) => world.ingest.take(serial, bytes)));
    },
    async () => {
      await bareInserts(database, round);
      round += 1;
    },
  );
  const { length: acknowledged } = world.acks;
  if (acknowledged !== rounds * units * batchesPerUnit) {
    throw new Error(`${acknowledged} batches were acknowledged`);
  }
  await new Promise((resolve) => database.close(resolve));
  await world.kept.remove();
  folder.remove();
  const perSecond = (ms: number) => (records / ms) * 1000;
  const limit = ['bare SQLite batches', perSecond(bareMs)] as const;
  return [row('ingest, committed and acknowledged', 'records/s', perSecond(ingestMs), limit, null)];
}
