import type { KeyObject } from 'node:crypto';
import type { DownMessage } from '../../protocols/messages/down-schemas.ts';
import type { Store } from '../../protocols/store/store.ts';
import { readManifest } from '../../protocols/update/manifest.ts';
import { isUnitUpdateState } from '../../protocols/update/states.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { Timers } from '../link/timers.ts';
import type { IngestedRecord, LiveUnits, RecordFeed, Unit } from '../parts.ts';
import { insertAudit } from '../registry/fleet-table.ts';
import type { FleetRegistry } from '../registry/registry.ts';
import type { DeployKey } from './deploy-key.ts';
import { importBundle } from './import-bundle.ts';
import { rolloutLimits } from './limits.ts';
import { isOver, ProgressBook } from './progress-book.ts';
import {
  everybody,
  loadReleases,
  loadShares,
  type ReleaseRow,
  type ReleaseState,
  saveRelease,
  saveShare,
} from './release-table.ts';
import { isMeantFor, mustStop, type RunningRelease, tallyOf } from './rollout.ts';

export interface ReleaseDeskDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly timers: Timers;
  readonly registry: FleetRegistry;
  readonly live: LiveUnits;
  readonly feed: RecordFeed;
  readonly deployKey: DeployKey;
  /** The offline key's public half; null: this gateway takes no releases. */
  readonly releaseKey: KeyObject | null;
  /** Where bundles are kept. */
  readonly folder: string;
  /** Code of the organisation a vehicle belongs to. */
  organisationOf(vehicleId: string): string | undefined;
  /** A roll-out stopped itself: somebody has to know. */
  onStopped(release: ReleaseRow): void;
}

export interface RolloutWish {
  readonly releaseId: string;
  /** Null: every organisation that has no share of its own. */
  readonly organisation: string | null;
  readonly percent: number;
  readonly failurePercentMax: number | null;
  readonly attemptsMin: number | null;
  readonly by: string;
  readonly reason: string;
}

export type ReleaseAnswer = { readonly ok: true; readonly release: ReleaseRow } | Refusal;

/** What a person may turn into what; a stopped one is started again with a share of its own. */
const comesFrom: Readonly<Record<Exclude<ReleaseState, 'imported'>, readonly ReleaseState[]>> = {
  paused: ['running'],
  running: ['paused'],
  stopped: ['running', 'paused'],
};

/**
 * Releases and who is to have them: offered as desired state on connect and on change, watched
 * while they spread, stopped when too many units take them back. reliability.md, "malicious
 * update"; in memory, written through.
 */
export class ReleaseDesk {
  readonly #deps: ReleaseDeskDeps;
  readonly #releases = new Map<string, RunningRelease>();
  readonly #progress: ProgressBook;
  #stopping: Promise<unknown> = Promise.resolve();
  #cancelSweep: () => void = () => undefined;

  constructor(deps: ReleaseDeskDeps) {
    this.#deps = deps;
    this.#progress = new ProgressBook(deps.store, deps.env);
  }

  async start(): Promise<void> {
    const { store, live, feed, deployKey } = this.#deps;
    await deployKey.start();
    const shares = await loadShares(store);
    for (const row of await loadReleases(store)) {
      this.#keep(
        row,
        shares.filter(({ releaseId }) => releaseId === row.releaseId),
      );
    }
    await this.#progress.start();
    live.onConnected(async (serial) => this.#messagesTo(serial));
    feed.onCommitted((records) => {
      for (const record of records) this.#take(record);
    });
    this.#sweepLater();
  }

  async stop(): Promise<void> {
    this.#cancelSweep();
    await this.#stopping;
    await this.#progress.stop();
  }

