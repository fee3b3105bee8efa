import type { ScanReport } from '../../protocols/http/link-bodies.ts';
import { readCodeDigits } from '../../protocols/scan-code/code.ts';
import { isPrinted } from '../../protocols/scan-code/fields.ts';
import { judge, type Verdict } from '../../protocols/scan-code/verdict.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Incident, snapshotOf } from '../incidents/incident.ts';
import type { Incidents } from '../incidents/incidents.ts';
import type { ServerLink } from '../link/link.ts';
import type { Waiting } from '../link/outbox.ts';
import { systemTimers, type Timers } from '../link/timers.ts';
import type { BurnedCodes, LiveUnits, RecordFeed, Registry, Tracks, Unit } from '../parts.ts';
import { Headings } from '../place/headings.ts';
import type { Places } from '../place/places.ts';
import { CodeMemory, memoryMs } from './code-memory.ts';
import type { Link } from './decide-link.ts';
import {
  decideOpening,
  type GenuineVerdict,
  isRefused,
  type Opening,
  type RefusedVerdict,
} from './decide-opening.ts';
import { Linker } from './linker.ts';
import { OpeningWriter } from './opening-writer.ts';
import { PrintRegister } from './print-register.ts';
import { Relinker } from './relinker.ts';
import { reportOf } from './report.ts';
import { insertOpenings, newestCodes, type OpeningRow, recentOpenings } from './scan-table.ts';
import { ShownWatch } from './shown-watch.ts';

export interface ScanDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly registry: Registry;
  readonly live: LiveUnits;
  readonly feed: RecordFeed;
  readonly tracks: Tracks;
  readonly burned: BurnedCodes;
  readonly places: Places;
  readonly incidents: Incidents;
  readonly link: ServerLink;
  /** Who was aboard a unit at a moment; absent: nobody asks. */
  readonly crew?: { aboardAt(serial: string, atMs: number): Promise<readonly string[]> };
  /** Out of contact longer than this, a unit's codes give no presence. */
  readonly offlineAfterS: number;
  readonly timers?: Timers;
  /** A code that the unit's key signed was scanned. */
  readonly onGenuine?: (unit: Unit, code: Uint8Array) => void;
}

/** What a scan is answered with. */
export type ScanAnswer =
  | { readonly kind: 'refused'; readonly verdict: RefusedVerdict['verdict'] }
  /** Committed; `delivered`: the server has it, its page can be opened. */
  | { readonly kind: 'kept'; readonly report: ScanReport; readonly delivered: boolean };

/** Where codes are opened. Scan code, "Opening and redeeming". */
export interface ScanEdge {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Opens the digits of a link. Rejects only when the store does not take the opening. */
  open(digits: string): Promise<ScanAnswer>;
  /** Codes refused since the start, by verdict. */
  refusals(): Readonly<Record<RefusedVerdict['verdict'], number>>;
  readonly prints: PrintRegister;
}

const scanIdBytes = 16;
/** A poorer position is no point to measure a departure from, metres. */
const encounterErrorMMax = 150;

/** Everything of one scan that commits together. */
interface Kept {
  readonly row: OpeningRow;
  readonly waiting: Waiting;
  readonly incident: Incident | null;
}

class GatewayScanEdge implements ScanEdge {
  readonly prints: PrintRegister;
  readonly #deps: ScanDeps;
  readonly #memory = new CodeMemory();
  readonly #linker: Linker;
  readonly #writer: OpeningWriter<Kept>;
  readonly #relinker: Relinker;
  readonly #shown: ShownWatch;
  readonly #refused = { malformed: 0, 'bad-signature': 0, 'unknown-unit': 0 };

  constructor(deps: ScanDeps) {
    this.#deps = deps;
    const timers = deps.timers ?? systemTimers;
    this.prints = new PrintRegister(deps.store);
    this.#linker = new Linker({ ...deps, headings: new Headings(deps.tracks, deps.feed) });
    this.#writer = new OpeningWriter(deps.store, (tx, kept) => this.#insert(tx, kept));
    this.#relinker = new Relinker({ ...deps, timers, linker: this.#linker });
    this.#shown = new ShownWatch({ ...deps, timers, memory: this.#memory });
  }

