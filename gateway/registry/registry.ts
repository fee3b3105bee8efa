import { unitIdMax } from '../../protocols/scan-code/fields.ts';
import { matchKeyBytes } from '../../protocols/scan-code/match.ts';
import type { CodeKey } from '../../protocols/scan-code/verdict.ts';
import { isSmallOrder, publicKeyBytes } from '../../protocols/signed/ed25519.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { IssuedCertificate } from '../authority/authority.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { Registry } from '../parts.ts';
import {
  type CertificateRow,
  insertCertificate,
  loadCertificates,
  revokeCertificates,
} from './certificates-table.ts';
import { codeKeysOf, type UnitKeys } from './code-keys.ts';
import {
  endKeySets,
  type FleetUnit,
  insertAudit,
  insertKeySet,
  type KeySet,
  loadKeySets,
  loadUnits,
  type Role,
  saveUnit,
} from './fleet-table.ts';
import { keyIdOf } from './key-id.ts';
import { rights, transitions, type UnitEvent } from './states.ts';

/** Certificates kept a serial: the one in use, renewals, and answers that were lost. */
const certificatesPerSerialMax = 8;
/** A unit's clock may be this much behind when it signs its first code. */
const clockBehindMaxS = 120;

export type UnitResult = { readonly ok: true; readonly unit: FleetUnit } | Refusal;

export interface NewUnit {
  readonly serial: string;
  readonly model: string;
  readonly role: Role;
  readonly vehicleId: string | null;
}

/** Told after COMMIT of every change of a unit, in order. */
export type UnitListener = (unit: FleetUnit) => void;

const kindOfRole = { 'tow-truck': 0, 'patrol-car': 0, kiosk: 1 } as const;
const noKeys: UnitKeys = { codes: [], current: undefined };

/**
 * Units and their keys, in memory and written through: answers never wait, changes are told only
 * after COMMIT. One active key set a serial; old public keys stay.
 */
export class FleetRegistry implements Registry {
  readonly #store: Store;
  readonly #env: GatewayEnv;
  readonly #units = new Map<string, FleetUnit>();
  readonly #serialOfUnitId = new Map<number, string>();
  readonly #keySets = new Map<string, readonly KeySet[]>();
  readonly #keys = new Map<string, UnitKeys>();
  readonly #certificates = new Map<string, CertificateRow>();
  readonly #listeners: UnitListener[] = [];
  /** Changes stand in one line: each sees what the one before it left. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(store: Store, env: GatewayEnv) {
    this.#store = store;
    this.#env = env;
  }

  async start(): Promise<void> {
    const sets = new Map<string, KeySet[]>();
    for (const set of await loadKeySets(this.#store)) {
      sets.set(set.serial, [...(sets.get(set.serial) ?? []), set]);
    }
    for (const unit of await loadUnits(this.#store)) {
      this.#keep(unit, sets.get(unit.serial) ?? []);
    }
    for (const row of await loadCertificates(this.#store)) {
      this.#certificates.set(row.fingerprint, row);
    }
  }

  bySerial(serial: string): FleetUnit | undefined {
    return this.#units.get(serial);
  }

  byUnitId(unitId: number): FleetUnit | undefined {
    const serial = this.#serialOfUnitId.get(unitId);
    return serial === undefined ? undefined : this.#units.get(serial);
  }

  all(): readonly FleetUnit[] {
    return [...this.#units.values()];
  }

  unitKeys(unitId: number): readonly CodeKey[] {
    const serial = this.#serialOfUnitId.get(unitId);
    return serial === undefined ? [] : (this.#keys.get(serial) ?? noKeys).codes;
  }

  /** Printed cards are signed by the server; none of its keys are known here yet. */
  issuerKeys(): readonly CodeKey[] {
    return [];
  }

  batchKey(serial: string, enrolment: number): CodeKey | undefined {
    const unit = this.#units.get(serial);
    const current = this.#keys.get(serial)?.current;
    if (unit === undefined || !rights[unit.state].session) return undefined;
    return current?.enrolment === enrolment ? current.key : undefined;
  }

  /** The key set in force; undefined: none. */
  currentKeySet(serial: string): KeySet | undefined {
    return this.#keySets.get(serial)?.find(({ validToS }) => validToS === null);
  }

  /** The unit that may hold a session with this client certificate; undefined: nobody may. */
  unitOfCertificate(fingerprint: string): FleetUnit | undefined {
    const row = this.#certificates.get(fingerprint);
    if (row === undefined || row.notAfterMs < this.#env.nowMs()) return undefined;
    return this.batchKey(row.serial, row.enrolment) && this.#units.get(row.serial);
  }

  onChanged(listener: UnitListener): void {
    this.#listeners.push(listener);
  }

  /** A serial is loaded before its unit may ask for anything. */
  register(given: NewUnit, by: string): Promise<UnitResult> {
    return this.#inLine(async () => {
      if (this.#units.has(given.serial)) return refusal('conflict', 'this serial is registered');
      const unit: FleetUnit = {
        ...given,
        unitId: null,
        kind: kindOfRole[given.role],
        state: 'registered',
        enrolment: 0,
        training: true,
      };
      return this.#commit(unit, 'register', { by, model: given.model, role: given.role });
    });
  }