  /** Newest first. */
  list(): readonly RunningRelease[] {
    return [...this.#releases.values()].sort((a, b) => b.row.counter - a.row.counter);
  }

  get(releaseId: string): RunningRelease | undefined {
    return this.#releases.get(releaseId);
  }

  organisationOf({ vehicleId }: Pick<Unit, 'vehicleId'>): string | null {
    return vehicleId === null ? null : (this.#deps.organisationOf(vehicleId) ?? null);
  }

  /** The release a unit should come to run; null: none, or what it runs is right. */
  wantedBy(unit: Unit): RunningRelease | null {
    const nowMs = this.#deps.env.nowMs();
    const organisation = this.organisationOf(unit);
    const meant = this.list().find((release) => isMeantFor(release, unit, organisation, nowMs));
    if (meant === undefined) return null;
    const row = this.#progress.get(meant.row.releaseId, unit.serial);
    return row !== undefined && isOver(row) ? null : meant;
  }

  /** Every unit a release is meant for, with how it fares there. */
  unitsOf(release: RunningRelease) {
    const { releaseId } = release.row;
    const nowMs = this.#deps.env.nowMs();
    const running = { ...release, row: { ...release.row, state: 'running' as const } };
    return this.#deps.registry.all().flatMap((unit) => {
      const organisation = this.organisationOf(unit);
      const row = this.#progress.get(releaseId, unit.serial);
      const isMeant = isMeantFor(running, unit, organisation, nowMs);
      if (row === undefined && !isMeant) return [];
      const { state, reason, receivedBytes, atMs } = row ?? {
        ...{ state: 'waiting' as const, reason: null, receivedBytes: 0, atMs: null },
      };
      return [{ serial: unit.serial, organisation, state, reason, receivedBytes, atMs }];
    });
  }

  async import(path: string, by: string): Promise<ReleaseAnswer> {
    const { releaseKey, deployKey, folder, env, store } = this.#deps;
    if (releaseKey === null) return refusal('conflict', 'set gateway.releaseKey first');
    const imported = await importBundle(path, folder, releaseKey, deployKey, env.nowMs());
    if (!imported.ok) return imported;
    const { releaseId, manifest, manifestText, bundleBytes } = imported;
    const known = this.#releases.get(releaseId);
    if (known !== undefined) return { ok: true, release: known.row };
    const newest = this.list()[0]?.row.counter ?? 0;
    if (manifest.counter <= newest) {
      return refusal('conflict', `counter ${manifest.counter} is not above ${newest}`);
    }
    if (this.#releases.size >= rolloutLimits.releasesMax) return refusal('too-many');
    const nowMs = env.nowMs();
    const row: ReleaseRow = {
      ...{ releaseId, version: manifest.version, counter: manifest.counter },
      ...{ manifest: manifestText, bundleBytes, importedAtMs: nowMs, importedBy: by },
      ...{ state: 'imported', stateReason: '', stateAtMs: nowMs, watchedFromMs: nowMs },
      failurePercentMax: rolloutLimits.failurePercentMax,
      attemptsMin: rolloutLimits.attemptsMin,
    };
    await store.write(async (tx) => {
      await saveRelease(tx, row);
      await insertAudit(tx, nowMs, `release ${row.version}`, 'import', { by, releaseId });
    });
    this.#keep(row, []);
    return { ok: true, release: row };
  }

  /** Begins a roll-out, or gives it to more units; the share of an organisation may only grow. */
  async roll(wish: RolloutWish): Promise<ReleaseAnswer> {
    const { env, store } = this.#deps;
    const release = this.#releases.get(wish.releaseId);
    if (release === undefined) return refusal('not-found', 'no such release: xinlu release list');
    const organisation = wish.organisation ?? everybody;
    const before = release.shares.find((share) => share.organisation === organisation);
    if (wish.percent < (before?.percent ?? 0)) {
      return refusal('conflict', `${before?.percent} % have it already: stop it instead`);
    }
    const nowMs = env.nowMs();
    const { row } = release;
    const changed: ReleaseRow = {
      ...row,
      ...{ state: 'running', stateReason: wish.reason, stateAtMs: nowMs },
      failurePercentMax: wish.failurePercentMax ?? row.failurePercentMax,
      attemptsMin: wish.attemptsMin ?? row.attemptsMin,
      // A person who starts a stopped one again has looked at what failed before.
      watchedFromMs: row.state === 'running' ? row.watchedFromMs : nowMs,
    };
    const share = { releaseId: row.releaseId, organisation, percent: wish.percent };
    const { by, reason, percent } = wish;
    await store.write(async (tx) => {
      await saveRelease(tx, changed);
      await saveShare(tx, share);
      const detail = { by, reason, organisation, percent };
      await insertAudit(tx, nowMs, `release ${row.version}`, 'start', detail);
    });
    const others = release.shares.filter((one) => one.organisation !== organisation);
    this.#keep(changed, [...others, share]);
    this.#tellAll();
    return { ok: true, release: changed };
  }

  /** Pauses, goes on, or ends a roll-out; units that run the release already keep it. */
  async setState(
    releaseId: string,
    state: Exclude<ReleaseState, 'imported'>,
    by: string,
    reason: string,
  ): Promise<ReleaseAnswer> {
    const { env, store } = this.#deps;
    const release = this.#releases.get(releaseId);
    if (release === undefined) return refusal('not-found', 'no such release: xinlu release list');
    if (!comesFrom[state].includes(release.row.state)) {
      return refusal('conflict', `the release is ${release.row.state}`);
    }
    const nowMs = env.nowMs();
    const changed = { ...release.row, state, stateReason: reason, stateAtMs: nowMs };
    await store.write(async (tx) => {
      await saveRelease(tx, changed);
      await insertAudit(tx, nowMs, `release ${changed.version}`, state, { by, reason });
    });
    this.#keep(changed, release.shares);
    this.#tellAll();
    return { ok: true, release: changed };
  }

  /** Bytes of a bundle that were handed to a unit, counted from the bundle's beginning. */
  handed(releaseId: string, serial: string, receivedBytes: number): void {
    const row = this.#progress.get(releaseId, serial);
    if (row === undefined || row.receivedBytes >= receivedBytes) return;
    this.#progress.note({ ...row, receivedBytes });
  }

  #keep(row: ReleaseRow, shares: RunningRelease['shares']): void {
    const manifest = readManifest(Buffer.from(row.manifest, 'utf8'));
    if (manifest !== null) this.#releases.set(row.releaseId, { row, manifest, shares });
  }

