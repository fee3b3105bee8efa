import type { Migration } from '../../../protocols/store/store.ts';

/**
 * `outbox.state`: 0 waits for its acknowledgement, 1 acknowledged, 2 refused for good; the last two
 * stay for a while in case the gateway is restored from a backup. `hash` finds the flipped bits
 * that SQLite's own check misses (reliability.md, fact 5).
 */
export const unitTables: Migration = {
  version: 1,
  name: 'unit',
  sqlite: [
    `CREATE TABLE outbox (
      seq INTEGER PRIMARY KEY,
      kind INTEGER NOT NULL,
      body TEXT NOT NULL,
      hash BLOB NOT NULL,
      state INTEGER NOT NULL DEFAULT 0,
      settled_at_ms INTEGER
    )`,
    'CREATE INDEX outbox_waiting ON outbox (kind, seq) WHERE state = 0',
    'CREATE INDEX outbox_settled ON outbox (settled_at_ms) WHERE state <> 0',
    'CREATE TABLE used_second (issued_at INTEGER PRIMARY KEY)',
    'CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
  ],
};
