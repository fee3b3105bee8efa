import type { ReleaseMessage } from '../../protocols/messages/down-schemas.ts';
import { passingUnfit } from '../../protocols/update/judgement.ts';
import type { UnitUpdateState } from '../../protocols/update/states.ts';
import type { SignedRelease } from '../../protocols/update/trust.ts';
import { type Cancel, type DeviceEnv, randomShare } from '../environment.ts';
import type { SignedBundle } from './bundle-file.ts';
import { obstacleTo, type UnitFacts } from './conditions.ts';
import { bundlesIn, fileSource } from './depot-folder.ts';
import { folderOf } from './disk.ts';
import { type BundleSource, download } from './download.ts';
import { raiseFloor } from './floor.ts';
import { install, type Ready, readyRelease, switchTo } from './installation.ts';
import { updateLimits } from './limits.ts';
import { checkSlot } from './slot-check.ts';
import { type ReleaseName, readState, writeState } from './slots.ts';
import { objectionTo, type TakingParts } from './taking.ts';
import { Trial } from './trial.ts';

export interface UpdateParts extends TakingParts {
  readonly env: Pick<DeviceEnv, 'nowMonoMs' | 'timers' | 'log' | 'randomBytes'>;
  /** How long a unit stands still before it is parked. */
  readonly parkedMs: number;
  /** Folder in which a depot leaves bundles; empty: none. */
  readonly depotFolder: string;
  facts(): UnitFacts;
  /** A release as the gateway gives it out. */
  sourceOf(releaseId: string): BundleSource;
  /** Into the outbox; resolves once it is on disk. */
  report(
    state: UnitUpdateState,
    of: ReleaseName,
    reason: string | null,
    bytes: number | null,
  ): Promise<void>;
  /** The process ends in order: whoever started it starts the launcher again. */
  restart(): void;
}

/** A release somebody wants here. */
interface Wanted {
  readonly name: ReleaseName;
  readonly source: BundleSource;
  /** By the gateway, which may take it back; else by the depot's folder. */
  readonly isOffered: boolean;
}

function nameOf({ id, manifest }: SignedRelease): ReleaseName {
  return { id, version: manifest.version };
}

/**
 * Brings releases to a unit: offered by the gateway or lying in a depot's folder, downloaded bit
 * by bit, checked twice, unpacked beside what runs, and started when the truck is parked and has
 * nothing else to do. At no moment is there less than one signed, whole program to start.
 */
export class UpdateClient {
  readonly #parts: UpdateParts;
  #offer: ReleaseMessage['release'] = null;
  /** The gateway offered this since it was last answered. */
  #isUnanswered = false;
  #runningId: string | null = null;
  #ready: Ready | null = null;
  readonly #refused = new Set<string>();
  readonly #damaged = new Map<string, number>();
  #trial: Trial | null = null;
  #next: Cancel | null = null;
  #looking: Promise<void> | null = null;
  #abort = new AbortController();
  #retryDelayMs: number = updateLimits.retryDelayMsMin;
  #notBeforeMonoMs = 0;
  #stopped = true;

  constructor(parts: UpdateParts) {
    this.#parts = parts;
  }

