import type { Migration } from '../../../protocols/store/store.ts';

/** Gateways and what they told us. Keys and tokens are kept as digests only. */
export const linkMigration: Migration = {
  version: 1,
  name: '0001-link',
  sqlite: [
    `CREATE TABLE links (
      link_id TEXT PRIMARY KEY,
      gateway_id TEXT NOT NULL,
      key_digest TEXT NOT NULL UNIQUE,
      created_at_ms INTEGER NOT NULL,
      revoked_at_ms INTEGER
    )`,
    `CREATE TABLE link_tokens (
      token_digest TEXT PRIMARY KEY,
      created_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL,
      used_at_ms INTEGER,
      link_id TEXT REFERENCES links (link_id)
    )`,
    `CREATE TABLE link_messages (
      gateway_id TEXT NOT NULL,
      message_id TEXT NOT NULL,
      type TEXT NOT NULL,
      subject TEXT NOT NULL,
      received_at_ms INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (gateway_id, message_id)
    )`,
    'CREATE INDEX link_messages_by_subject ON link_messages (subject)',
  ],
};
