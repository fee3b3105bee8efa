import type { AckMessage } from '../../protocols/messages/down-schemas.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { IngestedRecord, RecordFeed, Registry } from '../parts.ts';
import { readBatch, type TrustedBatch } from './batch.ts';
import type { BurnedCodeSet } from './burned-codes.ts';
import { type Committed, type CommittedBatch, commitBatches } from './commit.ts';
import { insertDeadLetters } from './dead-letters.ts';

/** Batches of one commit, and batches that may wait for theirs. */
const batchesPerCommitMax = 512;
const batchesWaitingMax = 8192;

export interface IngestDeps {
  readonly store: Store;
  readonly registry: Registry;
  readonly burned: BurnedCodeSet;
  readonly env: GatewayEnv;
  /** A batch of this unit was verified. */
  readonly onHeard: (serial: string, atMs: number) => void;
  /** The batch itself, before it is known what of it is new. */
  readonly onTaken: (batch: TrustedBatch) => void;
  /** A record that is answered and not stored. */
  readonly onFleeting: (record: IngestedRecord) => void;
  /** Called after COMMIT only. */
  readonly acknowledge: (serial: string, ack: AckMessage) => void;
  readonly clockOffsetS: (serial: string) => number;
}

interface Waiting {
  readonly batch: TrustedBatch;
  readonly done: () => void;
}

/** Everything of the batch that is committed, in the words of `ack`. */
function ackOf({ batch, upTo }: CommittedBatch): AckMessage {
  const { epoch, kept, refused } = batch;
  const also = kept.map(({ seq }) => seq).filter((seq) => seq > upTo);
  const nack = refused.map(({ seq, reason }) => ({ seq, reason }));
  return { type: 'ack', epoch, upTo, also, nack };
}

/**
 * Takes what units send: verified, committed in groups, acknowledged only after COMMIT, told to
 * the other features. What cannot be taken is a dead letter, never a disconnect.
 */
export class Ingest implements RecordFeed {
  readonly #deps: IngestDeps;
  readonly #listeners: ((records: readonly IngestedRecord[]) => void)[] = [];
  #waiting: Waiting[] = [];
  #committing: Promise<void> | undefined;

  constructor(deps: IngestDeps) {
    this.#deps = deps;
  }

  onCommitted(listener: (records: readonly IngestedRecord[]) => void): void {
    this.#listeners.push(listener);
  }

  /** Bytes of `up`. Resolves when the sender may be read again; never rejects. */
  async take(serial: string, bytes: Uint8Array): Promise<void> {
    const { registry, env, onHeard, onTaken, onFleeting } = this.#deps;
    const receivedAtMs = env.nowMs();
    const reading = readBatch(serial, bytes, registry, receivedAtMs);
    if (!reading.ok) return this.#bury(serial, reading.reason, bytes, receivedAtMs);
    const { batch } = reading;
    onHeard(serial, receivedAtMs);
    onTaken(batch);
    for (const record of batch.fleeting) onFleeting({ unit: batch.unit, record, receivedAtMs });
    if (batch.kept.length + batch.refused.length === 0) return;
    if (this.#waiting.length >= batchesWaitingMax) {
      env.log.warn({ serial }, 'ingest is full: the unit will send this batch again');
      return;
    }
    await new Promise<void>((done) => {
      this.#waiting.push({ batch, done });
      this.#committing ??= this.#commitAll();
    });
  }

  /** Waits for what was begun. */
  async stop(): Promise<void> {
    await this.#committing;
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commitGroup();
    this.#committing = undefined;
  }

  /** Batches join until the transaction begins; then these are its batches, should it run again. */
  async #commitGroup(): Promise<void> {
    let group: readonly Waiting[] = [];
    try {
      const committed = await this.#write(() => {
        if (group.length === 0) group = this.#waiting.splice(0, batchesPerCommitMax);
        return group.map(({ batch }) => batch);
      });
      this.#tell(committed);
    } catch (error) {
      if (group.length === 0) group = this.#waiting.splice(0, batchesPerCommitMax);
      await this.#commitEach(group, error as Error);
    }
    for (const { done } of group) done();
  }

  /** One batch must not take the others with it: each again by itself. */
  async #commitEach(group: readonly Waiting[], first: Error): Promise<void> {
    this.#deps.env.log.error({ reason: first.message }, 'a group of batches was not committed');
    for (const { batch } of group) {
      try {
        this.#tell(await this.#write(() => [batch]));
      } catch (error) {
        const reason = (error as Error).message;
        this.#deps.env.log.error({ serial: batch.unit.serial, reason }, 'batch not committed');
      }
    }
  }

  #write(batches: () => readonly TrustedBatch[]): Promise<Committed> {
    const { store, env, clockOffsetS } = this.#deps;
    return store.write((tx) => commitBatches(tx, batches(), env.nowMs(), clockOffsetS));
  }

  /** After COMMIT, and only then. */
  #tell({ batches, burned, newEpochs }: Committed): void {
    const { acknowledge, burned: burnedSet, env } = this.#deps;
    burnedSet.add(burned);
    for (const { serial, epoch } of newEpochs) env.log.info({ serial, epoch }, 'new epoch');
    for (const committed of batches) {
      acknowledge(committed.batch.unit.serial, ackOf(committed));
    }
    const records = batches.flatMap(({ batch, fresh }) =>
      fresh.map((record) => ({ unit: batch.unit, record, receivedAtMs: batch.receivedAtMs })),
    );
    if (records.length === 0) return;
    for (const listener of this.#listeners) listener(records);
  }

  async #bury(serial: string, reason: string, body: Uint8Array, atMs: number): Promise<void> {
    const { store, env } = this.#deps;
    env.log.warn({ serial, reason, bytes: body.length }, 'batch refused');
    const letter = { serial, epoch: null, seq: null, reason, body };
    try {
      await store.write((tx) => insertDeadLetters(tx, [letter], atMs));
    } catch (error) {
      env.log.error({ serial, reason: (error as Error).message }, 'dead letter not kept');
    }
  }
}
