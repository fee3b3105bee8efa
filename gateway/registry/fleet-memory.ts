import type { CodeKey } from '../../protocols/scan-code/verdict.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { Registry } from '../parts.ts';
import { type CertificateRow, loadCertificates } from './certificates-table.ts';
import { codeKeysOf, type UnitKeys } from './code-keys.ts';
import { type FleetUnit, type KeySet, loadKeySets, loadUnits } from './fleet-table.ts';
import { keyIdOf } from './key-id.ts';
import { isOver } from './registry-change.ts';
import { rights } from './states.ts';

const noKeys: UnitKeys = { codes: [], current: undefined };

/** The reading side of the registry: everything from memory, nothing waits. */
export class FleetMemory implements Registry {
  protected readonly env: GatewayEnv;
  readonly #units = new Map<string, FleetUnit>();
  readonly #serialOfUnitId = new Map<number, string>();
  readonly #keySets = new Map<string, readonly KeySet[]>();
  readonly #keys = new Map<string, UnitKeys>();
  readonly #certificates = new Map<string, CertificateRow>();
  #issuers: readonly CodeKey[] = [];

  constructor(env: GatewayEnv) {
    this.env = env;
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

  issuerKeys(): readonly CodeKey[] {
    return this.#issuers;
  }

  /** Printed cards are signed by the server: these are all the keys it ever did so with. */
  keepIssuers(issuers: readonly CodeKey[]): void {
    this.#issuers = issuers;
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
    if (row === undefined || row.notAfterMs < this.env.nowMs()) return undefined;
    return this.batchKey(row.serial, row.enrolment) && this.#units.get(row.serial);
  }

  /** The unit that is in force in a vehicle. */
  carriedBy(vehicleId: string | null): FleetUnit | undefined {
    if (vehicleId === null) return undefined;
    return this.all().find(
      (unit) => unit.vehicleId === vehicleId && !isOver(unit) && unit.state !== 'rma',
    );
  }

  protected async load(store: Store): Promise<void> {
    const sets = new Map<string, KeySet[]>();
    for (const set of await loadKeySets(store)) {
      sets.set(set.serial, [...(sets.get(set.serial) ?? []), set]);
    }
    for (const unit of await loadUnits(store)) this.keep(unit, sets.get(unit.serial) ?? []);
    for (const row of await loadCertificates(store)) this.#certificates.set(row.fingerprint, row);
  }

  protected keep(unit: FleetUnit, sets: readonly KeySet[]): void {
    this.#units.set(unit.serial, unit);
    if (unit.unitId !== null) this.#serialOfUnitId.set(unit.unitId, unit.serial);
    this.#keySets.set(unit.serial, sets);
    this.#keys.set(unit.serial, codeKeysOf(unit, sets));
  }

  protected keepCertificate(row: CertificateRow, dropped: readonly string[]): void {
    this.#certificates.set(row.fingerprint, row);
    for (const fingerprint of dropped) this.#certificates.delete(fingerprint);
  }

  protected isUsedKey(publicKey: Uint8Array): boolean {
    const keyId = keyIdOf(publicKey);
    return [...this.#keySets.values()].some((sets) => sets.some((set) => set.keyId === keyId));
  }

  protected nextUnitId(): number {
    return Math.max(0, ...this.#serialOfUnitId.keys()) + 1;
  }
}
