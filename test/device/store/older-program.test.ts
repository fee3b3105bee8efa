import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { migrations } from '../../../device/store/migrations/index.ts';
import { openUnitStore } from '../../../device/store/open.ts';
import { temporaryFolder } from '../support/world.ts';

/** Steps before the first release that could be taken back. */
const freeSteps = 3;
const adds =
  /^(CREATE (UNIQUE )?(TABLE|INDEX) |ALTER TABLE \w+ ADD COLUMN (?!.*NOT NULL(?!.*DEFAULT)))/;

describe('the store of a unit that took a release back', () => {
  it('opens as a later program left it, and loses nothing', async () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'unit.sqlite');
    const later = await openUnitStore(path, 0);
    await later.store.write(async (tx) => {
      await tx.run('CREATE TABLE later (id INTEGER PRIMARY KEY)');
      const version = migrations.length + 1;
      await tx.run('INSERT INTO schema_version (version, name) VALUES (?, ?)', [version, 'later']);
    });
    await later.store.close();
    const older = await openUnitStore(path, 0);
    expect(older.quarantined).toBeNull();
    expect(await older.store.all('SELECT id FROM later')).toEqual([]);
    await older.store.close();
    rmSync(folder.path, { recursive: true });
  });

  it('is only ever added to', () => {
    for (const { name, sqlite } of migrations.slice(freeSteps)) {
      for (const statement of sqlite)
        expect(`${name}: ${adds.test(statement)}`).toBe(`${name}: true`);
    }
    expect(adds.test('ALTER TABLE a ADD COLUMN b TEXT')).toBe(true);
    expect(adds.test('ALTER TABLE a ADD COLUMN b TEXT NOT NULL DEFAULT 1')).toBe(true);
    expect(adds.test('ALTER TABLE a ADD COLUMN b TEXT NOT NULL')).toBe(false);
    expect(adds.test('UPDATE a SET b = 1')).toBe(false);
  });
});
