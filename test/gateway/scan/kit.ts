import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayEnv } from '../../../gateway/environment.ts';
import type { Timers } from '../../../gateway/link/timers.ts';
import type {
  IngestedRecord,
  LiveUnits,
  RecordFeed,
  Registry,
  StoredFix,
  Tracks,
  Unit,
} from '../../../gateway/parts.ts';
import { openGatewayStore } from '../../../gateway/store/open.ts';
import type { DownMessage } from '../../../protocols/messages/down-schemas.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { codeDigitsOf, signCode } from '../../../protocols/scan-code/code.ts';
import { dutyNumber, type ScanFields } from '../../../protocols/scan-code/fields.ts';
import type { CodeKey } from '../../../protocols/scan-code/verdict.ts';
import { rawPublicKey, type Signer, signEd25519 } from '../../../protocols/signed/ed25519.ts';
import type { Store } from '../../../protocols/store/store.ts';
import { storePlace } from '../../support/store-place.ts';

/** 2026-03-01 08:00 in Hebei, Unix ms. */
export const startMs = Date.UTC(2026, 2, 1);

/** A clock that stands still until it is moved, and the timers on it. */
export class TestClock implements Timers {
  nowMs = startMs;
  #waiting: { atMs: number; work: () => void }[] = [];

  after(ms: number, work: () => void): () => void {
    const timer = { atMs: this.nowMs + ms, work };
    this.#waiting.push(timer);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== timer);
    };
  }

  /** Moves time on without letting anything run. */
  jump(ms: number): void {
    this.nowMs += ms;
  }

  /** Moves time on; due timers run in order, each with what it sets off given time to happen. */
  async advance(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (;;) {
      const [next] = this.#waiting
        .filter(({ atMs }) => atMs <= endMs)
        .sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.#waiting = this.#waiting.filter((other) => other !== next);
      next.work();
      await pause();
    }
    this.nowMs = endMs;
  }
}

/** Lets a group commit and what follows it happen. */
export function pause(ms = 60): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Waits until `holds`; fails by the test's own time limit. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(10);
}

export function newSigner(): { signer: Signer; publicKey: CodeKey['publicKey'] } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signer = {
    publicKey: rawPublicKey(publicKey),
    sign: (message: Uint8Array) => signEd25519(privateKey, message),
  };
  return { signer, publicKey };
}

export interface TestUnit {
  readonly unit: Unit & { unitId: number };
  readonly signer: Signer;
  key: CodeKey;
}

/** A fleet in memory behind the interfaces of gateway/parts.ts. */
export class Fleet implements Registry, LiveUnits, RecordFeed, Tracks {
  readonly clock: TestClock;
  readonly units = new Map<number, TestUnit>();
  readonly issuers: CodeKey[] = [];
  readonly sent: { serial: string; message: DownMessage }[] = [];
  readonly fixes = new Map<number, StoredFix[]>();
  readonly online = new Set<string>();
  readonly contactMs = new Map<string, number>();
  readonly offsets = new Map<string, number>();
  readonly burned = new Set<string>();
  readonly #listeners: ((records: readonly IngestedRecord[]) => void)[] = [];
  readonly #desired: ((serial: string) => Promise<readonly DownMessage[]>)[] = [];

  constructor(clock: TestClock) {
    this.clock = clock;
  }

  add(serial: string, unitId: number, kind: 0 | 1 = 0, vehicleId = `veh-${unitId}`): TestUnit {
    const { signer, publicKey } = newSigner();
    const made: TestUnit = {
      signer,
      key: {
        keyId: `key-${unitId}`,
        publicKey,
        matchKey: Buffer.alloc(32, unitId),
        validFrom: null,
        validTo: null,
        revoked: false,
      },
      unit: {
        serial,
        unitId,
        kind,
        model: 'M1',
        state: 'active',
        enrolment: 1,
        vehicleId,
        training: false,
      },
    };
    this.units.set(unitId, made);
    this.online.add(serial);
    this.contactMs.set(serial, this.clock.nowMs);
    return made;
  }

  bySerial = (serial: string) => this.all().find((unit) => unit.serial === serial);
  byUnitId = (unitId: number) => this.units.get(unitId)?.unit;
  all = () => [...this.units.values()].map(({ unit }) => unit);
  unitKeys = (unitId: number) => {
    const key = this.units.get(unitId)?.key;
    return key === undefined ? [] : [key];
  };
  issuerKeys = () => this.issuers;
  batchKey = () => undefined;

