import { type Checkpoint, signCheckpoint } from '../../protocols/audit/checkpoint.ts';
import type { Signer } from '../../protocols/signed/ed25519.ts';
import type { Reader, Store } from '../../protocols/store/store.ts';
import type { ServerEnvironment } from '../environment.ts';
import { headOf, rootOf } from './audit-table.ts';

/** Time between two looks at whether the log has grown, in milliseconds. credit.md, "Audit". */
export const checkpointEveryMs = 60_000;
/** A log at rest is signed again after this long, in milliseconds. */
export const checkpointRestMsMax = 24 * 3600 * 1000;

interface CheckpointRow {
  readonly body: string;
}

const read = ({ body }: CheckpointRow) => JSON.parse(body) as Checkpoint;

/** The newest checkpoints first, at most `limit`. */
export async function newestCheckpoints(reader: Reader, limit: number): Promise<Checkpoint[]> {
  const sql = 'SELECT body FROM audit_checkpoints ORDER BY number DESC LIMIT ?';
  return (await reader.all<CheckpointRow>(sql, [limit])).map(read);
}

/** The first checkpoint whose tree holds a row; undefined before there is one. */
export async function firstCheckpointOver(
  reader: Reader,
  seq: number,
): Promise<Checkpoint | undefined> {
  const row = await reader.get<CheckpointRow>(
    'SELECT body FROM audit_checkpoints WHERE size > ? ORDER BY size, number LIMIT 1',
    [seq],
  );
  return row && read(row);
}

interface CheckpointParts {
  readonly store: Store;
  readonly signer: Signer;
  readonly env: ServerEnvironment;
}

/** Signs what the log holds, every minute in which it grew and once a day at rest. */
export class Checkpoints {
  readonly #parts: CheckpointParts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(parts: CheckpointParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#run();
    this.#timer = setInterval(() => this.#run(), checkpointEveryMs);
  }

  /** Waits for a checkpoint that was begun. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** A new checkpoint; null when nothing has come since the last. */
  take(): Promise<Checkpoint | null> {
    const { store, signer, env } = this.#parts;
    return store.write(async (tx) => {
      const { size, rowHash } = await headOf(tx);
      const [last] = await newestCheckpoints(tx, 1);
      const timeMs = env.nowMs();
      const isSame = size === (last?.size ?? 0);
      if (isSame && timeMs < (last?.timeMs ?? timeMs + 1) + checkpointRestMsMax) return null;
      const number = last === undefined ? 0 : last.number + 1;
      const root = await rootOf(tx, size);
      const checkpoint = signCheckpoint({ number, size, timeMs, root, rowHash }, signer);
      await tx.run('INSERT INTO audit_checkpoints (number, size, body) VALUES (?, ?, ?)', [
        number,
        size,
        JSON.stringify(checkpoint),
      ]);
      return checkpoint;
    });
  }

  /** A failure is logged and tried again a minute later: decisions do not wait for it. */
  #run(): void {
    this.#running = this.take().catch((error: unknown) => {
      this.#parts.env.log.error({ err: error }, 'a checkpoint of the audit log failed');
    });
  }
}
