import type { LinkMessage } from '../../protocols/http/link-bodies.ts';
import { jsonFields } from '../../protocols/store/json-rows.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';

/** A message that waits for the server. */
export interface Waiting {
  readonly subject: string;
  readonly message: LinkMessage;
}

interface OutboxRow {
  readonly subject: string;
  readonly message: string;
}

/** Puts messages into the caller's own transaction: what they tell of commits with them. */
export async function enqueue(
  tx: Writer,
  waiting: readonly Waiting[],
  atMs: number,
): Promise<void> {
  const rows = waiting.map(({ subject, message }) => [message.id, subject, message]);
  await tx.run(
    `INSERT INTO link_outbox (id, subject, message, created_at_ms)
     SELECT ${jsonFields(['text', 'text', 'text'])}, CAST(? AS BIGINT) FROM json_each(?)
     WHERE true ORDER BY key
     ON CONFLICT DO NOTHING`,
    [atMs, JSON.stringify(rows)],
  );
}

/** The oldest messages, in the order they were put in. */
export async function oldest(store: Store, rowsMax: number): Promise<readonly Waiting[]> {
  const rows = await store.all<OutboxRow>(
    'SELECT subject, message FROM link_outbox ORDER BY seq LIMIT ?',
    [rowsMax],
  );
  return rows.map(({ subject, message }) => ({ subject, message: JSON.parse(message) }));
}

export interface Refused {
  readonly id: string;
  readonly code: string;
}

/** Takes out what the server has, and lays aside what it will never take. */
export async function settle(
  store: Store,
  acceptedIds: readonly string[],
  refused: readonly Refused[],
  atMs: number,
): Promise<void> {
  const ids = JSON.stringify([...acceptedIds, ...refused.map(({ id }) => id)].map((id) => [id]));
  const rows = JSON.stringify(refused.map(({ id, code }) => [id, code]));
  await store.write(async (tx) => {
    if (refused.length > 0) {
      await tx.run(
        `INSERT INTO link_refused (id, message, code, refused_at_ms)
         SELECT o.id, o.message, r.value ->> 1, CAST(? AS BIGINT) FROM json_each(?) r
         JOIN link_outbox o ON o.id = r.value ->> 0 WHERE true
         ON CONFLICT DO NOTHING`,
        [atMs, rows],
      );
    }
    await tx.run('DELETE FROM link_outbox WHERE id IN (SELECT value ->> 0 FROM json_each(?))', [
      ids,
    ]);
  });
}
