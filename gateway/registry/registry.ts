import { unitIdMax } from '../../protocols/scan-code/fields.ts';
import { matchKeyBytes } from '../../protocols/scan-code/match.ts';
import { isSmallOrder, publicKeyBytes } from '../../protocols/signed/ed25519.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { IssuedCertificate } from '../authority/authority.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import { insertCertificate } from './certificates-table.ts';
import { FleetMemory } from './fleet-memory.ts';
import {
  endKeySets,
  type FleetUnit,
  insertAudit,
  insertKeySet,
  type KeySet,
} from './fleet-table.ts';
import { keyIdOf } from './key-id.ts';
import { type Change, isOver, type NewUnit, registered, writeChange } from './registry-change.ts';
import { transitions, type UnitEvent } from './states.ts';

/** Certificates kept a serial: the one in use, renewals, and answers that were lost. */
const certificatesPerSerialMax = 8;
/** A unit's clock may be this much behind when it signs its first code. */
const clockBehindMaxS = 120;

/** Nothing counts until somebody has commissioned it. */
const inTraining = { training: true, trainingUntilMs: null } as const;

export type UnitResult = { readonly ok: true; readonly unit: FleetUnit } | Refusal;

/** Told after COMMIT of every change of a unit, in order. */
export type UnitListener = (unit: FleetUnit) => void;

/**
 * Units and their keys, in memory and written through: answers never wait, changes are told only
 * after COMMIT. One active key set a serial; old public keys stay.
 */
export class FleetRegistry extends FleetMemory {
  readonly #store: Store;
  readonly #listeners: UnitListener[] = [];
  /** Changes stand in one line: each sees what the one before it left. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(store: Store, env: GatewayEnv) {
    super(env);
    this.#store = store;
  }

  start(): Promise<void> {
    return this.load(this.#store);
  }

  onChanged(listener: UnitListener): void {
    this.#listeners.push(listener);
  }

  /** A serial is loaded before its unit may ask for anything. */
  async register(given: NewUnit, by: string): Promise<UnitResult> {
    const [result] = await this.registerMany([given], by);
    return result ?? refusal('bad-request');
  }

