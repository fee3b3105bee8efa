import type {
  DownMessage,
  RosterPerson,
  ScreenContent,
} from '../protocols/messages/down-schemas.ts';
import type { UnitRecord } from '../protocols/messages/records.ts';
import type { ScanFields } from '../protocols/scan-code/fields.ts';
import type { CodeKey, KeyLookup } from '../protocols/scan-code/verdict.ts';

/**
 * What the gateway's features know of one another: interfaces only. Each is made by the feature
 * named beside it and handed over in `gateway.ts`.
 */

export type UnitState =
  | 'registered'
  | 'pending'
  | 'enrolled'
  | 'active'
  | 'suspended'
  | 'transfer'
  | 'rma'
  | 'retired'
  | 'revoked';

/** One serial of the registry. */
export interface Unit {
  readonly serial: string;
  /** Number in the codes; null before the first enrolment. */
  readonly unitId: number | null;
  readonly kind: ScanFields['kind'];
  readonly model: string;
  readonly state: UnitState;
  /** Grows with every new key set; 0 before the first. */
  readonly enrolment: number;
  readonly vehicleId: string | null;
  /** 演练，不计入评价: on from enrolment until commissioned. */
  readonly training: boolean;
  /** When training ends by itself, Unix ms; null or absent: when it is commissioned. */
  readonly trainingUntilMs?: number | null;
}

/** Whether what the unit did at a moment, Unix ms, counts for nothing. */
export function isTraining({ training, trainingUntilMs = null }: Unit, atMs: number): boolean {
  return training && (trainingUntilMs === null || atMs < trainingUntilMs);
}

/** registry/: units and keys, answered from memory, written through. */
export interface Registry extends KeyLookup {
  bySerial(serial: string): Unit | undefined;
  byUnitId(unitId: number): Unit | undefined;
  all(): readonly Unit[];
  /** Key that may sign batches of this serial's enrolment; undefined: none in force. */
  batchKey(serial: string, enrolment: number): CodeKey | undefined;
}

/** One committed record with what the gateway knows of it. */
export interface IngestedRecord {
  readonly unit: Unit;
  readonly record: UnitRecord;
  readonly receivedAtMs: number;
}

/** ingest/: tells features what was committed; listeners must not throw and are not awaited. */
export interface RecordFeed {
  onCommitted(listener: (records: readonly IngestedRecord[]) => void): void;
}

/** A stored fix. */
export interface StoredFix {
  readonly happenedAtMs: number;
  readonly lat: number;
  readonly lon: number;
  readonly speedMps: number | null;
  readonly courseDeg: number | null;
  readonly hdop: number | null;
}

/** tracks/: what the unit said of where it was. */
export interface Tracks {
  /** Nearest stored fixes at or before, and after, a moment. */
  around(
    unitId: number,
    atMs: number,
  ): Promise<{ before: StoredFix | undefined; after: StoredFix | undefined }>;
  /** Newest fix by happened-at, from memory. */
  last(unitId: number): StoredFix | undefined;
  /** Stored fixes of a span, both ends included, by happened-at, oldest first, at most `rowsMax`. */
  between(
    unitId: number,
    fromMs: number,
    toMs: number,
    rowsMax: number,
  ): Promise<readonly StoredFix[]>;
  /** Whether a record between two fixes of a span, both ends included, has not come (yet). */
  hasGap(unitId: number, fromMs: number, toMs: number): Promise<boolean>;
  /** Newest stored fix at or before a moment with a course, moving at `speedMpsMin` or more. */
  lastMoving(unitId: number, atMs: number, speedMpsMin: number): Promise<StoredFix | undefined>;
}

/** ingest/: moments a `shown` record reported ahead of their time. reliability.md, "clock". */
export interface BurnedCodes {
  /** True when a code of this key and second may never prove presence. From memory. */
  isBurned(keyId: string, issuedAt: number): boolean;
}

/** link/: what the server says of vehicles, newest known, kept over restarts. */
export interface VehicleDirectory {
  screenOf(vehicleId: string): ScreenContent | undefined;
  /** Code of the organisation the vehicle belongs to. */
  organisationOf(vehicleId: string): string | undefined;
  /** Called after each change; listeners must not throw and are not awaited. */
  onChanged(listener: () => void): void;
}

/** link/: vehicles by what is written on them. */
export interface VehicleFinder extends Pick<VehicleDirectory, 'screenOf' | 'organisationOf'> {
  /** However the plate is typed; undefined: the server has told of no such vehicle. */
  vehicleOfPlate(plate: string): string | undefined;
}

/** link/: what the server says of people, newest known, kept over restarts. */
export interface CrewDirectory {
  /** Who may sign on in the vehicle: the people of its organisation. */
  crewOf(vehicleId: string): readonly RosterPerson[];
}

/** broker/ and down/: the live side of a unit. */
export interface LiveUnits {
  isOnline(serial: string): boolean;
  /** Newest verified word from the unit, Unix ms; null: never. */
  lastContactMs(serial: string): number | null;
  /** Unit clock − gateway clock in seconds, 0 when unknown. scan code, "Verdicts". */
  clockOffsetS(serial: string): number;
  /** Signed and sent when a session is live; false otherwise: state is sent again on connect. */
  send(serial: string, message: DownMessage): boolean;
  /** Called for each new session; what it returns is sent. */
  onConnected(desired: (serial: string) => Promise<readonly DownMessage[]>): void;
}
