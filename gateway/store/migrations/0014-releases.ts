import type { Migration } from '../../../protocols/store/store.ts';

/** Releases of the units' program, who is to have them, and how they fare there. */
export const releases: Migration = {
  version: 14,
  name: 'releases',
  sqlite: [
    `CREATE TABLE software_release (
      release_id TEXT PRIMARY KEY,
      version TEXT NOT NULL,
      counter INTEGER NOT NULL,
      manifest TEXT NOT NULL,
      bundle_bytes INTEGER NOT NULL,
      imported_at_ms INTEGER NOT NULL,
      imported_by TEXT NOT NULL,
      state TEXT NOT NULL,
      state_reason TEXT NOT NULL,
      state_at_ms INTEGER NOT NULL,
      failure_percent_max INTEGER NOT NULL,
      attempts_min INTEGER NOT NULL,
      watched_from_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE release_share (
      release_id TEXT NOT NULL REFERENCES software_release (release_id),
      organisation TEXT NOT NULL,
      percent INTEGER NOT NULL,
      PRIMARY KEY (release_id, organisation)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE unit_release (
      release_id TEXT NOT NULL REFERENCES software_release (release_id),
      serial TEXT NOT NULL REFERENCES unit (serial),
      state TEXT NOT NULL,
      reason TEXT,
      received_bytes INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      installed_at_ms INTEGER,
      PRIMARY KEY (release_id, serial)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE deploy_statement (
      number INTEGER PRIMARY KEY,
      statement TEXT NOT NULL,
      signature TEXT NOT NULL,
      imported_at_ms INTEGER NOT NULL
    ) STRICT`,
  ],
};
