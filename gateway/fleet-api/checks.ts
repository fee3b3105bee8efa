import type { CheckLine, CheckPart } from '../../protocols/http/fleet-bodies.ts';
import {
  type ClockSource,
  clockSources,
  recordTable,
} from '../../protocols/messages/record-table.ts';
import type { RecordValues } from '../../protocols/messages/records.ts';
import { readSelfTestText, type SelfTestLine } from '../../protocols/messages/self-test-lines.ts';
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
  /** What the unit's own self-test found, where it ran since the enrolment. */
  readonly test: readonly SelfTestLine[];
}

interface Row {
  readonly kind: number;
  readonly clock: number;
  readonly body: string;
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

/**
 * Reads what a unit said since its enrolment; the newest word of each kind counts.
 * @param sinceMs when its key set came into force
 */
export async function saidBy(
  reader: Reader,
  { serial, enrolment }: { readonly serial: string; readonly enrolment: number },
  sinceMs: number,
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
      AND asked_at_ms >= ? ORDER BY asked_at_ms DESC LIMIT 1`,
    [serial, sinceMs],
  );
  return {
    status,
    clock: clockSources[rows[0]?.clock ?? 0] ?? 'none',
    decodedOk: shown?.decodedOk ?? null,
    panel: word === undefined ? null : word.name === 'button' ? 'pressed' : word.detail,
    test: readSelfTestText(test?.detail ?? ''),
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

function modemOf({ status }: Said): Judgement {
  const dbm = status?.modemDbm ?? null;
  return dbm === null ? wait() : pass('ok', dbm);
}

function buttonsOf({ panel }: Said): Judgement {
  if (panel === 'lost') return fail('panel-lost');
  return panel === null ? wait() : pass(panel);
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

/** Where the records say nothing (yet), what the self-test found of the part. */
function tested({ test }: Said, part: CheckPart, judged: Judgement): Judgement {
  const line = test.find((one) => one.part === part);
  if (judged.result !== 'wait' || line === undefined) return judged;
  return { result: line.result, code: line.detail === '' ? line.result : line.detail, value: null };
}

/**
 * The self-test as lines that go green, from what the unit itself recorded. product.md.
 * @param offsetS unit clock − gateway clock
 */
export function checksOf(said: Said, offsetS: number): CheckLine[] {
  const parts = Object.keys(judges) as CheckPart[];
  return parts.map((part) => ({ part, ...tested(said, part, judges[part](said, offsetS)) }));
}
