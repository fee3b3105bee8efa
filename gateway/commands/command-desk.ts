import { crewTextCharsMax, type DownMessage } from '../../protocols/messages/down-schemas.ts';
import type { RecordValues } from '../../protocols/messages/records.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { Timers } from '../link/timers.ts';
import type { IngestedRecord, LiveUnits, RecordFeed } from '../parts.ts';
import { type FleetUnit, insertAudit } from '../registry/fleet-table.ts';
import type { FleetRegistry } from '../registry/registry.ts';
import { rights } from '../registry/states.ts';
import { commandNames, isCommandName } from './command-names.ts';
import {
  answersSince,
  endCommand,
  insertCommand,
  noteSent,
  type Outcome,
  openCommands,
  type UnitCommand,
} from './command-table.ts';

/** How long a text stands when nothing else is said, s. */
const textSStandard = 3_600;
/** A week: a truck in the workshop still gets it, a forgotten one does not. */
export const lifeSMax = 7 * 86_400;
/** Commands of one unit that wait for their answers. */
export const waitingMax = 16;
const sweepMs = 5_000;
const idBytes = 8;

export interface CommandDeskDeps {
  readonly store: Store;
  readonly registry: FleetRegistry;
  readonly live: LiveUnits;
  readonly feed: RecordFeed;
  readonly env: GatewayEnv;
  readonly timers: Timers;
}

export interface CommandWish {
  readonly serial: string;
  readonly name: string;
  readonly lifeS: number | null;
  readonly by: string;
  /** Of `message`: what it says, and for how many seconds from now. */
  readonly text?: string | undefined;
  readonly textS?: number | undefined;
}

export type CommandAnswer = { readonly ok: true; readonly command: UnitCommand } | Refusal;

function messageOf({ id, name, askedAtMs, expiresAtMs, text, untilMs }: UnitCommand): DownMessage {
  return {
    ...{ type: 'command', id, name, askedAtMs, expiresAtMs },
    ...(text === null ? {} : { text }),
    ...(untilMs === null ? {} : { untilMs }),
  };
}

/** Why a wish cannot be one; null: it can. */
function wishProblem({ name, text, textS }: CommandWish): string | null {
  if (!isCommandName(name)) return `commands are ${Object.keys(commandNames).join(', ')}`;
  const hasText = text !== undefined || textS !== undefined;
  if (name !== 'message') return hasText ? `${name} takes no text` : null;
  const fits = text !== undefined && text.trim() !== '' && [...text].length <= crewTextCharsMax;
  return fits ? null : `message needs a text of at most ${crewTextCharsMax} characters`;
}

/**
 * Commands to units: kept before they are sent, sent again on every connection until the unit
 * answers or their time is over. A unit obeys an id once. wire.md, "MQTT".
 */
export class CommandDesk {
  readonly #deps: CommandDeskDeps;
  /** Commands that wait for their answer, by id, oldest first. */
  readonly #open = new Map<string, UnitCommand>();
  #writing: Promise<unknown> = Promise.resolve();
  #cancelSweep: () => void = () => undefined;
  #stopped = true;

