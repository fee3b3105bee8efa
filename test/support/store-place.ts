import { afterAll } from 'vitest';
import { type TestDatabase, testDatabase } from './postgres.ts';

/** Which database the tests of a run stand on: `sqlite`, or `postgres` for the chosen ones. */
const isPostgres = process.env.XINLU_TEST_STORE === 'postgres';

const databases = new Map<string, TestDatabase>();

/** Where a store of a test is: the file itself, or a database that stands for this file. */
export async function storePlace(file: string): Promise<string> {
  if (!isPostgres) return file;
  const known = databases.get(file);
  if (known !== undefined) return known.url;
  const database = await testDatabase();
  databases.set(file, database);
  return database.url;
}

/** Only then: the benches use the same rigs outside of any test run. */
if (isPostgres) {
  afterAll(async () => {
    for (const database of databases.values()) await database.drop();
    databases.clear();
  });
}
