import type { Migration } from '../../../protocols/store/store.ts';

/** How units are, what stood on their glass, and who is told of it. */
export const watch: Migration = {
  version: 6,
  name: 'watch',
  sqlite: [
    `CREATE TABLE presence (
      serial TEXT PRIMARY KEY REFERENCES unit (serial),
      state TEXT NOT NULL,
      reason TEXT NOT NULL,
      since_ms INTEGER NOT NULL,
      evidence TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE alert (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      serial TEXT NOT NULL REFERENCES unit (serial),
      kind TEXT NOT NULL,
      reason TEXT NOT NULL,
      since_ms INTEGER NOT NULL,
      opened_at_ms INTEGER NOT NULL,
      ended_at_ms INTEGER,
      closed_at_ms INTEGER,
      closed_reason TEXT
    ) STRICT`,
    'CREATE UNIQUE INDEX alert_open ON alert (serial, kind) WHERE closed_at_ms IS NULL',
    'CREATE INDEX alert_of_unit ON alert (serial, id)',
    `CREATE TABLE desired_content (
      serial TEXT NOT NULL REFERENCES unit (serial),
      version INTEGER NOT NULL,
      content_version INTEGER NOT NULL,
      from_ms INTEGER NOT NULL,
      content TEXT NOT NULL,
      PRIMARY KEY (serial, version)
    ) STRICT, WITHOUT ROWID`,
    // Contents of versions sent before were not kept: the next one sent is a new version.
    "UPDATE desired_config SET content = ''",
    `CREATE INDEX unit_record_shown ON unit_record (epoch_no, happened_at_ms, seq)
      WHERE kind = 3`,
    `CREATE TABLE fleet_event (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at_ms INTEGER NOT NULL,
      type TEXT NOT NULL,
      subject TEXT NOT NULL,
      body TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE webhook (
      id TEXT PRIMARY KEY,
      url TEXT NOT NULL UNIQUE,
      secret TEXT NOT NULL,
      after_id INTEGER NOT NULL,
      skipped INTEGER NOT NULL DEFAULT 0,
      created_at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ],
};
