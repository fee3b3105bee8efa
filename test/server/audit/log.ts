import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import type { Checkpoint } from '../../../protocols/audit/checkpoint.ts';
import type { Store, Writer } from '../../../protocols/store/store.ts';
import { type AuditEvent, appendAudit } from '../../../server/audit/append-audit.ts';
import { Checkpoints } from '../../../server/audit/checkpoints.ts';
import { openSigners } from '../../../server/audit/signing-keys.ts';
import { dataFiles } from '../../../server/secrets.ts';
import { openStore } from '../../../server/store/open.ts';
import { storePlace } from '../../support/store-place.ts';
import { seededBytes, startMs } from '../rig.ts';

/** A store with an audit log, on a folder and a clock of its own. */
export interface LogRig {
  readonly store: Store;
  readonly dataDir: string;
  readonly env: {
    nowMs: () => number;
    randomBytes: (bytes: number) => Buffer;
    log: FastifyBaseLogger;
  };
  readonly clock: { ms: number };
  /** Loads the keys, as a start of the server does. */
  checkpoints(): Promise<Checkpoints>;
  append(name: string, change?: Partial<AuditEvent>): Promise<number>;
  close(): Promise<void>;
}

export function eventOf(name: string, change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    actor: 'user:1',
    action: 'test.act',
    subject: `thing:${name}`,
    reason: `因为 ${name}`,
    before: { value: 1 },
    after: { value: name },
    ...change,
  };
}

export async function openLog(seed: string): Promise<LogRig> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xinlu-audit-'));
  const store = await openStore(await storePlace(dataFiles.store(dataDir)));
  const clock = { ms: startMs };
  const log = pino({ level: 'silent' });
  const env = { nowMs: () => clock.ms, randomBytes: seededBytes(seed), log };
  return {
    store,
    dataDir,
    env,
    clock,
    checkpoints: async () => {
      const { checkpoint } = await openSigners(store, dataDir, env);
      return new Checkpoints({ store, signer: checkpoint, env });
    },
    append: async (name, change) => {
      clock.ms += 1000;
      return (await store.write((tx) => appendAudit(tx, eventOf(name, change), env))).seq;
    },
    close: async () => {
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The store as it stands in the middle of a transaction. */
export function storeWithin(tx: Writer): Store {
  return {
    dialect: 'sqlite',
    get: (sql, params) => tx.get(sql, params),
    all: (sql, params) => tx.all(sql, params),
    write: (work) => work(tx),
    close: async () => undefined,
  };
}

class RollBack extends Error {}

/** Does something to the tables, looks at them, and takes it back. */
export async function whatIf<Result>(
  store: Store,
  work: (tx: Writer) => Promise<Result>,
): Promise<Result> {
  let result: { value: Result } | undefined;
  const undone = store.write(async (tx) => {
    for (const trigger of ['audit_events_are_only_erased', 'audit_events_are_never_deleted']) {
      await tx.run(`DROP TRIGGER ${trigger}`);
    }
    await tx.run('PRAGMA defer_foreign_keys = ON');
    result = { value: await work(tx) };
    throw new RollBack();
  });
  await undone.catch((error: unknown) => {
    if (!(error instanceof RollBack)) throw error;
  });
  if (result === undefined) throw new Error('nothing was done');
  return result.value;
}

export async function lastCheckpoint(checkpoints: Checkpoints): Promise<Checkpoint> {
  const taken = await checkpoints.take();
  if (taken === null) throw new Error('the log had not grown');
  return taken;
}