  /** A transition of the table in states.ts, with who and why; refused when it has no such row. */
  apply(serial: string, event: UnitEvent, by: string, reason: string): Promise<UnitResult> {
    return this.#inLine(async () => {
      const unit = this.#units.get(serial);
      if (unit === undefined) return refusal('unknown-serial');
      const state = transitions[unit.state][event];
      if (state === undefined) {
        return refusal('conflict', `a unit that is ${unit.state} cannot ${event}`);
      }
      if (state === unit.state) return { ok: true, unit };
      const endsKeys = state === 'registered';
      return this.#commit(
        { ...unit, state },
        event,
        { by, reason, from: unit.state },
        async (tx) => {
          if (endsKeys) await endKeySets(tx, serial, Math.floor(this.#env.nowMs() / 1000));
        },
      );
    });
  }

  /** Training off (or on again): from here on its scans count. */
  setTraining(serial: string, training: boolean, by: string): Promise<UnitResult> {
    return this.#inLine(async () => {
      const unit = this.#units.get(serial);
      if (unit === undefined) return refusal('unknown-serial');
      return this.#commit({ ...unit, training }, training ? 'train' : 'commission', { by });
    });
  }

  /** A new key set for a pending unit; the old one dies in the same transaction. */
  approve(serial: string, publicKey: Uint8Array, by: string): Promise<UnitResult> {
    return this.#inLine(async () => {
      const unit = this.#units.get(serial);
      if (unit === undefined) return refusal('unknown-serial');
      const state = transitions[unit.state].approve;
      if (state === undefined) {
        return refusal('serial-active', `${serial} is ${unit.state}: it cannot take a new key`);
      }
      if (publicKey.length !== publicKeyBytes || isSmallOrder(publicKey)) {
        return refusal('bad-signature', 'this key binds nobody: the unit must make another');
      }
      if (this.#isUsedKey(publicKey)) {
        return refusal('conflict', 'this key was in force before: the unit must make another');
      }
      const unitId = unit.unitId ?? this.#nextUnitId();
      if (unitId > unitIdMax) return refusal('conflict', 'every unit number is taken');
      const keys = this.#newKeySet(unit, publicKey);
      const enrolled = { ...unit, state, unitId, enrolment: keys.enrolment, training: true };
      const detail = { by, from: unit.state, keyId: keys.keyId, enrolment: keys.enrolment };
      return this.#commit(enrolled, 'approve', detail, async (tx) => {
        await endKeySets(tx, serial, keys.validFromS);
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
    const issuedAtMs = this.#env.nowMs();
    const row = { fingerprint, serial, enrolment, number, authority, issuedAtMs, notAfterMs };
    const dropped = await this.#store.write(async (tx) => {
      await insertAudit(tx, issuedAtMs, serial, 'certificate', { cause, enrolment, number });
      return insertCertificate(tx, row, certificatesPerSerialMax);
    });
    this.#certificates.set(row.fingerprint, row);
    for (const fingerprint of dropped) this.#certificates.delete(fingerprint);
  }

  #isUsedKey(publicKey: Uint8Array): boolean {
    const keyId = keyIdOf(publicKey);
    return [...this.#keySets.values()].some((sets) => sets.some((set) => set.keyId === keyId));
  }

  #newKeySet(unit: FleetUnit, publicKey: Uint8Array): KeySet {
    return {
      keyId: keyIdOf(publicKey),
      serial: unit.serial,
      enrolment: unit.enrolment + 1,
      publicKey: Buffer.from(publicKey),
      matchKey: this.#env.randomBytes(matchKeyBytes),
      validFromS: Math.floor(this.#env.nowMs() / 1000) - clockBehindMaxS,
      validToS: null,
    };
  }

  #nextUnitId(): number {
    return Math.max(0, ...this.#serialOfUnitId.keys()) + 1;
  }

  #inLine<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(change);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  async #commit(
    unit: FleetUnit,
    event: string,
    detail: Readonly<Record<string, unknown>>,
    more: (tx: Writer) => Promise<void> = () => Promise.resolve(),
  ): Promise<UnitResult> {
    const nowMs = this.#env.nowMs();
    const sets = await this.#store.write(async (tx) => {
      await saveUnit(tx, unit, nowMs);
      await insertAudit(tx, nowMs, unit.serial, event, { ...detail, state: unit.state });
      await more(tx);
      const inForce = rights[unit.state].session ? unit.enrolment : null;
      await revokeCertificates(tx, unit.serial, inForce, nowMs);
      return loadKeySets(tx, unit.serial);
    });
    this.#keep(unit, sets);
    for (const listener of this.#listeners) listener(unit);
    return { ok: true, unit };
  }

  #keep(unit: FleetUnit, sets: readonly KeySet[]): void {
    this.#units.set(unit.serial, unit);
    if (unit.unitId !== null) this.#serialOfUnitId.set(unit.unitId, unit.serial);
    this.#keySets.set(unit.serial, sets);
    this.#keys.set(unit.serial, codeKeysOf(unit, sets));
  }
}
