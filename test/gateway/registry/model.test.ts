import { describe, expect, it } from 'vitest';
import type { UnitState } from '../../../gateway/parts.ts';
import { revokedCertificates } from '../../../gateway/registry/certificates-table.ts';
import { type FleetUnit, loadKeySets, loadUnits } from '../../../gateway/registry/fleet-table.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import { operatorEvents, rights, transitions } from '../../../gateway/registry/states.ts';
import type { Store, Writer } from '../../../protocols/store/store.ts';
import { SeededRandom } from '../seeded-random.ts';
import { newSigner } from '../test-unit.ts';
import { temporaryStore, VirtualEnv } from '../virtual.ts';

const seed = Number(process.env.XINLU_SEED ?? 20261123);
const isLong = process.env.XINLU_LONG === '1';
const runs = Number(process.env.XINLU_RUNS ?? (isLong ? 5000 : 300));
const stepsPerRun = 40;

/** A store that dies at a statement: what was not committed then never was. */
class MortalStore implements Store {
  /** Statements until the next death; null: it lives. */
  dieIn: number | null = null;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get dialect(): Store['dialect'] {
    return this.#store.dialect;
  }

  get<Row>(...given: Parameters<Store['get']>) {
    return this.#store.get<Row>(...given);
  }

  all<Row>(...given: Parameters<Store['all']>) {
    return this.#store.all<Row>(...given);
  }

  write<Result>(work: (tx: Writer) => Promise<Result>): Promise<Result> {
    const die = async () => {
      if (this.dieIn === null) return;
      this.dieIn -= 1;
      if (this.dieIn < 0) throw new Error('power cut');
    };
    return this.#store.write(async (tx) => {
      const mortal: Writer = {
        get: (sql, params) => tx.get(sql, params),
        all: async (sql, params) => {
          await die();
          return tx.all(sql, params);
        },
        run: async (sql, params) => {
          await die();
          return tx.run(sql, params);
        },
      };
      return work(mortal);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Audited {
  readonly subject: string;
  readonly event: string;
  readonly detail: {
    readonly from?: UnitState;
    readonly state?: UnitState;
    readonly keyId?: string;
  };
}

/** One run: two serials, a handful of keys, commands in any order, twice, at once, and cut off. */
class Run {
  readonly env = new VirtualEnv();
  readonly serials: readonly string[];
  readonly #keys = [newSigner(), newSigner(), newSigner()].map(({ publicKey }) => publicKey);
  readonly #random: SeededRandom;
  readonly #mortal: MortalStore;
  readonly #store: Store;
  registry: FleetRegistry;
  #issued = 0;

  constructor(store: Store, runSeed: number) {
    this.#store = store;
    this.#mortal = new MortalStore(store);
    this.#random = new SeededRandom(runSeed);
    this.serials = [`XL-A${runSeed}`, `XL-B${runSeed}`];
    this.registry = new FleetRegistry(this.#mortal, this.env);
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#random.whole(0, items.length - 1)] as Item;
  }

  #command(): () => Promise<unknown> {
    const serial = this.#pick(this.serials);
    const key = this.#pick(this.#keys);
    const { registry } = this;
    const given = { serial, model: 'M', role: 'kiosk', vehicleId: null } as const;
    const vehicle = this.#pick([`veh-${this.serials[0]}`, `veh-${this.serials[1]}`, null]);
    const ends = ['retire', 'revoke'] as const;
    const events = operatorEvents.filter((one) => one !== 'retire' && one !== 'revoke');
    const event = this.#random.next() < 0.1 ? this.#pick(ends) : this.#pick(events);
    const request = () => registry.apply(serial, 'request', 'unit', 'network');
    const approve = () => registry.approve(serial, key, 'model');
    const certify = () => this.#certify(serial);
    return this.#pick<() => Promise<unknown>>([
      ...[request, request, request, approve, approve, approve, approve],
      ...[certify, certify, certify],
      () => registry.apply(serial, 'rekey', 'model', 'random'),
      () => registry.register(given, 'model'),
      () => registry.apply(serial, 'first-shown', 'unit', 'shown'),
      () => registry.apply(serial, event, 'model', 'random'),
      () => registry.apply(serial, event, 'model', 'random'),
      () => registry.apply(serial, 'reopen', 'model', 'random'),
      () => registry.move(serial, vehicle, 'model', 'random'),
      () => registry.replace(serial, this.#pick(this.serials), 'model', 'random'),
    ]);
  }

  /** What enrolment and renewal do: only for a key set in force. */
  async #certify(serial: string): Promise<void> {
    const unit = this.registry.bySerial(serial);
    if (unit === undefined || !this.registry.batchKey(serial, unit.enrolment)) return;
    this.#issued += 1;
    const name = `${serial}.${this.#issued}`;
    const certificate = { pem: '', fingerprint: name, number: name, authority: 'CN=model' };
    const notAfterMs = this.env.ms + 7_776_000_000;
    await this.registry.addCertificate(unit, { ...certificate, notAfterMs }, 'renew');
  }

