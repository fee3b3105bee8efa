import type { Migration } from '../../../protocols/store/store.ts';

/** Where a unit is prepared and by which SIM it speaks; which mounts were proved by a scan. */
export const bench: Migration = {
  version: 10,
  name: 'bench',
  sqlite: [
    'ALTER TABLE unit ADD COLUMN depot TEXT',
    'ALTER TABLE unit ADD COLUMN sim TEXT',
    `CREATE TABLE unit_proof (
      serial TEXT NOT NULL REFERENCES unit (serial),
      enrolment INTEGER NOT NULL,
      vehicle_id TEXT NOT NULL,
      scan_id TEXT NOT NULL,
      proved_at_ms INTEGER NOT NULL,
      proved_by TEXT NOT NULL,
      lat REAL,
      lon REAL,
      error_m REAL,
      PRIMARY KEY (serial, enrolment, vehicle_id)
    ) STRICT, WITHOUT ROWID`,
  ],
};
