import { bracketSMax } from '../../protocols/evidence/position.ts';
import type { LinkMessage } from '../../protocols/http/link-bodies.ts';
import { readCodeBytes } from '../../protocols/scan-code/code.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Incident, snapshotOf } from '../incidents/incident.ts';
import type { Incidents } from '../incidents/incidents.ts';
import type { ServerLink } from '../link/link.ts';
import type { Waiting } from '../link/outbox.ts';
import type { Timers } from '../link/timers.ts';
import type { IngestedRecord, RecordFeed, StoredFix, Tracks } from '../parts.ts';
import type { Linker } from './linker.ts';
import {
  linksOfIncident,
  type Relink,
  type RelinkVersion,
  type StoredLink,
  type UnfinalOpening,
  unfinalOpenings,
  updateLinks,
} from './scan-table.ts';

export interface RelinkerDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly timers: Timers;
  readonly feed: RecordFeed;
  readonly tracks: Tracks;
  readonly incidents: Incidents;
  readonly link: ServerLink;
  readonly linker: Linker;
}

/** Fixes come in batches; past scans are looked at once they have settled, ms. */
const settleMs = 1_000;
/** A unit keeps 72 h of fixes; what comes later than this improves nothing any more, ms. */
const waitMsMax = 8 * 24 * 3_600_000;
/** Openings of all units that wait for late fixes; beyond, the oldest are left as they are. */
const waitingMax = 20_000;
/** Openings of a span this long are linked from one read of the track, s, of this many fixes. */
const chunkSMax = 4 * 3_600;
const fixesMax = 10_000;
/** Scans of an incident that hear of its changes. */
const scansOfIncidentMax = 100;

/** Fixes further from a code than this do not bracket it. */
const marginMs = bracketSMax * 1000;

