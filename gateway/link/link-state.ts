import type { Store } from '../../protocols/store/store.ts';

/** Names of what is kept of the link itself. */
export type LinkStateName = 'gateway-id' | 'keys' | 'directory';

/** The whole kept state, as texts. */
export async function readLinkState(store: Store): Promise<ReadonlyMap<string, string>> {
  const rows = await store.all<{ name: string; value: string }>(
    'SELECT name, value FROM link_state',
  );
  return new Map(rows.map(({ name, value }) => [name, value]));
}

export async function writeLinkState(
  store: Store,
  name: LinkStateName,
  value: string,
): Promise<void> {
  await store.write((tx) =>
    tx.run(
      `INSERT INTO link_state (name, value) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      [name, value],
    ),
  );
}
