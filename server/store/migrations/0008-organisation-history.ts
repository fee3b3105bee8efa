import type { Migration } from '../../../protocols/store/store.ts';

/**
 * What organisations were and will be, by day, and where people served. The tables of the directory
 * hold what is true today.
 */
export const organisationHistoryMigration: Migration = {
  version: 8,
  name: '0008-organisation-history',
  sqlite: [
    `CREATE TABLE organisation_versions (
      organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
      valid_from TEXT NOT NULL,
      valid_to TEXT,
      body TEXT NOT NULL,
      recorded_at_ms INTEGER NOT NULL,
      recorded_by TEXT NOT NULL,
      PRIMARY KEY (organisation_id, valid_from)
    )`,
    `CREATE TABLE person_postings (
      person_id TEXT NOT NULL REFERENCES people (person_id),
      organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
      valid_from TEXT NOT NULL,
      valid_to TEXT,
      recorded_at_ms INTEGER NOT NULL,
      recorded_by TEXT NOT NULL,
      PRIMARY KEY (person_id, valid_from)
    )`,
  ],
};
