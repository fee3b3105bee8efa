import type { Writer } from '../../protocols/store/store.ts';
import type { Refusal } from '../http/refusal.ts';
import type { StakePoint } from '../place/places.ts';
import type { Incident, IncidentKind, Scene, UnitRole } from './incident.ts';
import type { IncidentLookup } from './incident-book.ts';
import type { LogEntry } from './incident-table.ts';
import type { MergeProposal } from './merging.ts';
import type { StageEvent } from './stage-table.ts';
import type { StepResult } from './steps.ts';
import type { Stated } from './unit-stages.ts';

export interface IncidentReport {
  readonly kind: Exclude<IncidentKind, 'encounter'>;
  readonly summary: string;
  readonly at: StakePoint;
}

export type IncidentResult = { readonly ok: true; readonly incident: Incident } | Refusal;

/** Who a scan met where nobody was sent. */
export interface NewEncounter {
  readonly unitId: number;
  readonly serial: string;
  readonly scene: Scene;
  readonly atMs: number;
}

/** What somebody says of a unit on an incident. */
export interface Statement extends Omit<Stated, 'atMs'> {
  /** When it happened, Unix ms; left out: now. */
  readonly atMs?: number;
}

export interface MergeDecision extends Pick<MergeProposal, 'firstId' | 'secondId'> {
  readonly accept: boolean;
  readonly by: string;
}

/** Who is told of incidents: in the transaction of each change, and once it is committed. */
export interface IncidentNews {
  write(tx: Writer, incidents: readonly Incident[]): Promise<void>;
  sent(): void;
}

/** Incidents of the fleet: reported, assigned, followed, closed. wire.md, "Incidents". */
export interface Incidents {
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly lookup: IncidentLookup;
  get(id: string): Incident | undefined;
  all(): readonly Incident[];
  log(id: string): Promise<readonly LogEntry[]>;
  report(given: IncidentReport, by: string): Promise<IncidentResult>;
  assign(id: string, serial: string, by: string, role?: UnitRole): Promise<IncidentResult>;
  release(id: string, serial: string, by: string): Promise<IncidentResult>;
  apply(id: string, event: StageEvent, by: string): Promise<IncidentResult>;
  /** What a dispatcher or a crew says of one unit, also afterwards. */
  state(id: string, serial: string, said: Statement): Promise<IncidentResult>;
  /** Any other change that is one step, such as those of detail-steps.ts. */
  change(
    id: string,
    change: (incident: Incident, atMs: number) => StepResult,
  ): Promise<IncidentResult>;
  /** Incidents that may be one, the newest proposals first. */
  proposals(): Promise<readonly MergeProposal[]>;
  /** Makes one of two, or has it that they are two; the answer is the one that stays. */
  decide(decision: MergeDecision): Promise<IncidentResult>;
  /**
   * Opens an ad-hoc encounter in memory at once, so that the next scan finds it; null when every
   * number is taken. It is written by `saveWith` in the transaction of the scan that needs it.
   */
  openEncounter(given: NewEncounter): Incident | null;
  /** Writes an encounter that no scan has committed yet; nothing for any other incident. */
  saveWith(tx: Writer, incident: Incident): Promise<void>;
  /** After COMMIT of `saveWith`. */
  saved(incident: Incident): void;
  /** Called after each change; listeners must not throw and are not awaited. */
  onChanged(listener: (incident: Incident) => void): void;
  /** Called after the COMMIT of an encounter that a scan opened; listeners as above. */
  onOpened(listener: (incident: Incident) => void): void;
}
