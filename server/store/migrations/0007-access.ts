import type { Migration } from '../../../protocols/store/store.ts';

/** Accounts, their rights and sessions. Tokens and cookies are kept as digests only. */
export const accessMigration: Migration = {
  version: 7,
  name: '0007-access',
  sqlite: [
    `CREATE TABLE accounts (
      account_id TEXT PRIMARY KEY,
      login_name TEXT NOT NULL UNIQUE,
      real_name TEXT NOT NULL,
      password_hash TEXT,
      sealed_totp TEXT,
      totp_last_step INTEGER NOT NULL DEFAULT 0,
      failures INTEGER NOT NULL DEFAULT 0,
      locked_until_ms INTEGER NOT NULL DEFAULT 0,
      disabled_at_ms INTEGER,
      created_at_ms INTEGER NOT NULL
    )`,
    `CREATE TABLE setup_tokens (
      token_digest TEXT PRIMARY KEY,
      account_id TEXT NOT NULL REFERENCES accounts (account_id),
      expires_at_ms INTEGER NOT NULL
    )`,
    `CREATE TABLE account_rights (
      right_id TEXT PRIMARY KEY,
      account_id TEXT NOT NULL REFERENCES accounts (account_id),
      role TEXT NOT NULL,
      organisation_id TEXT REFERENCES organisations (organisation_id),
      given_at_ms INTEGER NOT NULL,
      given_by TEXT NOT NULL,
      ended_at_ms INTEGER
    )`,
    'CREATE INDEX account_rights_by_account ON account_rights (account_id)',
    `CREATE TABLE sessions (
      session_digest TEXT PRIMARY KEY,
      account_id TEXT NOT NULL REFERENCES accounts (account_id),
      created_at_ms INTEGER NOT NULL,
      seen_at_ms INTEGER NOT NULL,
      ended_at_ms INTEGER
    )`,
    'CREATE INDEX sessions_by_account ON sessions (account_id)',
  ],
};
