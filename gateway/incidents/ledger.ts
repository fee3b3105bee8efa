import type { Store, Writer } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { refusal } from '../http/refusal.ts';
import type { Incident } from './incident.ts';
import type { IncidentBook } from './incident-book.ts';
import { insertLog, saveIncident } from './incident-table.ts';
import type { IncidentNews, IncidentResult } from './incidents.ts';
import { likelySame, saveProposals } from './merging.ts';
import type { Step, StepResult } from './steps.ts';

export interface LedgerDeps {
  readonly store: Store;
  readonly env: Pick<GatewayEnv, 'nowMs'>;
  readonly book: IncidentBook;
  readonly news: IncidentNews | undefined;
  /** After COMMIT, with the incidents as they now are. */
  readonly onWritten: (incidents: readonly Incident[]) => void;
}

/** Changes of incidents stand in one line: each sees what the one before it left. */
export class IncidentLedger {
  readonly #deps: LedgerDeps;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: LedgerDeps) {
    this.#deps = deps;
  }

  /** Waits for what was begun. */
  async idle(): Promise<void> {
    await this.#tail;
  }

  inLine<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  change(
    id: string,
    change: (incident: Incident, atMs: number) => StepResult,
  ): Promise<IncidentResult> {
    return this.inLine(async () => {
      const incident = this.#deps.book.get(id);
      if (incident === undefined) return refusal('not-found', 'there is no such incident');
      const step = change(incident, this.#deps.env.nowMs());
      return 'ok' in step ? step : this.commit(step);
    });
  }

  /** To be called in line. */
  async commit(step: Step): Promise<IncidentResult> {
    await this.write([step], async () => true);
    return { ok: true, incident: step.incident };
  }

  /** Steps of one transaction, in line; `first` says in it whether they may be taken at all. */
  async write(steps: readonly Step[], first: (tx: Writer) => Promise<boolean>): Promise<boolean> {
    const { store, book, news, onWritten } = this.#deps;
    const incidents = steps.map(({ incident }) => incident);
    const fresh = incidents.filter(({ id }) => book.get(id) === undefined);
    const proposals = fresh.flatMap((one) => likelySame(one, book.open()));
    const isTaken = await store.write(async (tx) => {
      if (!(await first(tx))) return false;
      for (const { incident, event, source, by, atMs } of steps) {
        await saveIncident(tx, incident);
        await insertLog(tx, incident.id, { atMs, event, stage: incident.stage, source, by });
      }
      await saveProposals(tx, proposals);
      await news?.write(tx, incidents);
      return true;
    });
    if (!isTaken) return false;
    onWritten(incidents);
    news?.sent();
    return true;
  }
}
