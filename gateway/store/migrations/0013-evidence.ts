import type { Migration } from '../../../protocols/store/store.ts';

/**
 * What an incident knows beyond its stage, files that belong to it by their hashes, places that may
 * be one incident, batches as units signed them, and what the server was told of each subject.
 */
export const evidence: Migration = {
  version: 13,
  name: 'evidence',
  sqlite: [
    "ALTER TABLE incident ADD COLUMN detail TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE incident_unit ADD COLUMN detail TEXT NOT NULL DEFAULT '{}'",
    `CREATE TABLE incident_file (
      incident_id TEXT NOT NULL REFERENCES incident (id),
      sha256 TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      recorder TEXT,
      size_bytes INTEGER,
      taken_at_ms INTEGER,
      added_at_ms INTEGER NOT NULL,
      added_by TEXT NOT NULL,
      kept INTEGER NOT NULL,
      PRIMARY KEY (incident_id, sha256)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE merge_proposal (
      first_id TEXT NOT NULL REFERENCES incident (id),
      second_id TEXT NOT NULL REFERENCES incident (id),
      distance_m INTEGER NOT NULL,
      proposed_at_ms INTEGER NOT NULL,
      decision TEXT,
      decided_at_ms INTEGER,
      decided_by TEXT,
      PRIMARY KEY (first_id, second_id)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE signed_batch (
      unit_id INTEGER NOT NULL,
      last_ms INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      first_ms INTEGER NOT NULL,
      serial TEXT NOT NULL,
      enrolment INTEGER NOT NULL,
      received_at_ms INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      PRIMARY KEY (unit_id, last_ms, sha256)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE told_subject (
      type TEXT NOT NULL,
      subject TEXT NOT NULL,
      version INTEGER NOT NULL,
      digest TEXT NOT NULL,
      PRIMARY KEY (type, subject)
    ) STRICT, WITHOUT ROWID`,
  ],
};
