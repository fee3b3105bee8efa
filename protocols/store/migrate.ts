import type { Migration, Store } from './store.ts';

/** The tables are newer than this program: run the newer program, or restore a backup. */
export class NewerStoreError extends Error {
  override readonly name = 'NewerStoreError';
}

const versionTable = `CREATE TABLE IF NOT EXISTS schema_version (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL
)`;

/**
 * Brings a store forward, one transaction a step, and names the steps taken.
 * Throws NewerStoreError for a store of a later program.
 */
export async function migrate(store: Store, migrations: readonly Migration[]): Promise<string[]> {
  await store.write((tx) => tx.run(versionTable));
  const row = await store.get<{ version: number | null }>(
    'SELECT max(version) AS version FROM schema_version',
  );
  const current = row?.version ?? 0;
  if (current > migrations.length) {
    throw new NewerStoreError(
      `the store is at version ${current}, this program knows ${migrations.length}`,
    );
  }
  const taken: string[] = [];
  for (const { version, name, sqlite } of migrations.slice(current)) {
    await store.write(async (tx) => {
      for (const statement of sqlite) await tx.run(statement);
      await tx.run('INSERT INTO schema_version (version, name) VALUES (?, ?)', [version, name]);
    });
    taken.push(name);
  }
  return taken;
}
