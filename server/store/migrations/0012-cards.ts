import type { Migration } from '../../../protocols/store/store.ts';

/**
 * Printed cards of people and vehicles: the keys that sign them, and the register of every print.
 * `change_no` grows with each change of a row: gateways ask for what came after the last they know.
 */
export const cardsMigration: Migration = {
  version: 12,
  name: '0012-cards',
  sqlite: [
    `CREATE TABLE card_keys (
      key_id TEXT PRIMARY KEY,
      public_key TEXT NOT NULL,
      valid_from_ms INTEGER,
      valid_to_ms INTEGER,
      revoked_at_ms INTEGER
    )`,
    `CREATE TABLE card_prints (
      print_id TEXT PRIMARY KEY,
      kind INTEGER NOT NULL CHECK (kind IN (2, 3)),
      subject_id TEXT NOT NULL,
      subject_number INTEGER NOT NULL,
      organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
      key_id TEXT NOT NULL REFERENCES card_keys (key_id),
      issued_at INTEGER NOT NULL,
      code TEXT NOT NULL,
      sheet_id TEXT NOT NULL,
      printed_at_ms INTEGER NOT NULL,
      printed_by TEXT NOT NULL,
      reason TEXT NOT NULL,
      revoked_at_ms INTEGER,
      revoked_by TEXT,
      revoked_reason TEXT,
      change_no INTEGER NOT NULL UNIQUE,
      sample INTEGER NOT NULL,
      UNIQUE (key_id, issued_at)
    )`,
    'CREATE INDEX card_prints_of_subject ON card_prints (kind, subject_number, printed_at_ms)',
    'CREATE INDEX card_prints_of_organisation ON card_prints (organisation_id, printed_at_ms)',
    'CREATE INDEX card_prints_of_sheet ON card_prints (sheet_id)',
  ],
};