  #tellAll(): void {
    const { registry, live } = this.#deps;
    for (const { serial } of registry.all().filter((unit) => live.isOnline(unit.serial))) {
      for (const message of this.#messagesTo(serial)) live.send(serial, message);
    }
  }

  /** What a unit is told: the release it should have, or that an offer is off. */
  #messagesTo(serial: string): readonly DownMessage[] {
    const unit = this.#deps.registry.bySerial(serial);
    if (unit === undefined) return [];
    const wanted = this.wantedBy(unit);
    if (wanted === null) {
      return this.#progress.hasOpen(serial) ? [{ type: 'release', release: null }] : [];
    }
    const { releaseId, version, bundleBytes } = wanted.row;
    if (this.#progress.get(releaseId, serial) === undefined) {
      const atMs = this.#deps.env.nowMs();
      const none = { reason: null, receivedBytes: 0, installedAtMs: null };
      this.#progress.note({ releaseId, serial, state: 'offered', atMs, ...none });
    }
    return [{ type: 'release', release: { id: releaseId, version, bundleBytes } }];
  }

  #take({ unit: { serial }, record, receivedAtMs }: IngestedRecord): void {
    if (record.kind !== 'update') return;
    const { release, state, reason, receivedBytes } = record.values;
    const known = this.#releases.get(release ?? '');
    if (known === undefined || !isUnitUpdateState(state)) return;
    const { releaseId } = known.row;
    const before = this.#progress.get(releaseId, serial);
    this.#progress.note({
      ...{ releaseId, serial, state, reason, atMs: receivedAtMs },
      receivedBytes: Math.max(receivedBytes ?? 0, before?.receivedBytes ?? 0),
      installedAtMs: state === 'installed' ? receivedAtMs : (before?.installedAtMs ?? null),
    });
    this.#watch(known);
  }

  /** Looks whether a roll-out has to stop, and stops it. */
  #watch({ row }: RunningRelease): void {
    const { env, onStopped } = this.#deps;
    const tally = tallyOf(this.#progress.allOf(row.releaseId), row.watchedFromMs, env.nowMs());
    if (row.state !== 'running' || !mustStop(tally, row)) return;
    const reason = `${tally.failures} of ${tally.attempts} units failed`;
    this.#stopping = this.setState(row.releaseId, 'stopped', 'gateway', reason)
      .then((answer) => {
        if (answer.ok) onStopped(answer.release);
      })
      .catch((error: Error) => env.log.error({ reason: error.message }, 'release not stopped'));
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#deps.timers.after(rolloutLimits.sweepMs, () => {
      for (const release of this.#releases.values()) this.#watch(release);
      this.#sweepLater();
    });
  }
}
