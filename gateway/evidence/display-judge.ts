import { displayExcuses, longestWithoutCode } from '../../protocols/evidence/display.ts';
import { readSigned } from '../../protocols/evidence/signed-records.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { Assignment, Incident } from '../incidents/incident.ts';
import type { Incidents } from '../incidents/incidents.ts';
import { signedBatchesBetween } from '../ingest/signed-batches.ts';
import type { ServerLink } from '../link/link.ts';
import type { Timers } from '../link/timers.ts';
import { findingOf, isEvidence, minutesBetween } from './findings.ts';
import { tell } from './told.ts';

export interface DisplayJudgeDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly timers: Timers;
  readonly incidents: Pick<Incidents, 'all'>;
  readonly link: Pick<ServerLink, 'enqueue' | 'wake'>;
}

/** A code that is missing for less than this on a scene is nobody's lead, ms. */
export const withoutCodeMsMin = 600_000;
/** What comes late from a dead zone (two hours) is waited for before anything is said, ms. */
const settledMs = 7_500_000;
/** A unit keeps 72 h: later than this nothing new comes, ms. */
const lookBackMs = 4 * 86_400_000;
const lookMs = 300_000;
/** The longest life of a code: what was shown before a stretch may cover its beginning, ms. */
const codeLifeMsMax = 3_600_000;
const batchesMax = 50_000;

/** An assignment that can be judged, and the time on its scene. */
interface Case {
  readonly incident: Incident;
  readonly one: Assignment;
  readonly fromMs: number;
  readonly toMs: number;
}

function casesOf(incidents: readonly Incident[], nowMs: number): Case[] {
  return incidents.flatMap((incident) =>
    incident.assignments.flatMap((one): Case[] => {
      const { arrivedAtMs, leftAtMs } = one.attendance;
      const toMs = leftAtMs ?? one.releasedAtMs;
      if (arrivedAtMs === null || toMs === null || !isEvidence(incident, one)) return [];
      const sinceMs = nowMs - toMs;
      if (sinceMs < settledMs || sinceMs > lookBackMs) return [];
      return [{ incident, one, fromMs: arrivedAtMs, toMs }];
    }),
  );
}

/**
 * Finds units that stood on a scene without a code that a phone could take, from the records they
 * signed, once what comes late has had its time to come. A record that is missing is held against
 * nobody.
 */
export class DisplayJudge {
  readonly #deps: DisplayJudgeDeps;
  /** Judged in this run, with the time that was judged. */
  readonly #judged = new Set<string>();
  #cancel: (() => void) | null = null;
  #looking: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor(deps: DisplayJudgeDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#stopped = false;
    this.#later();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#looking;
  }

  #later(): void {
    this.#cancel = this.#deps.timers.after(lookMs, () => {
      this.#looking = this.#look()
        .catch((error: unknown) => {
          this.#deps.env.log.error({ err: error }, 'codes on scenes could not be judged');
        })
        .finally(() => {
          if (!this.#stopped) this.#later();
        });
    });
  }

  async #look(): Promise<void> {
    const { incidents, env } = this.#deps;
    const cases = casesOf(incidents.all(), env.nowMs());
    const keys = new Set<string>();
    for (const one of cases) {
      const key = [one.incident.id, one.one.unitId, one.fromMs, one.toMs].join(' ');
      keys.add(key);
      if (this.#stopped || this.#judged.has(key)) continue;
      await this.#judge(one);
      this.#judged.add(key);
    }
    for (const key of this.#judged) if (!keys.has(key)) this.#judged.delete(key);
  }

  async #judge({ incident, one, fromMs, toMs }: Case): Promise<void> {
    const { store, link } = this.#deps;
    const sinceMs = fromMs - codeLifeMsMax;
    const batches = await signedBatchesBetween(store, one.unitId, sinceMs, toMs, batchesMax);
    const reading = readSigned(
      one.serial,
      batches.map(({ bytes }) => bytes),
      () => null,
    );
    const records = reading.ok ? reading.records : [];
    const longest = longestWithoutCode(records, { fromMs, toMs });
    const isLong = longest !== null && longest.toMs - longest.fromMs >= withoutCodeMsMin;
    const finding = findingOf(incident, one, 'code-not-shown', {
      happenedAtMs: isLong ? longest.fromMs : null,
      ...(isLong && {
        minutes: { withoutCode: minutesBetween(longest.fromMs, longest.toMs) },
        excuses: displayExcuses(records, longest),
      }),
    });
    const isTold = await store.write(async (tx) => {
      const waiting = await tell(tx, finding);
      if (waiting !== null) await link.enqueue(tx, [waiting]);
      return waiting !== null;
    });
    if (isTold) link.wake();
  }
}
