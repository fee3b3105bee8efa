import type { Migration } from '../../../protocols/store/store.ts';

/** Openings of codes with what they were linked to, and what closes codes early. */
export const scans: Migration = {
  version: 2,
  name: 'scans',
  sqlite: [
    `CREATE TABLE scan_opening (
      scan_id TEXT PRIMARY KEY,
      presence_id TEXT NOT NULL,
      unit_id INTEGER NOT NULL,
      issued_at INTEGER NOT NULL,
      opened_at_ms INTEGER NOT NULL,
      verdict TEXT NOT NULL,
      is_first INTEGER NOT NULL,
      code BLOB NOT NULL,
      report TEXT NOT NULL,
      link TEXT NOT NULL,
      incident_id TEXT,
      is_final INTEGER NOT NULL,
      relinks INTEGER NOT NULL DEFAULT 0
    ) STRICT`,
    'CREATE INDEX scan_opening_by_time ON scan_opening (opened_at_ms)',
    `CREATE INDEX scan_opening_by_incident ON scan_opening (incident_id, opened_at_ms)
      WHERE incident_id IS NOT NULL`,
    'CREATE INDEX scan_opening_not_final ON scan_opening (opened_at_ms) WHERE is_final = 0',
    `CREATE TABLE scan_relink (
      scan_id TEXT NOT NULL REFERENCES scan_opening (scan_id),
      version INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      link TEXT NOT NULL,
      PRIMARY KEY (scan_id, version)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE newest_code (
      unit_id INTEGER PRIMARY KEY,
      issued_at INTEGER NOT NULL,
      known_at_ms INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE print (
      sha256 TEXT PRIMARY KEY,
      registered_at_ms INTEGER NOT NULL,
      revoked_at_ms INTEGER
    ) STRICT, WITHOUT ROWID`,
  ],
};