/** Times of new fixes, Unix ms. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}
const noSpan: Span = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY };

/** Links past scans again when late data improves what is known. wire.md, "Linking a scan". */
export class Relinker {
  readonly #deps: RelinkerDeps;
  /** By unit, then by scan. */
  readonly #waiting = new Map<number, Map<string, UnfinalOpening>>();
  readonly #news = new Map<number, Span>();
  readonly #cancels = new Map<number, () => void>();
  #waitingCount = 0;
  #tail: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor(deps: RelinkerDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { store, env, feed, incidents } = this.#deps;
    const sinceMs = env.nowMs() - waitMsMax;
    for (const opening of await unfinalOpenings(store, sinceMs, waitingMax)) this.add(opening);
    this.#stopped = false;
    feed.onCommitted((records) => this.#onRecords(records));
    incidents.onChanged((incident) => {
      this.#inLine(() => this.#onIncident(incident));
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#cancels.values()) cancel();
    await this.#tail;
  }

  /** From now on this opening's link follows late fixes of its unit. */
  add(opening: UnfinalOpening): void {
    if (this.#waitingCount >= waitingMax) return;
    const ofUnit = this.#waiting.get(opening.unitId) ?? new Map<string, UnfinalOpening>();
    if (!ofUnit.has(opening.scanId)) this.#waitingCount += 1;
    this.#waiting.set(opening.unitId, ofUnit.set(opening.scanId, opening));
  }

  #drop({ unitId, scanId }: UnfinalOpening): void {
    const ofUnit = this.#waiting.get(unitId);
    if (ofUnit?.delete(scanId)) this.#waitingCount -= 1;
    if (ofUnit?.size === 0) this.#waiting.delete(unitId);
  }

  #onRecords(records: readonly IngestedRecord[]): void {
    if (this.#stopped) return;
    for (const { unit, record } of records) {
      const { unitId } = unit;
      if (unitId === null || record.kind !== 'fix' || !this.#waiting.has(unitId)) continue;
      const { happenedAtMs } = record;
      const { fromMs, toMs } = this.#news.get(unitId) ?? this.#relinkLater(unitId);
      this.#news.set(unitId, {
        fromMs: Math.min(fromMs, happenedAtMs),
        toMs: Math.max(toMs, happenedAtMs),
      });
    }
  }

  /** One look at a unit's openings for all fixes of the next moments. */
  #relinkLater(unitId: number): Span {
    this.#cancels.get(unitId)?.();
    const cancel = this.#deps.timers.after(settleMs, () => {
      const news = this.#news.get(unitId) ?? noSpan;
      this.#news.delete(unitId);
      this.#cancels.delete(unitId);
      this.#inLine(() => this.#relinkUnit(unitId, news));
    });
    this.#cancels.set(unitId, cancel);
    return noSpan;
  }

  #inLine(work: () => Promise<void>): void {
    this.#tail = this.#tail.then(work).catch((error: unknown) => {
      this.#deps.env.log.error({ err: error }, 'past scans could not be linked again');
    });
  }

  /** The waiting openings that new fixes can bracket, hour by hour of the unit's track. */
  async #relinkUnit(unitId: number, news: Span): Promise<void> {
    const oldestMs = this.#deps.env.nowMs() - waitMsMax;
    const openings = [...(this.#waiting.get(unitId)?.values() ?? [])];
    for (const opening of openings) if (opening.openedAtMs < oldestMs) this.#drop(opening);
    const touched = openings
      .filter(({ openedAtMs }) => openedAtMs >= oldestMs)
      .filter(({ issuedAt }) => issuedAt * 1000 >= news.fromMs - marginMs)
      .filter(({ issuedAt }) => issuedAt * 1000 <= news.toMs + marginMs)
      .sort((a, b) => a.issuedAt - b.issuedAt);
    while (touched[0] !== undefined) {
      const untilS = touched[0].issuedAt + chunkSMax;
      const beyond = touched.findIndex(({ issuedAt }) => issuedAt > untilS);
      await this.#relinkChunk(unitId, touched.splice(0, beyond < 0 ? touched.length : beyond));
    }
  }

  /** Openings of a few hours, from one read of the track. */
  async #relinkChunk(unitId: number, openings: readonly UnfinalOpening[]): Promise<void> {
    const fromMs = (openings[0]?.issuedAt ?? 0) * 1000 - marginMs;
    const toMs = (openings.at(-1)?.issuedAt ?? 0) * 1000 + marginMs;
    const fixes = await this.#deps.tracks.between(unitId, fromMs, toMs, fixesMax);
    const improved = await Promise.all(openings.map((opening) => this.#improve(opening, fixes)));
    await this.#store(improved.filter((relink) => relink !== null));
  }

  /** The better link of an opening, or null when the one it has stays. */
  async #improve(opening: UnfinalOpening, fixes: readonly StoredFix[]): Promise<Relink | null> {
    const reading = readCodeBytes(opening.code);
    if (!reading.ok) return null;
    const { fields } = reading.code;
    const issuedAtMs = fields.issuedAt * 1000;
    const before = fixes.findLast(({ happenedAtMs }) => happenedAtMs <= issuedAtMs);
    const after = fixes.find(({ happenedAtMs }) => happenedAtMs > issuedAtMs);
    const { linker, incidents } = this.#deps;
    const linked = await linker.linkWith(fields, { before, after }, opening.link.evidence.offsetS);
    const { found, isFinal, position } = linked.link;
    if (isFinal) this.#drop(opening);
    const isBetter =
      position !== null &&
      (opening.link.position === null || position.errorM < opening.link.position.errorM);
    if (!isBetter && !isFinal) return null;
    const kept = opening.link.incidentId;
    const incident = found?.incident ?? (kept === null ? null : (incidents.get(kept) ?? null));
    const linkedBy = found?.linkedBy ?? opening.link.linkedBy;
    const link = linker.stored(linked, incident, linkedBy);
    if (!isFinal) this.add({ ...opening, link });
    return { scanId: opening.scanId, link, isFinal };
  }

  /** A stage or an arrival is news for those who scanned there. */
  async #onIncident(incident: Incident): Promise<void> {
    const relinks = await linksOfIncident(this.#deps.store, incident.id, scansOfIncidentMax);
    await this.#store(relinks);
  }

  async #store(relinks: readonly Relink[]): Promise<void> {
    if (relinks.length === 0) return;
    const { store, env, link } = this.#deps;
    await store.write(async (tx: Writer) => {
      const versions = await updateLinks(tx, relinks, env.nowMs());
      await link.enqueue(tx, this.#messages(relinks, versions));
    });
    link.wake();
  }

  #messages(relinks: readonly Relink[], versions: readonly RelinkVersion[]): Waiting[] {
    const links = new Map(relinks.map(({ scanId, link }) => [scanId, link]));
    return versions.flatMap(({ scanId, version }) => {
      const link = links.get(scanId);
      if (link === undefined) return [];
      return [{ subject: scanId, message: this.#message(scanId, version, link) }];
    });
  }

  #message(scanId: string, version: number, stored: StoredLink): LinkMessage {
    const { position, place, incidentId, linkedBy } = stored;
    const incident = incidentId === null ? undefined : this.#deps.incidents.get(incidentId);
    const snapshot =
      incident === undefined || linkedBy === null ? null : snapshotOf(incident, linkedBy);
    const body = { v: 1 as const, scanId, position, place, incident: snapshot };
    return { id: `relink:${scanId}.${version}`, type: 'scan-relinked', body };
  }
}
