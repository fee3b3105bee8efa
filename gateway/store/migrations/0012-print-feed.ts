import type { Migration } from '../../../protocols/store/store.ts';

/** How far the server's register of printed cards was taken over, and the keys that sign them. */
export const printFeed: Migration = {
  version: 12,
  name: 'print-feed',
  sqlite: [
    `CREATE TABLE print_feed (
      only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
      change_no INTEGER NOT NULL,
      issuers TEXT NOT NULL
    ) STRICT`,
  ],
};