  /** What runs is looked at first, then what is wanted. */
  start(): void {
    this.#stopped = false;
    this.#looking = this.#begin()
      .catch((error: unknown) => {
        this.#parts.env.log.error({ error: String(error) }, 'updates could not begin');
      })
      .finally(() => this.#lookLater());
  }

  /** Waits for the step that is under way; a download is broken off, to be gone on with. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#next?.();
    this.#trial?.stop();
    this.#abort.abort();
    await this.#looking;
  }

  /** The gateway says what should run here; null: what runs is right. */
  offered(release: ReleaseMessage['release']): void {
    const isNews = release?.id !== this.#offer?.id;
    this.#offer = release;
    this.#isUnanswered = true;
    if (!isNews) return;
    this.#abort.abort();
    this.#notBeforeMonoMs = 0;
    this.#retryDelayMs = updateLimits.retryDelayMsMin;
  }

  async #begin(): Promise<void> {
    const { disk, launched, env } = this.#parts;
    const { folder, place, onTrial } = launched;
    await disk.makeFolder(folder);
    // What a killed run left renamed and not synced is on the medium before anybody goes by it.
    await disk.syncFolder(folderOf(folder));
    await disk.syncFolder(folder);
    if (place === 'package') return await this.#tellOutcome();
    const state = await readState(disk, folder);
    const running = await checkSlot(disk, folder, place, state.releaseKey);
    if (typeof running === 'string') {
      env.log.error({ place, problem: running }, 'the program on disk is no longer what runs');
      return;
    }
    this.#runningId = running.id;
    if (!onTrial) {
      await raiseFloor(disk, folder, running);
      return await this.#tellOutcome();
    }
    this.#trial = new Trial({
      ...{ env, disk, folder, release: running, facts: () => this.#parts.facts() },
      onConfirmed: () => {
        this.#trial = null;
        this.#tellOutcome().catch((error: unknown) => this.#logFailure(error));
      },
      onFailed: () => this.#parts.restart(),
    });
    if (!this.#stopped) this.#trial.start();
  }

