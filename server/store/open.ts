import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
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

function openDatabase(file: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, (error) => {
      if (error) reject(error);
      else resolve(database);
    });
  });
}

/** The driver's error as one of ours, where a person can act on it. */
function namedError(error: unknown, file: string): unknown {
  const driverCode = (error as { code?: unknown }).code;
  if (driverCode === 'SQLITE_BUSY' || driverCode === 'SQLITE_LOCKED') {
    return new CodedError('store-in-use', `${file} is open in another process: stop it first`);
  }
  if (driverCode === 'SQLITE_NOTADB' || driverCode === 'SQLITE_CORRUPT') {
    return new CodedError('store-damaged', `${file} is damaged (${driverCode}): restore a backup`);
  }
  return error;
}

async function openFile(file: string): Promise<Store> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = await openDatabase(file);
  try {
    return await openSqliteStore(database);
  } catch (error) {
    await new Promise<void>((resolve) => database.close(() => resolve()));
    throw namedError(error, file);
  }
}

/**
 * Opens the server's store and brings it to this program's version.
 * @param place a file, or `postgres://…`
 * @throws CodedError `store-in-use`, `store-damaged` or `store-away`; NewerStoreError for a store
 *   of a later program
 */
export async function openStore(place: string): Promise<Store> {
  const parser = (oid: number) => pg.types.getTypeParser(oid);
  const store = isPostgresUrl(place)
    ? await openPostgresStore(new pg.Pool(postgresOptions(place, parser)))
    : await openFile(place);
  try {
    await migrate(store, migrations);
    return store;
  } catch (error) {
    await store.close();
    throw namedError(error, place);
  }
}