  /** A list of them in one transaction: an answer for each, in the same order. */
  registerMany(given: readonly NewUnit[], by: string): Promise<UnitResult[]> {
    return this.#inLine(async () => {
      const changes = new Map<string, Change>();
      const results = given.map((one): UnitResult => {
        if (this.bySerial(one.serial) !== undefined || changes.has(one.serial)) {
          return refusal('conflict', 'this serial is registered');
        }
        const unit = registered(one);
        const detail = { by, model: one.model, role: one.role };
        changes.set(one.serial, { unit, event: 'register', detail });
        return { ok: true, unit };
      });
      if (changes.size > 0) await this.#commitAll([...changes.values()]);
      return results;
    });
  }

  /** Into another vehicle: in training there until a technician has commissioned it again. */
  move(serial: string, vehicleId: string | null, by: string, reason: string): Promise<UnitResult> {
    return this.#inLine(async () => {
      const unit = this.bySerial(serial);
      if (unit === undefined) return refusal('unknown-serial');
      if (isOver(unit))
        return refusal('conflict', `a unit that is ${unit.state} stays where it is`);
      if (unit.vehicleId === vehicleId) return { ok: true, unit };
      const other = this.carriedBy(vehicleId);
      if (other !== undefined) {
        return refusal(
          'conflict',
          `${vehicleId} carries ${other.serial}: move or replace that one`,
        );
      }
      const detail = { by, reason, from: unit.vehicleId, to: vehicleId };
      return this.#commit({ ...unit, vehicleId, ...inTraining }, 'move', detail);
    });
  }

  /** A unit goes to repair and a spare one takes its place in the vehicle, both or neither. */
  replace(serial: string, spareSerial: string, by: string, reason: string): Promise<UnitResult> {
    return this.#inLine(async () => {
      const unit = this.bySerial(serial);
      const spare = this.bySerial(spareSerial);
      if (unit === undefined || spare === undefined) return refusal('unknown-serial');
      const state = transitions[unit.state].rma;
      if (state === undefined) return refusal('conflict', `${serial} is ${unit.state}`);
      if (spare === unit || isOver(spare) || spare.vehicleId !== null) {
        return refusal(
          'conflict',
          `${spareSerial} is no spare: ${spare.state}, in a vehicle or over`,
        );
      }
      const { vehicleId } = unit;
      const why = { by, reason, vehicleId };
      const broken = { ...unit, state, vehicleId: null };
      await this.#commitAll([
        { unit: broken, event: 'rma', detail: { ...why, from: unit.state, spare: spareSerial } },
        { unit: { ...spare, vehicleId, ...inTraining }, event: 'move', detail: why },
      ]);
      return { ok: true, unit: broken };
    });
  }

  /** A transition of the table in states.ts, with who and why; refused when it has no such row. */
  apply(serial: string, event: UnitEvent, by: string, reason: string): Promise<UnitResult> {
    return this.#inLine(async () => {
      const unit = this.bySerial(serial);
      if (unit === undefined) return refusal('unknown-serial');
      const state = transitions[unit.state][event];
      if (state === undefined) {
        return refusal('conflict', `a unit that is ${unit.state} cannot ${event}`);
      }
      if (state === unit.state) return { ok: true, unit };
      const endsKeys = state === 'registered';
      // Only a planned transfer keeps the card in our hands.
      const isPlanned = unit.state === 'transfer';
      // While it was away for repair another unit may have taken its place in the vehicle.
      const carrier = this.carriedBy(unit.vehicleId);
      const isTaken = event === 'reopen' && carrier !== undefined && carrier !== unit;
      const vehicleId = isTaken ? null : unit.vehicleId;
      return this.#commit(
        { ...unit, state, vehicleId },
        event,
        { by, reason, from: unit.state },
        async (tx) => {
          const atS = Math.floor(this.env.nowMs() / 1000);
          if (endsKeys) await endKeySets(tx, serial, atS, !isPlanned);
        },
      );
    });
  }

  /**
   * Training off (or on again): from here on its scans count.
   * @param untilMs it ends by itself then, Unix ms; null: when it is commissioned
   */
  setTraining(
    serial: string,
    training: boolean,
    by: string,
    untilMs: number | null = null,
  ): Promise<UnitResult> {
    return this.#inLine(async () => {
      const unit = this.bySerial(serial);
      if (unit === undefined) return refusal('unknown-serial');
      const trainingUntilMs = training ? untilMs : null;
      const event = training ? 'train' : 'commission';
      return this.#commit({ ...unit, training, trainingUntilMs }, event, { by, trainingUntilMs });
    });
  }

  /** A new key set for a pending unit; the old one dies in the same transaction. */
  approve(serial: string, publicKey: Uint8Array, by: string): Promise<UnitResult> {
    return this.#inLine(async () => {
      const unit = this.bySerial(serial);
      if (unit === undefined) return refusal('unknown-serial');
      const state = transitions[unit.state].approve;
      if (state === undefined) {
        return refusal('serial-active', `${serial} is ${unit.state}: it cannot take a new key`);
      }
      if (publicKey.length !== publicKeyBytes || isSmallOrder(publicKey)) {
        return refusal('bad-signature', 'this key binds nobody: the unit must make another');
      }
      if (this.isUsedKey(publicKey)) {
        return refusal('conflict', 'this key was in force before: the unit must make another');
      }
      const unitId = unit.unitId ?? this.nextUnitId();
      if (unitId > unitIdMax) return refusal('conflict', 'every unit number is taken');
      const keys = this.#newKeySet(unit, publicKey);
      const enrolled = { ...unit, state, unitId, enrolment: keys.enrolment, ...inTraining };
      const detail = { by, from: unit.state, keyId: keys.keyId, enrolment: keys.enrolment };
      return this.#commit(enrolled, 'approve', detail, async (tx) => {
        await endKeySets(tx, serial, keys.validFromS, false);
        await insertKeySet(tx, keys);
        await tx.run('DELETE FROM enrolment_request WHERE serial = ?', [serial]);
      });
    });
  }

  /** Remembers whose a certificate is, before it is handed out. */
  async addCertificate(
    unit: FleetUnit,
    issued: IssuedCertificate,
    cause: 'enrol' | 'renew',
  ): Promise<void> {
    const { fingerprint, number, authority, notAfterMs } = issued;
    const { serial, enrolment } = unit;
    const issuedAtMs = this.env.nowMs();
    const row = { fingerprint, serial, enrolment, number, authority, issuedAtMs, notAfterMs };
    const dropped = await this.#store.write(async (tx) => {
      await insertAudit(tx, issuedAtMs, serial, 'certificate', { cause, enrolment, number });
      return insertCertificate(tx, row, certificatesPerSerialMax);
    });
    this.keepCertificate(row, dropped);
  }

  #newKeySet(unit: FleetUnit, publicKey: Uint8Array): KeySet {
    return {
      keyId: keyIdOf(publicKey),
      serial: unit.serial,
      enrolment: unit.enrolment + 1,
      publicKey: Buffer.from(publicKey),
      matchKey: this.env.randomBytes(matchKeyBytes),
      validFromS: Math.floor(this.env.nowMs() / 1000) - clockBehindMaxS,
      validToS: null,
      revoked: 0,
    };
  }

  #inLine<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(change);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  async #commit(
    unit: FleetUnit,
    event: string,
    detail: Change['detail'],
    more?: (tx: Writer) => Promise<void>,
  ): Promise<UnitResult> {
    await this.#commitAll([{ unit, event, detail, more }]);
    return { ok: true, unit };
  }

  /** All of them or none; told after COMMIT. */
  async #commitAll(changes: readonly Change[]): Promise<void> {
    const nowMs = this.env.nowMs();
    const sets = await this.#store.write(async (tx) => {
      const loaded: KeySet[][] = [];
      for (const change of changes) loaded.push(await writeChange(tx, change, nowMs));
      return loaded;
    });
    for (const [index, { unit }] of changes.entries()) this.keep(unit, sets[index] ?? []);
    for (const { unit } of changes) {
      for (const listener of this.#listeners) listener(unit);
    }
  }
}