  /** Into the outbox first, then off the disk: told twice rather than never. */
  async #tellOutcome(): Promise<void> {
    const { disk, launched, report } = this.#parts;
    const state = await readState(disk, launched.folder);
    if (state.outcome === null) return;
    const { release, state: word, reason } = state.outcome;
    await report(word, release, reason, null);
    await writeState(disk, launched.folder, { ...state, outcome: null });
  }

  #lookLater(): void {
    if (this.#stopped) return;
    this.#next = this.#parts.env.timers.after(updateLimits.lookMs, () => {
      this.#looking = this.#look()
        .catch((error: unknown) => this.#logFailure(error))
        .finally(() => this.#lookLater());
    });
  }

  #logFailure(error: unknown): void {
    this.#parts.env.log.error({ error: String(error) }, 'the update did not go on');
    this.#waitAWhile();
  }

  async #look(): Promise<void> {
    if (this.#trial !== null) return;
    this.#answer();
    if (this.#parts.env.nowMonoMs() < this.#notBeforeMonoMs) return;
    const wanted = await this.#wanted();
    if (wanted === null) return;
    if (this.#ready?.release.id !== wanted.name.id) this.#ready = await this.#bring(wanted);
    if (this.#ready !== null && !this.#stopped) await this.#startWhenParked(this.#ready, wanted);
  }

  /** Offered is what runs and is confirmed: the gateway has not heard of it. */
  #answer(): void {
    if (!this.#isUnanswered) return;
    this.#isUnanswered = false;
    if (this.#offer?.id === this.#runningId && this.#offer !== null) {
      this.#tell('confirmed', this.#offer, null);
    }
  }

  /** The gateway's wish, from the depot's folder where it lies there; else the depot's own. */
  async #wanted(): Promise<Wanted | null> {
    const { disk, depotFolder, releaseKey, sourceOf } = this.#parts;
    const isWanted = (id: string) => id !== this.#runningId && !this.#refused.has(id);
    const bundles = await bundlesIn(disk, depotFolder, releaseKey);
    const sourceFor = ({ path }: SignedBundle) => fileSource(disk, path);
    const offer = this.#offer;
    if (offer !== null && isWanted(offer.id)) {
      const atHand = bundles.find(({ release }) => release.id === offer.id);
      const source = atHand === undefined ? sourceOf(offer.id) : sourceFor(atHand);
      return { name: offer, source, isOffered: true };
    }
    for (const bundle of bundles.filter(({ release }) => isWanted(release.id))) {
      const reason = await objectionTo(this.#parts, bundle.release, this.#runningId);
      const name = nameOf(bundle.release);
      if (reason === null) return { name, source: sourceFor(bundle), isOffered: false };
      if (!passingUnfit.has(reason)) this.#refuse(name, reason);
    }
    return null;
  }

  /** On disk already, or downloaded and unpacked now; null: not yet, or not at all. */
  async #bring({ name, source }: Wanted): Promise<Ready | null> {
    const parts = this.#parts;
    const lying = await readyRelease(parts, name.id);
    if (lying !== null) return lying;
    this.#abort = new AbortController();
    this.#tell('downloading', name, null);
    const ended = await download({
      ...{ disk: parts.disk, folder: parts.launched.folder, releaseId: name.id, source },
      ...{ releaseKey: parts.releaseKey, signal: this.#abort.signal },
      objection: (release) => objectionTo(parts, release, this.#runningId),
      onProgress: () => undefined,
    });
    if (ended.kind === 'interrupted') {
      parts.env.log.info({ reason: ended.reason }, 'the download waits');
      this.#waitAWhile();
      return null;
    }
    if (ended.kind === 'refused') return this.#refuse(name, ended.reason);
    return await this.#install(name);
  }

  async #install(name: ReleaseName): Promise<Ready | null> {
    const installed = await install(this.#parts, name.id);
    if (typeof installed !== 'string') {
      this.#retryDelayMs = updateLimits.retryDelayMsMin;
      const reason = obstacleTo(this.#parts.facts(), this.#parts.parkedMs);
      this.#tell('downloaded', name, reason, installed.release.manifest.payload.bytes);
      return installed;
    }
    const times = (this.#damaged.get(name.id) ?? 0) + 1;
    this.#damaged.set(name.id, times);
    const isHopeless = installed !== 'damaged' || times >= updateLimits.damagedMax;
    if (isHopeless) return this.#refuse(name, installed);
    this.#waitAWhile();
    return null;
  }

  /** Everything is asked again right before the switch: hours may have passed. */
  async #startWhenParked(ready: Ready, { isOffered }: Wanted): Promise<void> {
    const { facts, parkedMs, restart, report } = this.#parts;
    if (obstacleTo(facts(), parkedMs) !== null) return;
    const lying = await readyRelease(this.#parts, ready.release.id);
    if (lying === null) {
      this.#ready = null;
      return;
    }
    const name = nameOf(lying.release);
    const reason = await objectionTo(this.#parts, lying.release, this.#runningId);
    if (reason !== null) {
      this.#ready = null;
      this.#refuse(name, reason);
      return;
    }
    const now = facts();
    if (isOffered && this.#offer?.id !== name.id) return;
    if (this.#stopped || obstacleTo(now, parkedMs) !== null) return;
    await switchTo(this.#parts, lying, now.health);
    this.#stopped = true;
    await report('installed', name, null, null);
    restart();
  }

  /** Not for this unit, until somebody says something new; what time may mend is asked again. */
  #refuse(name: ReleaseName, reason: string): null {
    const { log } = this.#parts.env;
    log.warn({ release: name.id, reason }, 'the release is refused');
    if (passingUnfit.has(reason) || reason === 'disk-full') this.#waitAWhile();
    else this.#refused.add(name.id);
    this.#tell('refused', name, reason);
    return null;
  }

  #tell(
    state: UnitUpdateState,
    { id, version }: ReleaseName,
    reason: string | null,
    bytes: number | null = null,
  ): void {
    const told = this.#parts.report(state, { id, version }, reason, bytes);
    told.catch((error: unknown) => this.#logFailure(error));
  }

  /** A fleet that lost its gateway in one moment does not ask again in one moment. */
  #waitAWhile(): void {
    const { env } = this.#parts;
    const delayMs = this.#retryDelayMs * (0.5 + randomShare(env) / 2);
    this.#notBeforeMonoMs = env.nowMonoMs() + delayMs;
    this.#retryDelayMs = Math.min(this.#retryDelayMs * 2, updateLimits.retryDelayMsMax);
  }
}
