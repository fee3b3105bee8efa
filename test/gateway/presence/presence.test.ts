import { describe, expect, it } from 'vitest';
import type { Unit } from '../../../gateway/parts.ts';
import { type Evidence, evidenceAfter, noEvidence } from '../../../gateway/presence/evidence.ts';
import { presenceLimits } from '../../../gateway/presence/limits.ts';
import { type Contact, conditionsOf } from '../../../gateway/presence/presence.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { codeBytes, encodeFields } from '../../../protocols/scan-code/bytes.ts';
import type { TtlS } from '../../../protocols/scan-code/fields.ts';

const t0 = Date.UTC(2026, 10, 23);
const unitId = 7;
const unit: Unit = {
  ...{ serial: 'XL-P-1', unitId, kind: 0, model: 'M', state: 'active', enrolment: 1 },
  ...{ vehicleId: null, training: false },
};

interface Said {
  readonly kind: UnitRecord['kind'];
  readonly values: object;
  readonly atS: number;
  readonly receivedS?: number;
  readonly clock?: UnitRecord['clock'];
}

/** What is known after these records, in the order of their receipt. */
function knownFrom(said: readonly Said[], offsetS = 0): Evidence {
  return said.reduce((evidence, { kind, values, atS, receivedS = atS, clock = 'gnss' }) => {
    const happenedAtMs = t0 + atS * 1000;
    const record = { kind, seq: 1, happenedAtMs, clock, values } as unknown as UnitRecord;
    const ingested = { unit, record, receivedAtMs: t0 + receivedS * 1000 };
    return evidenceAfter(evidence, ingested, offsetS, presenceLimits.freshMsMax);
  }, noEvidence);
}

const status = (atS: number, values: object = {}, more: Partial<Said> = {}): Said => ({
  kind: 'status',
  values: { gnssState: 'fix', displayFault: null, ...values },
  atS,
  ...more,
});

function shown(atS: number, ttlS: TtlS = 600, values: object = {}, more: Partial<Said> = {}): Said {
  const head = encodeFields({
    ...{ kind: 0, unitId, issuedAt: t0 / 1000 + atS, ttlS, duty: 0 },
    ...{ lat: null, lon: null, fixAgeS: null, incidentRef: 0 },
  });
  const code = Buffer.concat([head, Buffer.alloc(codeBytes - head.length)]);
  const frameHash = Buffer.from(`frame at ${atS}`);
  return { kind: 'shown', values: { code, decodedOk: true, frameHash, ...values }, atS, ...more };
}

const standing: Contact = { open: true, sinceMs: t0 - 1000, reason: '' };
const lost: Contact = { open: false, sinceMs: t0 + 60_000, reason: 'session-closed' };

/** What is wrong at second `atS`: state, reason and since-when in seconds. */
function wrong(
  evidence: Evidence,
  atS: number,
  { contact = standing, screenFromMs = t0 as number | null } = {},
): readonly (readonly [string, string, number])[] {
  const situation = { evidence, contact, screenFromMs };
  return conditionsOf(situation, t0 + atS * 1000, presenceLimits).map(
    ({ state, reason, sinceMs }) => [state, reason, (sinceMs - t0) / 1000],
  );
}

describe('whether a unit is there', () => {
  it('is well with a word about now on a session that stands', () => {
    expect(wrong(knownFrom([status(0), shown(0)]), 60)).toEqual([]);
  });

  it('is lost without a session, since when it closed', () => {
    expect(wrong(knownFrom([status(0)]), 70, { contact: lost })).toEqual([
      ['link-lost', 'session-closed', 60],
    ]);
  });

  it('is silent after a heartbeat and three quarters without a word, since the last', () => {
    const evidence = knownFrom([status(0), shown(0)]);
    expect(wrong(evidence, 105)).toEqual([]);
    expect(wrong(evidence, 106)).toEqual([['silent', 'no-word', 0]]);
  });

  it('is not made well by old data, on a session or without one', () => {
    const old = status(-3600, {}, { receivedS: 100 });
    const evidence = knownFrom([status(0), old]);
    expect(wrong(evidence, 110)).toEqual([['silent', 'late-data-only', 0]]);
    expect(wrong(evidence, 110, { contact: lost })).toEqual([['link-lost', 'session-closed', 60]]);
  });

  it('is not made well by a session alone: a word must come on it', () => {
    const contact = { open: true, sinceMs: t0 + 100_000, reason: '' };
    const before = knownFrom([status(90)]);
    expect(wrong(before, 101, { contact })).toEqual([['silent', 'awaiting-word', 100]]);
    const late = knownFrom([status(90), status(-7200, {}, { receivedS: 101 })]);
    expect(wrong(late, 102, { contact })).toEqual([['silent', 'catching-up', 100]]);
    const well = knownFrom([status(90), status(102), shown(102)]);
    expect(wrong(well, 103, { contact })).toEqual([]);
  });

  it('knows the present by the measured offset of the unit clock', () => {
    const ahead = status(100 + 100, {}, { receivedS: 100 });
    const behind = status(100 - 110, {}, { receivedS: 100 });
    expect(knownFrom([ahead], 100).wordMs).toBe(t0 + 100_000);
    expect(knownFrom([behind], -110).wordMs).toBe(t0 + 100_000);
    expect(knownFrom([status(-130, {}, { receivedS: 100 })]).wordMs).toBeNull();
    expect(knownFrom([status(-130, {}, { receivedS: 100, clock: 'none' })]).wordMs).not.toBeNull();
  });

  it('says nothing of screen and receiver while it cannot be heard', () => {
    const evidence = knownFrom([status(0, { gnssState: 'silent', displayFault: 'busy-timeout' })]);
    expect(wrong(evidence, 70, { contact: lost })).toHaveLength(1);
  });
});

