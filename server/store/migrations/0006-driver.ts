import type { Migration } from '../../../protocols/store/store.ts';

/**
 * What a driver says and reads: ratings by subject that may be changed for a while, complaints,
 * and the public lists. The fee standard is no document of its own any more: it is the tariff.
 */
export const driverMigration: Migration = {
  version: 6,
  name: '0006-driver',
  sqlite: [
    'ALTER TABLE organisations DROP COLUMN fee_standard_id',
    "DELETE FROM documents WHERE kind = 'fee-standard'",
    'ALTER TABLE scans ADD COLUMN party_digest TEXT',
    `CREATE TABLE subject_ratings (
      rating_id TEXT PRIMARY KEY,
      presence_id TEXT NOT NULL REFERENCES redemptions (presence_id),
      scan_id TEXT NOT NULL REFERENCES scans (scan_id),
      incident_key TEXT NOT NULL,
      party TEXT NOT NULL,
      subject_kind TEXT NOT NULL CHECK (subject_kind IN ('unit', 'person')),
      subject_id TEXT NOT NULL,
      vehicle_id TEXT,
      organisation_id TEXT,
      incident_id TEXT,
      score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
      words TEXT NOT NULL,
      phrases TEXT NOT NULL,
      training INTEGER NOT NULL,
      rated_at_ms INTEGER NOT NULL,
      changed_at_ms INTEGER NOT NULL,
      UNIQUE (presence_id, subject_kind, subject_id),
      UNIQUE (incident_key, party, subject_kind, subject_id)
    )`,
    `INSERT INTO subject_ratings
     SELECT rating_id, presence_id, scan_id, coalesce(incident_id, 'presence:' || presence_id),
       'presence:' || presence_id, 'unit', coalesce(vehicle_id, ''), vehicle_id, organisation_id,
       incident_id, score, words, '[]', training, rated_at_ms, rated_at_ms FROM ratings`,
    'DROP TABLE ratings',
    'ALTER TABLE subject_ratings RENAME TO ratings',
    'CREATE INDEX ratings_by_organisation ON ratings (organisation_id, rated_at_ms)',
    'CREATE INDEX ratings_by_scan ON ratings (scan_id)',
    `CREATE TABLE rating_versions (
      rating_id TEXT NOT NULL REFERENCES ratings (rating_id),
      version INTEGER NOT NULL,
      score INTEGER NOT NULL,
      words TEXT NOT NULL,
      phrases TEXT NOT NULL,
      said_at_ms INTEGER NOT NULL,
      PRIMARY KEY (rating_id, version)
    )`,
    `CREATE TABLE complaints (
      complaint_id TEXT PRIMARY KEY,
      link_digest TEXT NOT NULL UNIQUE,
      receipt_number TEXT NOT NULL UNIQUE,
      scan_id TEXT REFERENCES scans (scan_id),
      on_the_spot INTEGER NOT NULL,
      vehicle_id TEXT,
      organisation_id TEXT,
      incident_id TEXT,
      about TEXT NOT NULL,
      category TEXT NOT NULL,
      words TEXT NOT NULL,
      contact TEXT,
      contact_consent_at_ms INTEGER,
      training INTEGER NOT NULL,
      filed_at_ms INTEGER NOT NULL
    )`,
    'CREATE INDEX complaints_by_scan ON complaints (scan_id)',
    'CREATE INDEX complaints_by_organisation ON complaints (organisation_id, filed_at_ms)',
    `CREATE TABLE complaint_steps (
      complaint_id TEXT NOT NULL REFERENCES complaints (complaint_id),
      number INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('filed', 'accepted', 'answered', 'closed')),
      note TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (complaint_id, number)
    )`,
    `CREATE TABLE list_entries (
      entry_id TEXT PRIMARY KEY,
      list TEXT NOT NULL CHECK (list IN ('red', 'black')),
      name TEXT NOT NULL,
      reason TEXT NOT NULL,
      measure TEXT NOT NULL,
      authority TEXT NOT NULL,
      decided_on TEXT NOT NULL,
      published_at_ms INTEGER NOT NULL,
      removed_at_ms INTEGER,
      sample INTEGER NOT NULL
    )`,
    'CREATE INDEX list_entries_by_list ON list_entries (list, decided_on)',
  ],
};