  constructor(deps: CommandDeskDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { store, registry, live, feed } = this.#deps;
    this.#stopped = false;
    for (const command of await openCommands(store)) this.#open.set(command.id, command);
    await this.#catchUp();
    registry.onChanged((unit) => this.#dropForeign(unit));
    live.onConnected(async (serial) => this.#send(this.#waiting(serial)));
    feed.onCommitted((records) => {
      for (const record of records) this.#take(record);
    });
    this.#sweepLater();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelSweep();
    await this.#writing;
  }

  async ask(wish: CommandWish): Promise<CommandAnswer> {
    const { serial, name, lifeS, by } = wish;
    const { store, registry, live, env } = this.#deps;
    const unit = registry.bySerial(serial);
    if (unit === undefined) return refusal('unknown-serial');
    if (!rights[unit.state].session) {
      return refusal('conflict', `${serial} is ${unit.state}: nobody listens`);
    }
    const problem = wishProblem(wish);
    if (problem !== null || !isCommandName(name)) {
      return refusal('bad-request', problem ?? name);
    }
    if (this.#waiting(serial).length >= waitingMax) {
      return refusal('too-many', `${waitingMax} commands wait for this unit`);
    }
    const askedAtMs = env.nowMs();
    const command: UnitCommand = {
      ...{ id: env.randomBytes(idBytes).toString('hex'), serial, name, askedAtMs, askedBy: by },
      expiresAtMs: askedAtMs + (lifeS ?? commandNames[name]) * 1000,
      enrolment: unit.enrolment,
      text: wish.text?.trim() ?? null,
      untilMs: name === 'message' ? askedAtMs + (wish.textS ?? textSStandard) * 1000 : null,
      ...{ sentTimes: 0, endedAtMs: null, outcome: null, code: null, detail: null },
    };
    this.#open.set(command.id, command);
    try {
      await store.write(async (tx) => {
        await insertCommand(tx, command);
        await insertAudit(tx, askedAtMs, serial, 'command', { by, name, id: command.id });
      });
    } catch (error) {
      this.#open.delete(command.id);
      throw error;
    }
    if (live.send(serial, messageOf(command))) this.#noteSent([command]);
    return { ok: true, command };
  }

  /** What still waits and may still be obeyed. */
  #waiting(serial: string): UnitCommand[] {
    const nowMs = this.#deps.env.nowMs();
    return [...this.#open.values()].filter(
      (command) => command.serial === serial && command.expiresAtMs > nowMs,
    );
  }

  #send(commands: readonly UnitCommand[]): readonly DownMessage[] {
    if (commands.length > 0) this.#noteSent(commands);
    return commands.map(messageOf);
  }

  #noteSent(commands: readonly UnitCommand[]): void {
    const ids = commands.map(({ id }) => id);
    this.#write((store) => store.write((tx) => noteSent(tx, ids)));
  }

  #take({ unit, record, receivedAtMs }: IngestedRecord): void {
    if (record.kind === 'commandResult') this.#answered(unit.serial, record.values, receivedAtMs);
  }

  #answered(serial: string, answer: RecordValues<'commandResult'>, receivedAtMs: number): void {
    const { commandId, ok, code, detail } = answer;
    const command = commandId === null ? undefined : this.#open.get(commandId);
    if (command?.serial !== serial) return;
    this.#end(command, ok === true ? 'done' : 'refused', { code, detail }, receivedAtMs);
  }

  /** What was answered or became another unit's while nobody was here. */
  async #catchUp(): Promise<void> {
    const { store, registry } = this.#deps;
    const oldest = new Map<string, number>();
    for (const { serial, askedAtMs } of this.#open.values()) {
      oldest.set(serial, Math.min(askedAtMs, oldest.get(serial) ?? askedAtMs));
    }
    for (const [serial, sinceMs] of oldest) {
      for (const { body, receivedAtMs } of await answersSince(store, serial, sinceMs)) {
        this.#answered(serial, JSON.parse(body), receivedAtMs);
      }
      const unit = registry.bySerial(serial);
      if (unit !== undefined) this.#dropForeign(unit);
    }
  }

  /** A wipe or reboot meant for a unit with other keys is nothing to the one that it is now. */
  #dropForeign({ serial, enrolment }: FleetUnit): void {
    for (const command of this.#open.values()) {
      if (command.serial !== serial || command.enrolment === null) continue;
      if (command.enrolment === enrolment) continue;
      this.#end(command, 'dropped', { code: null, detail: null }, this.#deps.env.nowMs());
    }
  }

  #end(
    { id }: UnitCommand,
    outcome: Outcome,
    { code, detail }: Pick<UnitCommand, 'code' | 'detail'>,
    endedAtMs: number,
  ): void {
    this.#open.delete(id);
    this.#write((store) =>
      store.write((tx) => endCommand(tx, id, { outcome, code, detail, endedAtMs })),
    );
  }

  #sweepLater(): void {
    if (this.#stopped) return;
    this.#cancelSweep = this.#deps.timers.after(sweepMs, () => {
      this.#sweep();
      this.#sweepLater();
    });
  }

  /** An answer on its way when the time ends would come from a unit that obeyed in time: wait. */
  #sweep(): void {
    const nowMs = this.#deps.env.nowMs();
    for (const command of this.#open.values()) {
      if (command.expiresAtMs + sweepMs > nowMs) continue;
      this.#end(command, 'expired', { code: null, detail: null }, nowMs);
    }
  }

  #write(work: (store: Store) => Promise<unknown>): void {
    const { store, env } = this.#deps;
    this.#writing = this.#writing
      .then(() => work(store))
      .catch((error: Error) => env.log.error({ reason: error.message }, 'command not kept'));
  }
}
