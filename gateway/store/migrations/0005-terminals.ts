import type { Migration } from '../../../protocols/store/store.ts';

/** JT/T 808 terminals and what they said, apart from what units signed; how old records are found. */
export const terminals: Migration = {
  version: 5,
  name: 'terminals',
  sqlite: [
    `CREATE TABLE terminal (
      terminal_no INTEGER PRIMARY KEY,
      phone TEXT NOT NULL UNIQUE,
      plate TEXT NOT NULL,
      vehicle_id TEXT,
      code TEXT NOT NULL,
      device TEXT,
      revoked INTEGER NOT NULL,
      registered_at_ms INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE terminal_position (
      terminal_no INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      lat_e6 INTEGER NOT NULL,
      lon_e6 INTEGER NOT NULL,
      speed_dkmh INTEGER NOT NULL,
      course_deg INTEGER NOT NULL,
      received_at_ms INTEGER NOT NULL,
      PRIMARY KEY (terminal_no, at_ms)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE terminal_event (
      terminal_no INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      event TEXT NOT NULL,
      began INTEGER NOT NULL,
      received_at_ms INTEGER NOT NULL,
      PRIMARY KEY (terminal_no, event, at_ms)
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX unit_record_by_age ON unit_record (kind, received_at_ms)',
  ],
};
