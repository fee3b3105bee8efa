import type { IngestedRecord, Unit } from '../../../gateway/parts.ts';
import type { PresenceLimits } from '../../../gateway/presence/limits.ts';
import { PresenceBook } from '../../../gateway/presence/presence-book.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { codeBytes, encodeFields } from '../../../protocols/scan-code/bytes.ts';
import { SeededRandom } from '../seeded-random.ts';

/** Seconds of the trace in which a unit cannot be heard. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** What really happened: the gateway sees only what follows from it. */
interface Outage extends Span {
  /** How the session goes: told at once, noticed by the broker, or never (it stands, mute). */
  readonly how: 'closed' | 'half-open' | 'mute';
}

interface Truth {
  readonly unit: Unit;
  readonly outages: readonly Outage[];
  /** Losses inside outages, and short ones that are none. */
  readonly down: readonly (Span & { readonly how: Outage['how'] })[];
  /** Second of the minute at which its status is due. */
  readonly phase: number;
}

export interface TraceOptions {
  readonly seed: number;
  readonly units: number;
  readonly hours: number;
  readonly limits: PresenceLimits;
}

export interface TraceResult {
  readonly outages: number;
  readonly losses: number;
  readonly alerts: number;
  readonly lateRecords: number;
  /** Longest time from the start of an outage to its alert, seconds. */
  readonly slowestS: number;
  /** Everything that broke a promise. */
  readonly problems: readonly string[];
}

const startMs = Date.UTC(2026, 10, 23);
const lookS = 5;
const heartbeatS = 60;
/** E-ink by the maker's rule. */
const rotationS = 180;
/** The broker ends a session 45 s after the last packet. */
const keepaliveS = 45;

function unitOf(index: number): Unit {
  return {
    serial: `XL-TRACE-${index}`,
    unitId: index,
    kind: 0,
    model: 'M',
    state: 'active',
    enrolment: 1,
    vehicleId: null,
    training: false,
  };
}

/**
 * A long loss, then a line that comes for moments and goes again, to the end of the outage. A loss
 * that is over before the broker misses a packet is none that anybody could see.
 */
function lossesOf(outage: Outage, random: SeededRandom): Span[] {
  if (outage.how === 'mute') return [outage];
  const losses: Span[] = [];
  let from = outage.from;
  while (from < outage.to) {
    const lossS = losses.length === 0 ? random.whole(130, 600) : random.whole(60, 400);
    const to = from + lossS > outage.to - 130 ? outage.to : from + lossS;
    losses.push({ from, to });
    from = to + random.whole(5, 60);
  }
  return losses;
}

function truthOf(index: number, hours: number, random: SeededRandom): Truth {
  const outages: Outage[] = [];
  const down: Truth['down'][number][] = [];
  const endS = hours * 3600 - 900;
  let atS = random.whole(600, 7200);
  while (atS < endS) {
    if (random.next() < 0.6) {
      const how = (['closed', 'half-open', 'mute'] as const)[random.whole(0, 2)] ?? 'closed';
      const outage = { how, from: atS, to: Math.min(atS + random.whole(300, 5400), endS) };
      if (outage.to - outage.from >= 300) {
        outages.push(outage);
        down.push(...lossesOf(outage, random).map((span) => ({ ...span, how })));
      }
      atS = outage.to + random.whole(600, 10_800);
    } else {
      // A blip: gone and back before anybody need be called.
      down.push({ how: 'closed', from: atS, to: atS + random.whole(5, 40) });
      atS += random.whole(400, 3600);
    }
  }
  return { unit: unitOf(index), outages, down, phase: random.whole(0, 11) * lookS };
}

function record(kind: 'status' | 'shown', atMs: number, values: object): UnitRecord {
  return { kind, seq: 1, happenedAtMs: atMs, clock: 'gnss', values } as unknown as UnitRecord;
}

/** A new code on the glass; nobody checks its signature here. */
function shown(unitId: number, atMs: number): UnitRecord {
  const head = encodeFields({
    ...{ kind: 0, unitId, issuedAt: atMs / 1000, ttlS: 600, duty: 0 },
    ...{ lat: null, lon: null, fixAgeS: null, incidentRef: 0 },
  });
  const code = Buffer.concat([head, Buffer.alloc(codeBytes - head.length)]);
  return record('shown', atMs, { code, decodedOk: true, frameHash: null });
}

const well = { gnssState: 'fix', displayFault: null };
const bad = { gnssState: 'silent', displayFault: 'display-fault' };

/** One unit as the world drives it. */
class DrivenUnit {
  readonly truth: Truth;
  #next = 0;
  #waiting: UnitRecord[] = [];
  #wasUp = true;
  #lastPacketS = 0;
  isOpen = true;

  constructor(truth: Truth) {
    this.truth = truth;
  }

