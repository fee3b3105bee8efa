import { closeSync, openSync } from 'node:fs';
import pg from 'pg';
import sqlite3 from 'sqlite3';
import { CodedError } from '../../protocols/errors.ts';
import { migrate } from '../../protocols/store/migrate.ts';
import {
  isPostgresUrl,
  openPostgresStore,
  postgresOptions,
} from '../../protocols/store/postgres-store.ts';
import { openSqliteStore } from '../../protocols/store/sqlite-store.ts';
import type { Store } from '../../protocols/store/store.ts';
import { migrations } from './migrations/index.ts';

/** How long the first write of a group waits for company. performance.md, "More that was measured". */
export const groupWindowMs = 25;

type GroupWindow = () => Promise<void>;

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

async function openFile(file: string, groupWindow: GroupWindow): Promise<Store> {
  closeSync(openSync(file, 'a', 0o600));
  const driver = await connect(file);
  return openSqliteStore(driver, groupWindow).catch((error: Error) => {
    driver.close();
    const busy = (error as NodeJS.ErrnoException).code === 'SQLITE_BUSY';
    throw busy ? new CodedError('store-in-use', `${file} is open in another process`) : error;
  });
}

/**
 * The gateway's store at its newest version.
 * @param place a file, made 0600 when it is not there, or `postgres://…`
 * @param windowMs how long the first write of a group waits for others
 * @throws CodedError 'store-in-use' when another process has the file open, 'store-away' when the
 *   database cannot be reached; NewerStoreError for a store of a later program
 */
export async function openGatewayStore(place: string, windowMs = groupWindowMs): Promise<Store> {
  const groupWindow = () => waiting(windowMs);
  const parser = (oid: number) => pg.types.getTypeParser(oid);
  const store = isPostgresUrl(place)
    ? await openPostgresStore(new pg.Pool(postgresOptions(place, parser)), groupWindow)
    : await openFile(place, groupWindow);
  try {
    await migrate(store, migrations);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}
