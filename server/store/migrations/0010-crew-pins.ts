import type { Migration } from '../../../protocols/store/store.ts';

/** What a person signs on with at a unit that has no line to here: the salted hash of a PIN. */
export const crewPinsMigration: Migration = {
  version: 10,
  name: '0010-crew-pins',
  sqlite: [
    `CREATE TABLE crew_pins (
      person_id TEXT PRIMARY KEY REFERENCES people (person_id),
      pin_hash TEXT NOT NULL,
      set_at_ms INTEGER NOT NULL,
      sample INTEGER NOT NULL
    )`,
  ],
};