  get loss() {
    return this.truth.down[this.#next];
  }

  /** The unit lives to second `atS`; answers what the gateway gets of it, in order of receipt. */
  step(atS: number, random: SeededRandom): UnitRecord[] {
    while (this.loss !== undefined && this.loss.to <= atS) this.#next += 1;
    const isUp = this.loss === undefined || this.loss.from > atS;
    const nowMs = startMs + atS * 1000;
    const comesBack = isUp && !this.#wasUp;
    const late = comesBack ? this.#late(random) : [];
    const written = this.#written(atS, nowMs, isUp, comesBack);
    this.#wasUp = isUp;
    if (isUp) {
      this.#lastPacketS = atS;
      this.isOpen = true;
      return [...late, ...written];
    }
    this.#waiting.push(...written);
    if (this.loss?.how === 'closed') this.isOpen = false;
    const isLeft = atS - this.#lastPacketS >= keepaliveS;
    if (this.loss?.how === 'half-open' && isLeft) this.isOpen = false;
    return [];
  }

  /** Records of this moment; what was wrong while the unit was away is over when it is back. */
  #written(atS: number, nowMs: number, isUp: boolean, comesBack: boolean): UnitRecord[] {
    const { phase, unit } = this.truth;
    const status = () => record('status', nowMs, isUp ? well : bad);
    return [
      ...(comesBack || atS % heartbeatS === phase ? [status()] : []),
      ...(atS % rotationS === phase ? [shown(unit.unitId ?? 0, nowMs)] : []),
    ];
  }

  /** What was written meanwhile comes in no order, and speaks of what is over. */
  #late(random: SeededRandom): UnitRecord[] {
    return this.#waiting
      .splice(0)
      .map((one) => ({ one, order: random.next() }))
      .toSorted((a, b) => a.order - b.order)
      .map(({ one }) => one);
  }
}

interface OpenAlert {
  readonly atS: number;
  readonly kind: string;
}

/** Judges what the book says against what was true. */
class Judge {
  readonly problems: string[] = [];
  readonly found = new Map<Outage, number>();
  alerts = 0;

  opened(truth: Truth, kind: string, atS: number): void {
    this.alerts += 1;
    const { serial } = truth.unit;
    const outage = truth.outages.find(({ from, to }) => from <= atS && atS <= to + heartbeatS);
    if (kind !== 'contact' || outage === undefined) {
      this.problems.push(`${serial}: false ${kind} alert at ${atS}`);
    } else if (this.found.has(outage)) {
      this.problems.push(`${serial}: a second alert at ${atS} in ${outage.from}–${outage.to}`);
    } else this.found.set(outage, atS - outage.from);
  }

  closed(truth: Truth, atS: number): void {
    const outage = truth.outages.find(({ from, to }) => from < atS && atS < to);
    if (outage === undefined) return;
    this.problems.push(`${truth.unit.serial}: closed at ${atS} in ${outage.from}–${outage.to}`);
  }

  shownAs(truth: Truth, state: string | undefined, loss: Span | undefined, atS: number): void {
    const isDead = loss !== undefined && atS - loss.from >= 2 * heartbeatS && atS < loss.to;
    if (isDead && state === 'online') {
      this.problems.push(`${truth.unit.serial}: green at ${atS}, dead since ${loss.from}`);
    }
  }

  /** Every outage was told, in time, and is over. */
  end(truths: readonly Truth[], open: ReadonlyMap<string, OpenAlert>): void {
    for (const { unit, outages } of truths) {
      for (const outage of outages) {
        const afterS = this.found.get(outage);
        const where = `${unit.serial}: ${outage.how} outage at ${outage.from}`;
        if (afterS === undefined) this.problems.push(`${where} was not told`);
        else if (afterS > 2 * heartbeatS) this.problems.push(`${where} told after ${afterS} s`);
      }
    }
    for (const [key, { atS }] of open) this.problems.push(`${key}: open since ${atS} to the end`);
  }
}

/** A fleet over hours, with the virtual clock moving from look to look. */
export function runTrace({ seed, units, hours, limits }: TraceOptions): TraceResult {
  const random = new SeededRandom(seed);
  const truths = Array.from({ length: units }, (_, index) => truthOf(index + 1, hours, random));
  const driven = new Map(truths.map((truth) => [truth.unit.serial, new DrivenUnit(truth)]));
  const fleet = truths.map(({ unit }) => unit);
  const book = new PresenceBook(limits, startMs);
  const judge = new Judge();
  const open = new Map<string, OpenAlert>();
  let lateRecords = 0;
  const isOpen = (serial: string) => driven.get(serial)?.isOpen === true;
  for (let atS = 0; atS <= hours * 3600; atS += lookS) {
    const nowMs = startMs + atS * 1000;
    for (const one of driven.values()) {
      for (const said of one.step(atS, random)) {
        if (nowMs - said.happenedAtMs > 2 * heartbeatS * 1000) lateRecords += 1;
        const { unit } = one.truth;
        book.take({ unit, record: said, receivedAtMs: nowMs } satisfies IngestedRecord, 0);
      }
    }
    const look = book.look(fleet, isOpen, nowMs);
    book.settle(look);
    for (const { serial, alerts } of look.changes) {
      const { truth } = driven.get(serial) as DrivenUnit;
      for (const { kind, action } of alerts) {
        if (action === 'open') {
          judge.opened(truth, kind, atS);
          open.set(`${serial} ${kind}`, { atS, kind });
        } else {
          judge.closed(truth, atS);
          open.delete(`${serial} ${kind}`);
        }
      }
    }
    if (atS % heartbeatS !== 0) continue;
    for (const { truth, loss } of driven.values()) {
      judge.shownAs(truth, book.watchedOf(truth.unit.serial)?.presence?.state, loss, atS);
    }
  }
  judge.end(truths, open);
  return {
    outages: truths.reduce((sum, { outages }) => sum + outages.length, 0),
    losses: truths.reduce((sum, { down }) => sum + down.length, 0),
    alerts: judge.alerts,
    lateRecords,
    slowestS: Math.max(...judge.found.values()),
    problems: judge.problems,
  };
}
