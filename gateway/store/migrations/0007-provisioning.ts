import type { Migration } from '../../../protocols/store/store.ts';

/** The life of a unit: its certificates as lists name them. */
export const provisioning: Migration = {
  version: 7,
  name: 'provisioning',
  sqlite: [
    'ALTER TABLE key_set ADD COLUMN revoked INTEGER NOT NULL DEFAULT 0',
    "ALTER TABLE certificate ADD COLUMN number TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE certificate ADD COLUMN authority TEXT NOT NULL DEFAULT ''",
    `CREATE TABLE revoked_certificate (
      authority TEXT NOT NULL,
      number TEXT NOT NULL,
      serial TEXT NOT NULL REFERENCES unit (serial),
      revoked_at_ms INTEGER NOT NULL,
      not_after_ms INTEGER NOT NULL,
      PRIMARY KEY (authority, number)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE clone_alert (
      id INTEGER PRIMARY KEY,
      serial TEXT NOT NULL REFERENCES unit (serial),
      sign TEXT NOT NULL,
      first_at_ms INTEGER NOT NULL,
      last_at_ms INTEGER NOT NULL,
      times INTEGER NOT NULL,
      detail TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX clone_alert_of_unit ON clone_alert (serial, sign, id)',
    `CREATE TABLE setting (
      scope TEXT NOT NULL,
      scope_id TEXT NOT NULL,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      version INTEGER NOT NULL,
      set_at_ms INTEGER NOT NULL,
      set_by TEXT NOT NULL,
      PRIMARY KEY (scope, scope_id, key)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE reported_config (
      serial TEXT PRIMARY KEY REFERENCES unit (serial),
      version INTEGER NOT NULL,
      applied INTEGER NOT NULL,
      reason TEXT,
      reported_at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE unit_command (
      id TEXT PRIMARY KEY,
      serial TEXT NOT NULL REFERENCES unit (serial),
      name TEXT NOT NULL,
      asked_at_ms INTEGER NOT NULL,
      asked_by TEXT NOT NULL,
      expires_at_ms INTEGER NOT NULL,
      sent_times INTEGER NOT NULL,
      ended_at_ms INTEGER,
      outcome TEXT,
      code TEXT,
      detail TEXT
    ) STRICT`,
    'CREATE INDEX unit_command_of_unit ON unit_command (serial, asked_at_ms)',
    'CREATE INDEX unit_command_open ON unit_command (expires_at_ms) WHERE ended_at_ms IS NULL',
  ],
};
