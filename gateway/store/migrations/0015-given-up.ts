import type { Migration } from '../../../protocols/store/store.ts';

/** Numbers that a unit gave up, by its signed gaps; `received_range` moves over them. */
export const givenUp: Migration = {
  version: 15,
  name: 'given-up',
  sqlite: [
    `CREATE TABLE given_up_range (
      epoch_no INTEGER NOT NULL REFERENCES epoch (epoch_no),
      first_seq INTEGER NOT NULL,
      last_seq INTEGER NOT NULL,
      noted_at_ms INTEGER NOT NULL,
      PRIMARY KEY (epoch_no, first_seq)
    ) STRICT, WITHOUT ROWID`,
  ],
};
