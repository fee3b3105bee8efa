import type { Migration } from '../../../protocols/store/store.ts';

/**
 * Proof against flipped bits for what is no outbox row (reliability.md, R6). A setting carries the
 * hash of its name and value; `X'00'` marks those from before, which have none yet. The states of
 * outbox rows come to differ in eight bits, so that no flipped one settles a row.
 */
export const soundTables: Migration = {
  version: 2,
  name: 'sound',
  sqlite: [
    'ALTER TABLE setting ADD COLUMN hash BLOB',
    "UPDATE setting SET hash = X'00'",
    'UPDATE outbox SET state = 23130 WHERE state = 1',
    'UPDATE outbox SET state = 15555 WHERE state = 2',
  ],
};
