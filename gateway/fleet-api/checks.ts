import type { CheckLine, CheckPart } from '../../protocols/http/fleet-bodies.ts';
import {
  type ClockSource,
  clockSources,
  recordTable,
} from '../../protocols/messages/record-table.ts';
import type { RecordValues } from '../../protocols/messages/records.ts';
import type { Reader } from '../../protocols/store/store.ts';

/** Newest records of a unit that are looked at: some ten minutes of a busy one. */
const recordsMax = 200;
/** Less room than this and the outbox begins to thin. */
const diskFreeMbMin = 200;
/** A clock that is off by more makes codes that are early or stale. */
const clockErrorMsMax = 2_000;

/** What a unit said last of everything that a technician looks at. */
export interface Said {
  readonly status: RecordValues<'status'> | null;
  /** Clock of the newest record. */
  readonly clock: ClockSource;
  readonly decodedOk: boolean | null;
  /** Newest word on the control panel: `linked`, `lost`, or `pressed`. */
  readonly panel: string | null;
  /** Parts the unit's own self-test found missing. */
  readonly missing: ReadonlySet<string>;
}

interface Row {
  readonly kind: number;
  readonly clock: number;
  readonly body: string;
}

interface TestedPart {
  readonly part?: unknown;
  readonly result?: unknown;
}

/** Names of parts that a self-test reported as not fitted; anything else tells nothing. */
function missingIn(detail: string | null): ReadonlySet<string> {
  try {
    const lines: unknown = JSON.parse(detail ?? '[]');
    const parts = Array.isArray(lines) ? (lines as (TestedPart | null)[]) : [];
    const missing = parts.filter((line) => line?.result === 'not-fitted');
    return new Set(missing.map((line) => String(line?.part)));
  } catch {
    return new Set();
  }
}

async function newestRecords(reader: Reader, serial: string, enrolment: number): Promise<Row[]> {
  const epoch = await reader.get<{ epochNo: number }>(
    `SELECT epoch_no AS epochNo FROM epoch WHERE serial = ? AND enrolment = ?
    ORDER BY last_received_ms DESC, epoch_no DESC LIMIT 1`,
    [serial, enrolment],
  );
  if (epoch === undefined) return [];
  return reader.all<Row>(
    'SELECT kind, clock, body FROM unit_record WHERE epoch_no = ? ORDER BY seq DESC LIMIT ?',
    [epoch.epochNo, recordsMax],
  );
}

/** Reads what a unit said since its enrolment; the newest word of each kind counts. */
export async function saidBy(
  reader: Reader,
  { serial, enrolment }: { readonly serial: string; readonly enrolment: number },
): Promise<Said> {
  const rows = await newestRecords(reader, serial, enrolment);
  const bodies = (kind: keyof typeof recordTable) =>
    rows.filter((row) => row.kind === recordTable[kind].code).map(({ body }) => JSON.parse(body));
  const [status = null] = bodies('status') as RecordValues<'status'>[];
  const [shown] = bodies('shown') as RecordValues<'shown'>[];
  const events = bodies('event') as RecordValues<'event'>[];
  const word = events.find(({ name }) => name === 'control-panel' || name === 'button');
  const test = await reader.get<{ detail: string | null }>(
    `SELECT detail FROM unit_command WHERE serial = ? AND name = 'self-test' AND outcome = 'done'
    ORDER BY asked_at_ms DESC LIMIT 1`,
    [serial],
  );
  return {
    status,
    clock: clockSources[rows[0]?.clock ?? 0] ?? 'none',
    decodedOk: shown?.decodedOk ?? null,
    panel: word === undefined ? null : word.name === 'button' ? 'pressed' : word.detail,
    missing: missingIn(test?.detail ?? null),
  };
}

type Judgement = Omit<CheckLine, 'part'>;

const pass = (code = 'ok', value: number | null = null): Judgement => ({
  result: 'pass',
  code,
  value,
});
const wait = (code = 'no-word'): Judgement => ({ result: 'wait', code, value: null });
const fail = (code: string, value: number | null = null): Judgement => ({
  result: 'fail',
  code,
  value,
});

function screenOf({ status, decodedOk }: Said): Judgement {
  if (typeof status?.displayFault === 'string') return fail(status.displayFault);
  if (decodedOk === false) return fail('frame-undecodable');
  return decodedOk === true ? pass() : wait();
}

function gnssOf({ status }: Said): Judgement {
  const state = status?.gnssState ?? null;
  if (state === 'fix') return pass();
  return state === 'silent' ? fail('receiver-silent') : wait(state ?? 'no-word');
}

function modemOf({ status, missing }: Said): Judgement {
  const dbm = status?.modemDbm ?? null;
  if (dbm !== null) return pass('ok', dbm);
  return missing.has('modem') ? { result: 'not-fitted', code: 'not-fitted', value: null } : wait();
}

function buttonsOf({ panel, missing }: Said): Judgement {
  if (panel === 'lost') return fail('panel-lost');
  if (panel !== null) return pass(panel);
  return missing.has('panel') ? { result: 'not-fitted', code: 'not-fitted', value: null } : wait();
}

function clockOf({ status, clock }: Said, offsetS: number): Judgement {
  if (status === null) return wait();
  if (clock === 'none') return wait('no-time');
  const errorMs = Math.max(status.clockUncertaintyMs ?? 0, Math.abs(offsetS) * 1000);
  return errorMs > clockErrorMsMax ? fail('clock-off', errorMs) : pass(clock, errorMs);
}

function diskOf({ status }: Said): Judgement {
  const freeMb = status?.diskFreeMb ?? null;
  if (freeMb === null) return wait();
  return freeMb < diskFreeMbMin ? fail('disk-full', freeMb) : pass('ok', freeMb);
}

const judges: Readonly<Record<CheckPart, (said: Said, offsetS: number) => Judgement>> = {
  screen: screenOf,
  gnss: gnssOf,
  modem: modemOf,
  buttons: buttonsOf,
  clock: clockOf,
  disk: diskOf,
};

/**
 * The self-test as lines that go green, from what the unit itself recorded. product.md.
 * @param offsetS unit clock − gateway clock
 */
export function checksOf(said: Said, offsetS: number): CheckLine[] {
  const parts = Object.keys(judges) as CheckPart[];
  return parts.map((part) => ({ part, ...judges[part](said, offsetS) }));
}
