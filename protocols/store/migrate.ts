import { postgresDdl } from './postgres-words.ts';
import type { Migration, Reader, Store } from './store.ts';

/** The tables are newer than this program: run the newer program, or restore a backup. */
export class NewerStoreError extends Error {
  override readonly name = 'NewerStoreError';
}

const versionTable = `CREATE TABLE IF NOT EXISTS schema_version (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL
)`;

/** The statements of a step in the words of a store. */
export function statementsOf(
  { sqlite, postgres }: Migration,
  dialect: Store['dialect'],
): readonly string[] {
  return dialect === 'sqlite' ? sqlite : (postgres ?? sqlite.map(postgresDdl));
}

async function versionOf(reader: Reader): Promise<number> {
  const row = await reader.get<{ version: number | null }>(
    'SELECT max(version) AS version FROM schema_version',
  );
  return row?.version ?? 0;
}

/**
 * Brings a store forward, one transaction a step, and names the steps taken. Several processes may
 * start at once: a step that another has taken meanwhile is left out.
 * Throws NewerStoreError for a store of a later program.
 * @param newer `use`: a later program only adds, and what it added is left alone
 */
export async function migrate(
  store: Store,
  migrations: readonly Migration[],
  newer: 'refuse' | 'use' = 'refuse',
): Promise<string[]> {
  const { dialect } = store;
  const table = dialect === 'sqlite' ? versionTable : postgresDdl(versionTable);
  await store.write((tx) => tx.run(table));
  const current = await versionOf(store);
  if (current > migrations.length && newer === 'refuse') {
    throw new NewerStoreError(
      `the store is at version ${current}, this program knows ${migrations.length}`,
    );
  }
  const taken: string[] = [];
  for (const migration of migrations.slice(current)) {
    const { version, name } = migration;
    const isTaken = await store.write(async (tx) => {
      if ((await versionOf(tx)) >= version) return false;
      for (const statement of statementsOf(migration, dialect)) await tx.run(statement);
      await tx.run('INSERT INTO schema_version (version, name) VALUES (?, ?)', [version, name]);
      return true;
    });
    if (isTaken) taken.push(name);
  }
  return taken;
}
