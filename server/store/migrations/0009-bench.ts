import type { Migration } from '../../../protocols/store/store.ts';

/**
 * What technicians leave behind: scans by staff, which redeem nothing, the photograph of each mount
 * (the picture itself lies in the data folder under its SHA-256), and what became of each row of a
 * list they loaded.
 */
export const benchMigration: Migration = {
  version: 9,
  name: '0009-bench',
  sqlite: [
    'ALTER TABLE scans ADD COLUMN staff_by TEXT',
    `CREATE TABLE mount_photos (
      serial TEXT NOT NULL,
      enrolment INTEGER NOT NULL,
      vehicle_id TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      media_type TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      taken_at_ms INTEGER NOT NULL,
      taken_by TEXT NOT NULL,
      PRIMARY KEY (serial, enrolment, vehicle_id)
    )`,
    `CREATE TABLE unit_imports (
      import_id TEXT PRIMARY KEY,
      account_id TEXT NOT NULL,
      imported_at_ms INTEGER NOT NULL,
      outcome TEXT NOT NULL
    )`,
  ],
};
