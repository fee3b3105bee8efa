import type { Migration } from '../../../protocols/store/store.ts';

/**
 * The append-only log of decisions: rows chained by hash, the complete nodes of the tree over
 * them, signed checkpoints, the public keys that sign; and the receipts that rest on it.
 * credit.md, "Audit".
 */
export const auditMigration: Migration = {
  version: 5,
  name: '0005-audit',
  sqlite: [
    `CREATE TABLE audit_events (
      seq INTEGER PRIMARY KEY,
      payload TEXT,
      salt BLOB,
      leaf_hash BLOB NOT NULL,
      row_hash BLOB NOT NULL
    )`,
    `CREATE TRIGGER audit_events_are_only_erased BEFORE UPDATE ON audit_events
     WHEN NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.seq IS NOT OLD.seq
       OR NEW.leaf_hash IS NOT OLD.leaf_hash OR NEW.row_hash IS NOT OLD.row_hash
     BEGIN SELECT RAISE(ABORT, 'an audit event is never changed'); END`,
    `CREATE TRIGGER audit_events_are_never_deleted BEFORE DELETE ON audit_events
     BEGIN SELECT RAISE(ABORT, 'an audit event is never deleted'); END`,
    `CREATE TABLE audit_nodes (
      level INTEGER NOT NULL,
      idx INTEGER NOT NULL,
      hash BLOB NOT NULL,
      PRIMARY KEY (level, idx)
    ) WITHOUT ROWID`,
    `CREATE TABLE audit_checkpoints (
      number INTEGER PRIMARY KEY,
      size INTEGER NOT NULL,
      body TEXT NOT NULL
    )`,
    'CREATE INDEX audit_checkpoints_by_size ON audit_checkpoints (size)',
    `CREATE TABLE signing_keys (
      key_id TEXT PRIMARY KEY,
      use TEXT NOT NULL CHECK (use IN ('receipt', 'checkpoint')),
      public_key TEXT NOT NULL,
      valid_from_ms INTEGER,
      valid_to_ms INTEGER
    )`,
    `CREATE TABLE receipts (
      receipt_digest TEXT PRIMARY KEY,
      scan_id TEXT NOT NULL UNIQUE REFERENCES scans (scan_id),
      presence_id TEXT NOT NULL UNIQUE REFERENCES redemptions (presence_id),
      return_code_digest TEXT NOT NULL UNIQUE,
      return_code_attempt INTEGER NOT NULL,
      kept_at_ms INTEGER NOT NULL
    )`,
    `CREATE TABLE receipt_issues (
      scan_id TEXT NOT NULL REFERENCES receipts (scan_id),
      issue INTEGER NOT NULL,
      seq INTEGER NOT NULL UNIQUE REFERENCES audit_events (seq),
      facts_digest TEXT NOT NULL,
      code_hex TEXT,
      unit_key TEXT,
      key_id TEXT NOT NULL REFERENCES signing_keys (key_id),
      sig TEXT NOT NULL,
      PRIMARY KEY (scan_id, issue)
    )`,
  ],
};
