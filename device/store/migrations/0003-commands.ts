import type { Migration } from '../../../protocols/store/store.ts';

/** Commands by id, so that none is obeyed twice. `state`: command-book.ts. */
export const commandTables: Migration = {
  version: 3,
  name: 'commands',
  sqlite: [
    `CREATE TABLE obeyed_command (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      expires_at_ms INTEGER NOT NULL,
      boot_id TEXT NOT NULL,
      state INTEGER NOT NULL
    ) WITHOUT ROWID`,
  ],
};
