import type { Migration } from '../../../protocols/store/store.ts';

/** Who was aboard which unit and when; what a unit may be told beside a name; ends of training. */
export const crew: Migration = {
  version: 11,
  name: 'crew',
  sqlite: [
    'ALTER TABLE unit ADD COLUMN training_until_ms INTEGER',
    // Null: asked before the unit's number of enrolment was noted.
    'ALTER TABLE unit_command ADD COLUMN enrolment INTEGER',
    'ALTER TABLE unit_command ADD COLUMN text TEXT',
    'ALTER TABLE unit_command ADD COLUMN until_ms INTEGER',
    // Chunks of uploaded logs, by the command that asked for them.
    'CREATE INDEX unit_record_log ON unit_record (epoch_no, seq) WHERE kind = 12',
    `CREATE TABLE crew_aboard (
      serial TEXT NOT NULL REFERENCES unit (serial),
      person_id TEXT NOT NULL,
      happened_at_ms INTEGER NOT NULL,
      aboard INTEGER NOT NULL,
      vehicle_id TEXT,
      how TEXT NOT NULL,
      clock INTEGER NOT NULL,
      received_at_ms INTEGER NOT NULL,
      PRIMARY KEY (serial, person_id, happened_at_ms, aboard)
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX crew_aboard_of_unit ON crew_aboard (serial, happened_at_ms)',
    `CREATE TABLE crew_roster (
      serial TEXT PRIMARY KEY REFERENCES unit (serial),
      version INTEGER NOT NULL,
      digest TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ],
};
