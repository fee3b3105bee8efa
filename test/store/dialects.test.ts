import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openGatewayStore } from '../../gateway/store/open.ts';
import type { Store } from '../../protocols/store/store.ts';
import { openStore } from '../../server/store/open.ts';
import { testDatabase } from '../support/postgres.ts';

/** Table → its columns, sorted, as each database tells of itself. */
async function columnsOf(store: Store): Promise<Map<string, string[]>> {
  const rows = await store.all<{ of: string; name: string }>(
    store.dialect === 'sqlite'
      ? `SELECT t.name AS "of", c.name AS name FROM sqlite_schema t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'`
      : `SELECT table_name AS "of", column_name AS name FROM information_schema.columns
         WHERE table_schema = 'public'`,
  );
  const tables = new Map<string, string[]>();
  for (const { of, name } of rows) tables.set(of, [...(tables.get(of) ?? []), name].sort());
  return new Map([...tables].sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe.each([
  { service: 'gateway', open: (place: string) => openGatewayStore(place, 0) },
  { service: 'server', open: openStore },
])('the tables of the $service', ({ open }) => {
  it('are the same on SQLite and on PostgreSQL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xinlu-dialects-'));
    const database = await testDatabase();
    const file = await open(join(folder, 'store.sqlite'));
    const postgres = await open(database.url);
    try {
      const onFile = await columnsOf(file);
      expect(onFile.size).toBeGreaterThan(20);
      expect(await columnsOf(postgres)).toStrictEqual(onFile);
    } finally {
      await file.close();
      await postgres.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