  async play(check: (run: Run, before: readonly FleetUnit[]) => Promise<void>): Promise<void> {
    await this.registry.start();
    for (const serial of this.serials) {
      await this.registry.register({ serial, model: 'M', role: 'kiosk', vehicleId: null }, 'model');
    }
    for (let step = 0; step < stepsPerRun; step += 1) {
      const before = this.registry.all();
      const command = this.#command();
      const together = [command, ...(this.#random.next() < 0.3 ? [command, this.#command()] : [])];
      if (this.#random.next() < 0.15) this.#mortal.dieIn = this.#random.whole(0, 6);
      await Promise.allSettled(together.map((one) => one()));
      const isDead = this.#mortal.dieIn !== null && this.#mortal.dieIn < 0;
      this.#mortal.dieIn = null;
      if (isDead || this.#random.next() < 0.05) {
        this.registry = new FleetRegistry(this.#mortal, this.env);
        await this.registry.start();
      }
      this.env.pass(this.#random.whole(0, 5000));
      await check(this, before);
    }
  }

  read(): Store {
    return this.#store;
  }
}

describe('the registry under random commands', () => {
  async function check(run: Run, before: readonly FleetUnit[]): Promise<void> {
    const store = run.read();
    const list = JSON.stringify(run.serials);
    const ofRun = 'IN (SELECT value FROM json_each(?))';
    const units = (await loadUnits(store)).filter(({ serial }) => run.serials.includes(serial));
    const sets = (await loadKeySets(store)).filter(({ serial }) => run.serials.includes(serial));
    const rows = await store.all<{ subject: string; event: string; detail: string }>(
      `SELECT subject, event, detail FROM audit_event WHERE subject ${ofRun} ORDER BY id`,
      [list],
    );
    const audit = rows.map((row): Audited => ({ ...row, detail: JSON.parse(row.detail) }));
    const certificates = await store.all<{ serial: string; enrolment: number; number: string }>(
      `SELECT serial, enrolment, number FROM certificate WHERE serial ${ofRun}`,
      [list],
    );
    const revoked = new Set(
      (await revokedCertificates(store, run.env.ms)).map((one) => one.number),
    );
    const inMemory = [...run.registry.all()].sort((a, b) => a.serial.localeCompare(b.serial));
    expect(inMemory).toStrictEqual(units);
    for (const unit of units) {
      const { serial, state, enrolment } = unit;
      const own = sets.filter((set) => set.serial === serial);
      // At most one active key set, and the newest one.
      const active = own.filter(({ validToS }) => validToS === null);
      expect(active.length).toBeLessThanOrEqual(1);
      for (const { enrolment: number } of active) expect(number).toBe(enrolment);
      expect(run.registry.batchKey(serial, enrolment) !== undefined).toBe(
        rights[state].session && active.length === 1,
      );
      // No key set, and no certificate, without an approval of exactly this key.
      const approved = audit.filter((row) => row.subject === serial && row.event === 'approve');
      expect(own.map(({ keyId }) => keyId).sort()).toStrictEqual(
        approved.map(({ detail }) => detail.keyId).sort(),
      );
      for (const certificate of certificates.filter((one) => one.serial === serial)) {
        expect(own.some((set) => set.enrolment === certificate.enrolment)).toBe(true);
        const isGood = rights[state].session && certificate.enrolment === enrolment;
        expect(revoked.has(certificate.number)).toBe(!isGood);
        expect(run.registry.unitOfCertificate(certificate.number) !== undefined).toBe(isGood);
      }
      // Every transition stands in the audit, one after the other, and is one of the table.
      const steps = audit.filter(
        ({ subject, event }) => subject === serial && event !== 'certificate',
      );
      let last: UnitState | undefined;
      for (const { event, detail } of steps) {
        const next = last && (transitions[last] as Partial<Record<string, UnitState>>)[event];
        if (event === 'move') expect(detail.state).toBe(last);
        else expect(detail.state).toBe(event === 'register' ? 'registered' : next);
        last = detail.state;
      }
      expect(last).toBe(state);
      // Revoked is final.
      const was = before.find((one) => one.serial === serial);
      if (was?.state === 'revoked') expect(unit).toStrictEqual(was);
      if (was !== undefined) expect(enrolment).toBeGreaterThanOrEqual(was.enrolment);
    }
    const carriers = units.filter((unit) => unit.vehicleId !== null && unit.state !== 'rma');
    const living = carriers.filter(({ state }) => state !== 'retired' && state !== 'revoked');
    expect(new Set(living.map(({ vehicleId }) => vehicleId)).size).toBe(living.length);
  }

  it(
    `keeps its promises in ${runs} runs from seed ${seed}, with repetitions, races and power cuts`,
    async () => {
      for (let run = 0; run < runs; run += 1) {
        const runSeed = seed + run;
        const store = await temporaryStore();
        // Cuts are made between statements here, not by the disk: nothing waits for it.
        await store.store.all('PRAGMA synchronous = OFF');
        try {
          await new Run(store.store, runSeed).play(check);
        } catch (error) {
          throw new Error(`XINLU_SEED=${runSeed} XINLU_RUNS=1 shows it`, { cause: error });
        } finally {
          await store.remove();
        }
      }
    },
    isLong ? 7_200_000 : 600_000,
  );
});
