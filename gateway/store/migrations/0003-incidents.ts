import type { Migration } from '../../../protocols/store/store.ts';

/** Incidents, the units that worked them, and what happened when. */
export const incidents: Migration = {
  version: 3,
  name: 'incidents',
  sqlite: [
    `CREATE TABLE incident (
      id TEXT PRIMARY KEY,
      ref INTEGER NOT NULL CHECK (ref BETWEEN 1 AND 65535),
      kind TEXT NOT NULL,
      stage TEXT NOT NULL,
      outcome TEXT,
      summary TEXT NOT NULL,
      scene TEXT NOT NULL,
      reported_at_ms INTEGER NOT NULL,
      closed_at_ms INTEGER
    ) STRICT`,
    'CREATE UNIQUE INDEX incident_open_ref ON incident (ref) WHERE closed_at_ms IS NULL',
    'CREATE INDEX incident_closed ON incident (closed_at_ms)',
    `CREATE TABLE incident_unit (
      incident_id TEXT NOT NULL REFERENCES incident (id),
      unit_id INTEGER NOT NULL,
      serial TEXT NOT NULL,
      assigned_at_ms INTEGER NOT NULL,
      released_at_ms INTEGER,
      attendance TEXT NOT NULL,
      PRIMARY KEY (incident_id, unit_id, assigned_at_ms)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE incident_log (
      id INTEGER PRIMARY KEY,
      incident_id TEXT NOT NULL REFERENCES incident (id),
      at_ms INTEGER NOT NULL,
      event TEXT NOT NULL,
      stage TEXT NOT NULL,
      source TEXT NOT NULL,
      by TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX incident_log_of ON incident_log (incident_id, id)',
  ],
};
