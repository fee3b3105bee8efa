import type { ErrorCode } from '../../protocols/errors.ts';
import type { RecordValues } from '../../protocols/messages/records.ts';
import { pinFits } from '../../protocols/signed/pin-hash.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { Attempts } from '../attempts.ts';
import type { Cancel, DeviceEnv } from '../environment.ts';
import { readSetting, settingNames, writeSetting } from '../store/settings.ts';
import type { Roster, RosterPerson } from './roster.ts';

export const crewLimits = {
  /** Seats of the largest vehicle. */
  aboardMax: 8,
  lookMs: 30_000,
  pinCharsMax: 16,
} as const;

/** Somebody aboard this vehicle. */
export interface CrewMember {
  readonly personId: string;
  readonly name: string;
  readonly sinceMs: number;
  /** By the trusted clock: false means that `sinceMs` is the machine's own word. */
  readonly isTrusted: boolean;
}

/** How somebody came aboard or off: detail of the record. */
export type CrewHow = 'pin' | 'shift-end' | 'off-roster';

export type CrewRefusal = Extract<ErrorCode, 'wrong-pin' | 'too-many' | 'conflict'>;

/** Unknown badges are counted under one name. */
const nobody = '';

export interface CrewParts {
  readonly roster: Roster;
  readonly attempts: Attempts;
  readonly env: Pick<DeviceEnv, 'nowMs' | 'timers' | 'log'>;
  /** How long a shift lasts at most, ms. */
  readonly shiftMsMax: number;
  /** Trusted time, Unix ms; null without. */
  trustedMs(): number | null;
  /** Keeps the record; `also` commits with it. Rejects when neither is on disk. */
  record(values: RecordValues<'crew'>, also: (tx: Writer) => Promise<void>): Promise<void>;
  changed(): void;
}

/**
 * Who is aboard, signed on with badge and PIN at the unit itself, so that it needs no line to
 * anybody. Kept over restarts; a shift ends by itself. product.md, "Crew".
 */
export class Crew {
  readonly #parts: CrewParts;
  #aboard: readonly CrewMember[] = [];
  #next: Cancel | null = null;
  /** Changes stand in one line: each sees what the one before it left. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(parts: CrewParts) {
    this.#parts = parts;
  }

  async load(reader: Reader): Promise<void> {
    this.#aboard = (await readSetting<CrewMember[]>(reader, settingNames.crew)) ?? [];
  }

  start(): void {
    this.#look();
  }

  stop(): void {
    this.#next?.();
    this.#next = null;
  }

  get aboard(): readonly CrewMember[] {
    return this.#aboard;
  }

  /** Null: aboard now. A wrong PIN and an unknown badge are told apart by nobody. */
  async board(badge: string, pin: string): Promise<CrewRefusal | null> {
    const person = await this.#identify(badge, pin);
    if (typeof person === 'string') return person;
    return await this.#inLine(() => this.#on(person));
  }

  /** Null: off now. Leaving needs the PIN too: nobody signs another one off. */
  async leave(badge: string, pin: string): Promise<CrewRefusal | null> {
    const person = await this.#identify(badge, pin);
    if (typeof person === 'string') return person;
    await this.#inLine(() => this.#off([person.personId], 'pin'));
    return null;
  }

  /** Another roster counts: who is not on it any more is aboard no more. */
  async rosterChanged(): Promise<void> {
    const { roster } = this.#parts;
    const gone = this.#aboard.filter(({ personId }) => roster.byId(personId) === undefined);
    const ids = gone.map(({ personId }) => personId);
    await this.#inLine(() => this.#off(ids, 'off-roster'));
  }

  #inLine<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(change);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  #look(): void {
    const { env } = this.#parts;
    this.#next = env.timers.after(crewLimits.lookMs, () => this.#look());
    this.#inLine(() => this.#endShifts()).catch((error: unknown) =>
      env.log.error({ error: String(error) }, 'a shift could not be ended'),
    );
  }

  /** A shift that began without a trusted time counts from the first one. */
  async #endShifts(): Promise<void> {
    const nowMs = this.#parts.trustedMs();
    if (nowMs === null) return;
    this.#aboard = this.#aboard.map((member) =>
      member.isTrusted ? member : { ...member, sinceMs: Math.round(nowMs), isTrusted: true },
    );
    const over = this.#aboard.filter(({ sinceMs }) => nowMs - sinceMs >= this.#parts.shiftMsMax);
    await this.#off(
      over.map(({ personId }) => personId),
      'shift-end',
    );
  }

  async #on({ personId, name }: RosterPerson): Promise<CrewRefusal | null> {
    if (this.#aboard.some((member) => member.personId === personId)) return null;
    if (this.#aboard.length >= crewLimits.aboardMax) return 'conflict';
    const trustedMs = this.#parts.trustedMs();
    const sinceMs = Math.round(trustedMs ?? this.#parts.env.nowMs());
    const member = { personId, name, sinceMs, isTrusted: trustedMs !== null };
    await this.#keep([...this.#aboard, member], personId, true, 'pin');
    this.#parts.changed();
    return null;
  }

  async #identify(badge: string, pin: string): Promise<RosterPerson | CrewRefusal> {
    const { attempts, roster } = this.#parts;
    const person = roster.byBadge(badge);
    const name = person?.personId ?? nobody;
    if (attempts.lockedMs(name) > 0) return 'too-many';
    attempts.begin(name);
    const given = pin.slice(0, crewLimits.pinCharsMax);
    const fits = await pinFits(given, person?.pin ?? null);
    if (!fits || person === undefined) return 'wrong-pin';
    attempts.right(name);
    return person;
  }

  async #off(personIds: readonly string[], how: CrewHow): Promise<void> {
    const leaving = this.#aboard.filter(({ personId }) => personIds.includes(personId));
    for (const { personId } of leaving) {
      const left = this.#aboard.filter((member) => member.personId !== personId);
      await this.#keep(left, personId, false, how);
    }
    if (leaving.length > 0) this.#parts.changed();
  }

  /** Who is aboard and the record of the change: both on disk, or neither. */
  async #keep(
    aboard: readonly CrewMember[],
    personId: string,
    isAboard: boolean,
    how: CrewHow,
  ): Promise<void> {
    await this.#parts.record({ personId, aboard: isAboard, how }, (tx) =>
      writeSetting(tx, settingNames.crew, aboard),
    );
    this.#aboard = aboard;
  }
}
