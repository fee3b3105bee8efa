import { closeSync, openSync } from 'node:fs';
import sqlite3 from 'sqlite3';
import { CodedError } from '../../protocols/errors.ts';
import { migrate } from '../../protocols/store/migrate.ts';
import { openSqliteStore } from '../../protocols/store/sqlite-store.ts';
import type { Store } from '../../protocols/store/store.ts';
import { migrations } from './migrations/index.ts';

/** How long the first write of a group waits for company. performance.md, "More that was measured". */
export const groupWindowMs = 25;

function connect(file: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const driver = new sqlite3.Database(file, (error) => (error ? reject(error) : resolve(driver)));
  });
}

function waiting(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/**
 * The gateway's store at its newest version; the file is made 0600 when it is not there.
 * @param windowMs how long the first write of a group waits for others
 * @throws CodedError 'store-in-use' when another process has it open
 */
export async function openGatewayStore(file: string, windowMs = groupWindowMs): Promise<Store> {
  closeSync(openSync(file, 'a', 0o600));
  const driver = await connect(file);
  const store = await openSqliteStore(driver, () => waiting(windowMs)).catch((error: Error) => {
    driver.close();
    const busy = (error as NodeJS.ErrnoException).code === 'SQLITE_BUSY';
    throw busy ? new CodedError('store-in-use', `${file} is open in another process`) : error;
  });
  try {
    await migrate(store, migrations);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}