  async start(): Promise<void> {
    const { store, env } = this.#deps;
    const sinceMs = env.nowMs() - memoryMs;
    for (const one of await newestCodes(store, sinceMs)) {
      this.#memory.noteKnown(one.unitId, one.issuedAt, one.knownAtMs);
    }
    for (const one of await recentOpenings(store, sinceMs)) {
      this.#memory.noteKnown(one.unitId, one.issuedAt, one.openedAtMs);
      if (one.isFirst === 1) this.#memory.claimFirst(one.presenceId, one.openedAtMs);
    }
    await this.prints.start();
    await this.#relinker.start();
    this.#shown.start();
  }

  async stop(): Promise<void> {
    await this.#shown.stop();
    await this.#relinker.stop();
  }

  refusals(): Readonly<Record<RefusedVerdict['verdict'], number>> {
    return this.#refused;
  }

  async open(digits: string): Promise<ScanAnswer> {
    const openedAtMs = this.#deps.env.nowMs();
    const verdict = this.#judge(digits, openedAtMs);
    if (isRefused(verdict)) {
      this.#refused[verdict.verdict] += 1;
      return { kind: 'refused', verdict: verdict.verdict };
    }
    const { code } = verdict;
    const unit = isPrinted(code.fields.kind)
      ? undefined
      : this.#deps.registry.byUnitId(code.fields.unitId);
    if (unit !== undefined) this.#deps.onGenuine?.(unit, code.bytes);
    const presenceId = `${verdict.key.keyId}.${code.fields.issuedAt}`;
    const opening = this.#decide(verdict, unit, presenceId, openedAtMs);
    try {
      return await this.#keep(verdict, unit, presenceId, opening, openedAtMs);
    } catch (error) {
      if (opening.isFirst) this.#memory.unclaim(presenceId);
      throw error;
    }
  }

