import type { Migration } from '../../../protocols/store/store.ts';

/** What waits for the server, what it refused, and what is known of the link itself. */
export const link: Migration = {
  version: 4,
  name: 'link',
  sqlite: [
    `CREATE TABLE link_outbox (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      subject TEXT NOT NULL,
      message TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE link_refused (
      id TEXT PRIMARY KEY,
      message TEXT NOT NULL,
      code TEXT NOT NULL,
      refused_at_ms INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE link_state (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ],
};
