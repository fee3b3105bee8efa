import { randomBytes } from 'node:crypto';
import { BurnedCodeSet } from '../../../gateway/ingest/burned-codes.ts';
import { Ingest } from '../../../gateway/ingest/ingest.ts';
import type { IngestedRecord } from '../../../gateway/parts.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import { sealBatch } from '../../../protocols/messages/batch.ts';
import type { AckMessage } from '../../../protocols/messages/down-schemas.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import type { Signer } from '../../../protocols/signed/ed25519.ts';
import type { Store, Writer } from '../../../protocols/store/store.ts';
import { newSigner } from '../test-unit.ts';
import { type TestStore, temporaryStore, VirtualEnv } from '../virtual.ts';

/** A store whose commits wait for a word, or fail. */
export class GatedStore implements Store {
  readonly #store: Store;
  /** Awaited inside the transaction, after the work and before COMMIT. */
  gate: Promise<void> = Promise.resolve();
  /** Thrown instead of COMMIT, this many times. */
  failures = 0;
  /** Throws for a transaction that should not be. */
  refuse: ((tx: Writer) => Promise<void>) | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  get dialect(): Store['dialect'] {
    return this.#store.dialect;
  }

  get<Row>(...args: Parameters<Store['get']>): Promise<Row | undefined> {
    return this.#store.get<Row>(...args);
  }

  all<Row>(...args: Parameters<Store['all']>): Promise<Row[]> {
    return this.#store.all<Row>(...args);
  }

  write<Result>(work: (tx: Writer) => Promise<Result>): Promise<Result> {
    return this.#store.write(async (tx) => {
      const result = await work(tx);
      await this.refuse?.(tx);
      await this.gate;
      if (this.failures > 0) {
        this.failures -= 1;
        throw new Error('disk I/O error');
      }
      return result;
    });
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

export interface Unit {
  readonly serial: string;
  readonly signer: Signer;
  readonly epoch: string;
}

/** Ingest over a real store, with one enrolled unit and everything it says kept in lists. */
export class IngestWorld {
  readonly env = new VirtualEnv();
  readonly acks: { serial: string; ack: AckMessage }[] = [];
  readonly committed: IngestedRecord[] = [];
  readonly fleeting: IngestedRecord[] = [];
  readonly heard: string[] = [];
  readonly kept: TestStore;
  readonly store: GatedStore;
  readonly registry: FleetRegistry;
  readonly burned: BurnedCodeSet;
  readonly ingest: Ingest;
  offsetS = 0;

  private constructor(kept: TestStore) {
    this.kept = kept;
    this.store = new GatedStore(kept.store);
    this.registry = new FleetRegistry(kept.store, this.env);
    this.burned = new BurnedCodeSet(this.store, this.env);
    this.ingest = new Ingest({
      store: this.store,
      registry: this.registry,
      burned: this.burned,
      env: this.env,
      onHeard: (serial) => this.heard.push(serial),
      onTaken: () => undefined,
      onFleeting: (record) => this.fleeting.push(record),
      acknowledge: (serial, ack) => this.acks.push({ serial, ack }),
      clockOffsetS: () => this.offsetS,
    });
    this.ingest.onCommitted((records) => this.committed.push(...records));
  }

  static async open(): Promise<IngestWorld> {
    const world = new IngestWorld(await temporaryStore());
    await world.registry.start();
    await world.burned.start();
    return world;
  }

  async enrol(serial: string): Promise<Unit> {
    const signer = newSigner();
    await this.registry.register(
      { serial, model: 'M', role: 'tow-truck', vehicleId: null },
      'test',
    );
    await this.registry.apply(serial, 'request', 'unit', 'network');
    await this.registry.approve(serial, signer.publicKey, 'test');
    return { serial, signer, epoch: randomBytes(8).toString('hex') };
  }

  seal({ serial, signer, epoch }: Unit, records: readonly UnitRecord[], enrolment = 1): Buffer {
    return sealBatch(serial, { enrolment, epoch }, records, signer);
  }

  send(unit: Unit, records: readonly UnitRecord[]): Promise<void> {
    return this.ingest.take(unit.serial, this.seal(unit, records));
  }

  /** Sequence numbers in the store, of fixes and of other records. */
  async storedSeqs(): Promise<number[]> {
    const rows = await this.kept.store.all<{ seq: number }>(
      'SELECT seq FROM fix UNION ALL SELECT seq FROM unit_record ORDER BY seq',
    );
    return rows.map(({ seq }) => seq);
  }

  deadLetters() {
    return this.kept.store.all<{ serial: string; seq: number | null; reason: string }>(
      'SELECT serial, seq, reason FROM dead_letter ORDER BY id',
    );
  }
}