describe('the receiver', () => {
  it('is told apart by what it lacks, since the first that said so', () => {
    const said = [
      status(0),
      status(20, { gnssState: 'no-fix' }),
      status(80, { gnssState: 'no-fix' }),
    ];
    expect(wrong(knownFrom([shown(0), ...said]), 81)).toEqual([['no-gnss', 'no-fix', 20]]);
    const silent = status(0, { gnssState: 'silent' });
    expect(wrong(knownFrom([shown(0), silent]), 1)).toEqual([['no-gnss', 'receiver-silent', 0]]);
  });

  it('is judged by what happened last, not by what came last', () => {
    const late = status(30, { gnssState: 'no-fix' }, { receivedS: 90 });
    expect(wrong(knownFrom([shown(60), status(60), late]), 91)).toEqual([]);
  });
});

describe('the screen', () => {
  const at = (said: readonly Said[], atS: number) => wrong(knownFrom(said), atS);
  const heard = (...seconds: number[]) => seconds.map((atS) => status(atS));

  it.each([
    ['e-ink', 600, 180],
    ['e-ink that may refresh in part', 120, 45],
    ['LCD', 30, 20],
  ] as const)('of %s is missed within two rotations', (_name, ttlS, rotationS) => {
    const words = Array.from({ length: 80 }, (_, index) => status(index * 5));
    const before = [shown(0, ttlS), ...words.filter(({ atS }) => atS <= rotationS + 15)];
    expect(at(before, rotationS + 15)).toEqual([]);
    const later = [shown(0, ttlS), ...words.filter(({ atS }) => atS <= 2 * rotationS)];
    expect(at(later, 2 * rotationS)).toMatchObject([['screen-fault', expect.any(String), 0]]);
  });

  it('is called frozen while its code could be taken, and blank when it is over', () => {
    const words = heard(0, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600);
    expect(at([shown(0), ...words], 400)).toEqual([['screen-fault', 'frozen', 0]]);
    expect(at([shown(0), ...words], 601)).toEqual([['screen-fault', 'blank', 0]]);
    expect(at([shown(0), ...words, shown(602)], 603)).toEqual([]);
  });

  it('is not missed while the line may only be slow: pings must prove it first', () => {
    expect(at([status(0), shown(1, 30)], 42)).toEqual([]);
    expect(at([status(0), shown(1, 30)], 52)).toEqual([['screen-fault', 'blank', 1]]);
  });

  it('is at fault when no decoder reads it, since the first such frame', () => {
    const unread = { decodedOk: false };
    const said = [status(0), shown(0), shown(20, 30, unread), shown(40, 30, unread)];
    expect(at(said, 41)).toEqual([['screen-fault', 'undecodable', 20]]);
    expect(at([...said, shown(60, 30)], 61)).toEqual([]);
  });

  it('is frozen when a new code leaves the same picture', () => {
    const same = { frameHash: Buffer.from('frame at 0') };
    expect(at([status(0), shown(0), shown(20, 30, same)], 21)).toEqual([
      ['screen-fault', 'same-frame', 20],
    ]);
  });

  it('is at fault with the code of another unit on it', () => {
    const { values } = shown(20, 30);
    const code = Buffer.from((values as { code: Buffer }).code);
    code[3] = (code[3] ?? 0) ^ 1;
    const result = at([status(0), shown(0, 30), shown(20, 30, { code })], 21);
    expect(result).toEqual([['screen-fault', 'wrong-code', 20]]);
  });

  it('is at fault when the unit says so, until it says otherwise or shows a code', () => {
    const event = (name: string, atS: number): Said => ({ kind: 'event', values: { name }, atS });
    const broken = [status(0), shown(0), event('display-fault', 10)];
    expect(at(broken, 11)).toEqual([['screen-fault', 'display-fault', 10]]);
    const repeated = [...broken, status(20, { displayFault: 'display-fault' })];
    expect(at(repeated, 21)).toEqual([['screen-fault', 'display-fault', 10]]);
    expect(at([...repeated, status(30)], 31)).toEqual([]);
    expect(at([...repeated, shown(30)], 31)).toEqual([]);
    const cold = [status(0), shown(0), status(10, { displayFault: 'temperature' })];
    expect(at(cold, 11)).toEqual([['screen-fault', 'temperature', 10]]);
    expect(at([...cold, status(70)], 71)).toEqual([]);
    expect(at([status(0), shown(0), event('frame-undecodable', 5)], 6)).toEqual([
      ['screen-fault', 'undecodable', 5],
    ]);
  });

  it('is not broken again by an old fault that comes late', () => {
    const late: Said = {
      kind: 'event',
      values: { name: 'display-fault' },
      atS: -600,
      receivedS: 9,
    };
    const lateShown = shown(-600, 600, { decodedOk: false }, { receivedS: 9 });
    expect(at([status(0), shown(0), late, lateShown], 10)).toEqual([]);
  });

  it('has two rotations from the start of the unit, and none to keep while it is suspended', () => {
    const hello: Said = { kind: 'hello', values: { bootId: 'b2' }, atS: 300 };
    const said = [shown(-9000), hello, ...heard(300, 360, 420, 480, 540, 600, 660)];
    expect(at(said, 640)).toEqual([]);
    expect(at(said, 661)).toEqual([['screen-fault', 'blank', -9000]]);
    expect(wrong(knownFrom(said), 661, { screenFromMs: null })).toEqual([]);
  });

  it('comes before the receiver when both are at fault', () => {
    const said = [shown(0), status(10, { gnssState: 'silent', displayFault: 'busy-timeout' })];
    expect(at(said, 11).map(([state]) => state)).toEqual(['screen-fault', 'no-gnss']);
  });
});
