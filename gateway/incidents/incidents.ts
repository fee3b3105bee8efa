import type { Writer } from '../../protocols/store/store.ts';
import type { Refusal } from '../http/refusal.ts';
import type { StakePoint } from '../place/places.ts';
import type { Incident, IncidentKind, Scene } from './incident.ts';
import type { IncidentLookup } from './incident-book.ts';
import type { LogEntry } from './incident-table.ts';
import type { StageEvent } from './stage-table.ts';

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

/** Incidents of the fleet: reported, assigned, followed, closed. wire.md, "Incidents". */
export interface Incidents {
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly lookup: IncidentLookup;
  get(id: string): Incident | undefined;
  all(): readonly Incident[];
  log(id: string): Promise<readonly LogEntry[]>;
  report(given: IncidentReport, by: string): Promise<IncidentResult>;
  assign(id: string, serial: string, by: string): Promise<IncidentResult>;
  release(id: string, serial: string, by: string): Promise<IncidentResult>;
  apply(id: string, event: StageEvent, by: string): Promise<IncidentResult>;
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
}