  #judge(digits: string, openedAtMs: number): Verdict {
    const reading = readCodeDigits(digits);
    const { registry, live } = this.#deps;
    if (!reading.ok) return judge(reading, registry, { atS: 0 });
    const { kind, unitId, issuedAt } = reading.code.fields;
    const unit = isPrinted(kind) ? undefined : registry.byUnitId(unitId);
    const laterMs = unit === undefined ? null : this.#memory.laterKnownAtMs(unitId, issuedAt);
    return judge(reading, registry, {
      atS: openedAtMs / 1000,
      offsetS: unit === undefined ? 0 : live.clockOffsetS(unit.serial),
      ...(laterMs === null ? {} : { laterCodeKnownAtS: laterMs / 1000 }),
    });
  }

  /** Decides, and claims the first opening in the same breath: there is no await in between. */
  #decide(
    genuine: GenuineVerdict,
    unit: Unit | undefined,
    presenceId: string,
    openedAtMs: number,
  ): Opening {
    const { live, burned, offlineAfterS } = this.#deps;
    const { bytes, fields } = genuine.code;
    const opening = decideOpening({
      genuine,
      openedAtMs,
      isBurned: burned.isBurned(genuine.key.keyId, fields.issuedAt),
      isRegisteredPrint: genuine.verdict === 'static' && this.prints.has(bytes),
      firstOpenedAtMs: this.#memory.firstOpenedAtMs(presenceId),
      lastContactMs: unit === undefined ? null : live.lastContactMs(unit.serial),
      offlineAfterS,
    });
    if (opening.isFirst) this.#memory.claimFirst(presenceId, openedAtMs);
    const isSeen = genuine.verdict === 'fresh' || genuine.verdict === 'stale';
    if (isSeen && unit !== undefined) {
      this.#memory.noteKnown(fields.unitId, fields.issuedAt, openedAtMs);
    }
    return opening;
  }

  /** COMMIT, then tell the unit, then the server: nobody hears of what could still be lost. */
  async #keep(
    { code, key }: GenuineVerdict,
    unit: Unit | undefined,
    presenceId: string,
    opening: Opening,
    openedAtMs: number,
  ): Promise<ScanAnswer> {
    const { env, link, live, incidents } = this.#deps;
    const linked = await this.#linker.link(code.fields, unit, opening);
    const encounter = this.#encounterOf(linked.link, unit, opening, linked.workedAtMs);
    const found = encounter ?? linked.link.found?.incident ?? null;
    const linkedBy = encounter === null ? (linked.link.found?.linkedBy ?? null) : 'encounter';
    const snapshot = found === null || linkedBy === null ? null : snapshotOf(found, linkedBy);
    const scanId = env.randomBytes(scanIdBytes).toString('hex');
    const report = reportOf({
      code,
      publicKey: key.publicKey,
      unit,
      unitOnline: unit !== undefined && live.isOnline(unit.serial),
      opening,
      scanId,
      presenceId,
      openedAtMs,
      link: linked.link,
      incident: snapshot,
      crew: await this.#crewOf(unit, code.fields.issuedAt),
    });
    const waiting = {
      subject: scanId,
      message: { id: `scan:${scanId}`, type: 'scan' as const, body: report },
    };
    const stored = this.#linker.stored(linked, found, linkedBy);
    const { isFinal } = linked.link;
    const row = { report, isFirst: opening.isFirst, code: code.bytes, link: stored, isFinal };
    await this.#writer.write({ row, waiting, incident: found });
    if (found !== null) incidents.saved(found);
    if (unit !== undefined && opening.isFirst) {
      const { issuedAt } = code.fields;
      live.send(unit.serial, { type: 'scanned', issuedAt, openedAtMs });
    }
    if (unit !== undefined && !isFinal) {
      const { unitId, issuedAt } = code.fields;
      this.#relinker.add({ scanId, unitId, code: code.bytes, issuedAt, openedAtMs, link: stored });
    }
    return { kind: 'kept', report, delivered: await link.deliverNow(waiting) };
  }

  async #crewOf(unit: Unit | undefined, issuedAt: number): Promise<readonly string[] | null> {
    const { crew } = this.#deps;
    if (unit === undefined || crew === undefined) return null;
    return await crew.aboardAt(unit.serial, issuedAt * 1000);
  }

  async #insert(tx: Writer, kept: readonly Kept[]): Promise<void> {
    const { incidents, link } = this.#deps;
    const linked = new Set(kept.flatMap(({ incident }) => incident ?? []));
    for (const incident of linked) await incidents.saveWith(tx, incident);
    await insertOpenings(
      tx,
      kept.map(({ row }) => row),
    );
    await link.enqueue(
      tx,
      kept.map(({ waiting }) => waiting),
    );
  }

  /** An ad-hoc encounter for a scan that proves presence of a vehicle nobody sent. */
  #encounterOf(
    { position, place, found }: Link,
    unit: Unit | undefined,
    { candidate }: Opening,
    workedAtMs: number,
  ): Incident | null {
    const isVehicle = unit?.kind === 0;
    if (found !== null || !candidate || !isVehicle || unit.unitId === null) return null;
    const { incidents } = this.#deps;
    // Another scan of this moment may have opened it while this one was being linked.
    const met = incidents.lookup.encounterOfUnit(unit.unitId, workedAtMs);
    if (met !== undefined) return met;
    const isExact = position !== null && position.errorM <= encounterErrorMMax;
    return incidents.openEncounter({
      unitId: unit.unitId,
      serial: unit.serial,
      scene: {
        point: isExact ? { lat: position.lat, lon: position.lon } : null,
        section: place?.section ?? null,
        stakeM: place?.stakeM ?? null,
        direction: place?.direction ?? null,
        text: place === null ? '' : `${place.section} ${place.stake} ${place.directionText}`.trim(),
      },
      atMs: workedAtMs,
    });
  }
}

/** Builds the scan edge; nothing happens before `start`. */
export function createScanEdge(deps: ScanDeps): ScanEdge {
  return new GatewayScanEdge(deps);
}
