import type { Reader, Writer } from '../../protocols/store/store.ts';

/** Somebody who is told of what happens. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  /** Key of the signatures; shown once, when the hook is made. */
  readonly secret: string;
  /** Everything up to this event was delivered. */
  readonly afterId: number;
  /** Events that were too old by the time the receiver came back. */
  readonly skipped: number;
  readonly createdAtMs: number;
}

export function loadWebhooks(reader: Reader): Promise<Webhook[]> {
  return reader.all<Webhook>(
    `SELECT id, url, secret, after_id AS afterId, skipped, created_at_ms AS createdAtMs
    FROM webhook ORDER BY created_at_ms, id`,
  );
}

export async function insertWebhook(tx: Writer, hook: Webhook): Promise<void> {
  const { id, url, secret, afterId, skipped, createdAtMs } = hook;
  await tx.run(
    `INSERT INTO webhook (id, url, secret, after_id, skipped, created_at_ms)
    VALUES (?, ?, ?, ?, ?, ?)`,
    [id, url, secret, afterId, skipped, createdAtMs],
  );
}

/** Notes how far a hook was told. */
export async function moveWebhook(
  tx: Writer,
  { id, afterId, skipped }: Pick<Webhook, 'id' | 'afterId' | 'skipped'>,
): Promise<void> {
  await tx.run('UPDATE webhook SET after_id = ?, skipped = ? WHERE id = ?', [afterId, skipped, id]);
}

export async function deleteWebhook(tx: Writer, id: string): Promise<void> {
  await tx.run('DELETE FROM webhook WHERE id = ?', [id]);
}
