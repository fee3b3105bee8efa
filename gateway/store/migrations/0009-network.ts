import type { Migration } from '../../../protocols/store/store.ts';

/** Road network files, each once by its hash, and when which of them counts. */
export const network: Migration = {
  version: 9,
  name: 'network',
  sqlite: [
    `CREATE TABLE network_file (
      hash TEXT PRIMARY KEY,
      content TEXT NOT NULL,
      name TEXT,
      sections INTEGER NOT NULL,
      lines INTEGER NOT NULL,
      vertices INTEGER NOT NULL,
      areas INTEGER NOT NULL,
      length_m INTEGER NOT NULL,
      imported_at_ms INTEGER NOT NULL,
      imported_by TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE network_activation (
      id INTEGER PRIMARY KEY,
      hash TEXT NOT NULL REFERENCES network_file (hash),
      valid_from_ms INTEGER NOT NULL,
      valid_to_ms INTEGER,
      activated_at_ms INTEGER NOT NULL,
      activated_by TEXT NOT NULL,
      reason TEXT NOT NULL,
      withdrawn_at_ms INTEGER,
      withdrawn_by TEXT,
      withdrawn_reason TEXT
    ) STRICT`,
  ],
};
