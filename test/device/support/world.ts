import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import type { DeviceEnv, Log } from '../../../device/environment.ts';
import { migrations } from '../../../device/store/migrations/index.ts';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import { migrate } from '../../../protocols/store/migrate.ts';
import { openSqliteStore } from '../../../protocols/store/sqlite-store.ts';
import type { Store } from '../../../protocols/store/store.ts';

/** 2026-03-01 08:00:00 UTC: where virtual time begins. */
export const startMs = Date.UTC(2026, 2, 1, 8);

/** Bytes that follow from a seed: the same run again for the same seed. */
export function seededBytes(seed: string): (count: number) => Uint8Array {
  let counter = 0;
  let pool = Buffer.alloc(0);
  return (count) => {
    while (pool.length < count) {
      counter += 1;
      pool = Buffer.concat([pool, createHash('sha256').update(`${seed} ${counter}`).digest()]);
    }
    const taken = pool.subarray(0, count);
    pool = pool.subarray(count);
    return new Uint8Array(taken);
  };
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: object;
}

/** Keeps what was logged. */
export function memoryLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, message, fields });
  };
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { log, lines };
}

export interface World {
  readonly clock: VirtualClock;
  readonly env: DeviceEnv;
  readonly lines: LogLine[];
  /** Lets time pass in small steps, with room for real I/O between them. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until something holds; throws when it never does. */
  until(what: () => boolean, limitMs?: number): Promise<void>;
}

const stepMs = 50;

/** Real I/O, such as SQLite, needs turns of the event loop that a virtual clock does not give. */
export async function breathe(turns = 6): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
  }
}

/** Virtual time, seeded chance, a log in memory. */
export function makeWorld(seed = 'device', wallMs = startMs): World {
  const clock = new VirtualClock(wallMs);
  const { log, lines } = memoryLog();
  const env: DeviceEnv = {
    nowMs: clock.nowMs,
    nowMonoMs: clock.nowMonoMs,
    randomBytes: seededBytes(seed),
    timers: clock,
    log,
    machine: { bootId: 'boot-1', uptimeMs: clock.nowMonoMs },
  };
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= stepMs) {
      await clock.advance(Math.min(stepMs, left));
      await breathe(2);
    }
  };
  const until = async (what: () => boolean, limitMs = 60_000) => {
    for (let spent = 0; spent <= limitMs; spent += stepMs) {
      await breathe(3);
      if (what()) return;
      await clock.advance(stepMs);
    }
    throw new Error(`never came to hold within ${limitMs} ms`);
  };
  return { clock, env, lines, pass, until };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'xinlu-device-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A migrated store in a file of that folder. */
export async function makeStore(folder: string): Promise<Store> {
  const path = join(folder, 'unit.sqlite');
  const driver = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(path, (error) => (error ? reject(error) : resolve(opened)));
  });
  const store = await openSqliteStore(driver);
  await migrate(store, migrations);
  return store;
}
