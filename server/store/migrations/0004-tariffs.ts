import type { Migration } from '../../../protocols/store/store.ts';

/** Published versions of tariffs; none is ever changed. credit.md, "Fee check". */
export const tariffsMigration: Migration = {
  version: 4,
  name: '0004-tariffs',
  sqlite: [
    `CREATE TABLE tariffs (
      tariff_id TEXT NOT NULL,
      version INTEGER NOT NULL CHECK (version >= 1),
      kind TEXT NOT NULL CHECK (kind IN ('rescue', 'road-damage', 'posted')),
      organisation_id TEXT REFERENCES organisations (organisation_id),
      sample INTEGER NOT NULL,
      effective_from TEXT NOT NULL,
      effective_to TEXT,
      supersedes TEXT,
      sha256 TEXT NOT NULL,
      document TEXT NOT NULL,
      published_at_ms INTEGER NOT NULL,
      published_by TEXT NOT NULL,
      PRIMARY KEY (tariff_id, version)
    )`,
    'CREATE INDEX tariffs_by_kind ON tariffs (kind, effective_from)',
    `CREATE TRIGGER tariffs_are_never_changed BEFORE UPDATE ON tariffs
     BEGIN SELECT RAISE(ABORT, 'a published tariff is never changed'); END`,
    `CREATE TRIGGER tariffs_are_never_deleted BEFORE DELETE ON tariffs
     BEGIN SELECT RAISE(ABORT, 'a published tariff is never deleted'); END`,
  ],
};