  isOnline = (serial: string) => this.online.has(serial);
  lastContactMs = (serial: string) => this.contactMs.get(serial) ?? null;
  clockOffsetS = (serial: string) => this.offsets.get(serial) ?? 0;
  send = (serial: string, message: DownMessage) => {
    this.sent.push({ serial, message });
    return this.online.has(serial);
  };
  onConnected = (desired: (serial: string) => Promise<readonly DownMessage[]>) => {
    this.#desired.push(desired);
  };
  connect = async (serial: string) =>
    (await Promise.all(this.#desired.map((desired) => desired(serial)))).flat();

  isBurned = (keyId: string, issuedAt: number) => this.burned.has(`${keyId}.${issuedAt}`);

  onCommitted = (listener: (records: readonly IngestedRecord[]) => void) => {
    this.#listeners.push(listener);
  };

  around = async (unitId: number, atMs: number) => {
    const fixes = this.#ordered(unitId);
    return {
      before: fixes.findLast(({ happenedAtMs }) => happenedAtMs <= atMs),
      after: fixes.find(({ happenedAtMs }) => happenedAtMs > atMs),
    };
  };
  last = (unitId: number) => this.#ordered(unitId).at(-1);
  between = async (unitId: number, fromMs: number, toMs: number, rowsMax: number) =>
    this.#ordered(unitId)
      .filter(({ happenedAtMs }) => happenedAtMs >= fromMs && happenedAtMs <= toMs)
      .slice(0, rowsMax);
  hasGap = async () => false;
  lastMoving = async (unitId: number, atMs: number, speedMpsMin: number) =>
    this.#ordered(unitId).findLast(
      ({ happenedAtMs, speedMps, courseDeg }) =>
        happenedAtMs <= atMs && courseDeg !== null && (speedMps ?? 0) >= speedMpsMin,
    );

  /** A batch of fixes comes in, in this order, whenever they happened. */
  receive(unitId: number, fixes: readonly StoredFix[]): void {
    this.fixes.set(unitId, [...(this.fixes.get(unitId) ?? []), ...fixes]);
    this.tell(
      unitId,
      fixes.map((fix) => ({
        kind: 'fix',
        happenedAtMs: fix.happenedAtMs,
        values: { ...fix, altM: null, satsUsed: 9, quality: 3 },
      })),
    );
  }

  /** Commits records of a unit. */
  tell(unitId: number, records: readonly object[]): void {
    const unit = this.units.get(unitId)?.unit as Unit;
    const ingested = records.map((record, index) => ({
      unit,
      receivedAtMs: this.clock.nowMs,
      record: { seq: index + 1, clock: 'gnss', ...record } as UnitRecord,
    }));
    for (const listener of this.#listeners) listener(ingested);
  }

  #ordered(unitId: number): StoredFix[] {
    const fixes = this.fixes.get(unitId) ?? [];
    return fixes.toSorted((a, b) => a.happenedAtMs - b.happenedAtMs);
  }
}

export function fixAt(happenedAtMs: number, lat: number, lon: number, rest = {}): StoredFix {
  return { happenedAtMs, lat, lon, speedMps: 0, courseDeg: null, hdop: 1, ...rest };
}

/** A code of a unit, at 38.05 N 114.6 E unless said otherwise. */
export function codeOf(
  { unit, signer }: TestUnit,
  issuedAtMs: number,
  rest: Partial<ScanFields> = {},
): { digits: string; bytes: Buffer; issuedAt: number } {
  const issuedAt = Math.floor(issuedAtMs / 1000);
  const bytes = signCode(
    {
      kind: unit.kind,
      unitId: unit.unitId,
      issuedAt,
      ttlS: 30,
      duty: dutyNumber('on-scene'),
      lat: 38.05,
      lon: 114.6,
      fixAgeS: 1,
      incidentRef: 0,
      ...rest,
    },
    signer,
  );
  return { digits: codeDigitsOf(bytes), bytes, issuedAt };
}

export interface TestStore {
  readonly store: Store;
  readonly file: string;
  remove(): Promise<void>;
}

export async function temporaryStore(): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-scan-'));
  const file = join(folder, 'gateway.sqlite');
  const store = await openGatewayStore(await storePlace(file));
  return {
    store,
    file,
    remove: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface LogLine {
  readonly level: string;
  readonly text: string;
}

/** Chance that repeats: a counter, spread over the bytes. */
export function testEnv(clock: TestClock, lines: LogLine[] = []): GatewayEnv {
  let count = 0;
  const keep = (level: string) => (fields: object, message: string) => {
    const shown = JSON.stringify(fields, (_key, value) =>
      value instanceof Error ? `${value.message} ${value.stack}` : value,
    );
    lines.push({ level, text: `${message} ${shown}` });
  };
  return {
    nowMs: () => clock.nowMs,
    nowMonoMs: () => clock.nowMs,
    randomBytes: (size) => {
      count += 1;
      const bytes = Buffer.alloc(size, 0x5a);
      bytes.writeUInt32BE(count, size - 4);
      return bytes;
    },
    log: { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') },
  };
}
