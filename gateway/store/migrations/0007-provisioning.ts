import type { Migration } from '../../../protocols/store/store.ts';

/** The life of a unit: its certificates as lists name them. */
export const provisioning: Migration = {
  version: 7,
  name: 'provisioning',
  sqlite: [
    "ALTER TABLE certificate ADD COLUMN number TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE certificate ADD COLUMN authority TEXT NOT NULL DEFAULT ''",
    `CREATE TABLE revoked_certificate (
      authority TEXT NOT NULL,
      number TEXT NOT NULL,
      serial TEXT NOT NULL REFERENCES unit (serial),
      revoked_at_ms INTEGER NOT NULL,
      not_after_ms INTEGER NOT NULL,
      PRIMARY KEY (authority, number)
    ) STRICT, WITHOUT ROWID`,
  ],
};
