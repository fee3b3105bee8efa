import type { CommandMessage } from '../../protocols/messages/down-schemas.ts';
import type { Reader, Store, Writer } from '../../protocols/store/store.ts';
import { readSetting, settingNames, writeSetting } from '../store/settings.ts';

/** Bounds of what a unit remembers of commands. */
export const commandBookLimits = {
  /** Beyond it a command is refused: an id that may come again is never forgotten. */
  idsMax: 512,
  /** Kept after the expiry, which already keeps it from being obeyed: a clock may be set back. */
  keptAfterExpiryMs: 86_400_000,
} as const;

/** `going-on`: answered, and still to be done, as a wipe that waits for its acknowledgement. */
export const commandStates = { begun: 0, answered: 1, goingOn: 2 } as const;
type CommandState = (typeof commandStates)[keyof typeof commandStates];

export interface UnfinishedCommand {
  readonly id: string;
  readonly name: string;
  readonly state: CommandState;
  /** Of the machine when it was begun. */
  readonly bootId: string;
}

/** Asked before the store was put aside, as far as anybody knows: no id from then is known here. */
const untilNextTime = 'unknown';

async function count(tx: Reader): Promise<number> {
  const row = await tx.get<{ count: number }>('SELECT count(*) AS count FROM obeyed_command');
  return row?.count ?? 0;
}

async function dropExpired(tx: Writer, beforeMs: number): Promise<void> {
  await tx.run('DELETE FROM obeyed_command WHERE state = ? AND expires_at_ms < ?', [
    commandStates.answered,
    beforeMs,
  ]);
}

/** The ids of commands, on disk before they are obeyed: none is obeyed twice. */
export class CommandBook {
  readonly #store: Store;
  readonly #bootId: string;

  constructor(store: Store, bootId: string) {
    this.#store = store;
    this.#bootId = bootId;
  }

  async isKnown(id: string): Promise<boolean> {
    const row = await this.#store.get('SELECT 1 AS known FROM obeyed_command WHERE id = ?', [id]);
    return row !== undefined;
  }

  /** Notes a command before it is obeyed. False: too many are remembered already. */
  begin({ id, name, expiresAtMs }: CommandMessage, nowMs: number): Promise<boolean> {
    return this.#store.write(async (tx) => {
      await dropExpired(tx, nowMs - commandBookLimits.keptAfterExpiryMs);
      if ((await count(tx)) >= commandBookLimits.idsMax) await dropExpired(tx, nowMs);
      if ((await count(tx)) >= commandBookLimits.idsMax) return false;
      await tx.run(
        `INSERT INTO obeyed_command (id, name, expires_at_ms, boot_id, state)
         VALUES (?, ?, ?, ?, ?)`,
        [id, name, expiresAtMs, this.#bootId, commandStates.begun],
      );
      return true;
    });
  }

  /** Within the transaction that keeps the answer. */
  async answered(tx: Writer, id: string, goesOn: boolean): Promise<void> {
    const state = goesOn ? commandStates.goingOn : commandStates.answered;
    await tx.run('UPDATE obeyed_command SET state = ? WHERE id = ?', [state, id]);
  }

  /** Begun or going on when the unit was last stopped. */
  unfinished(): Promise<UnfinishedCommand[]> {
    return this.#store.all<UnfinishedCommand>(
      'SELECT id, name, state, boot_id AS bootId FROM obeyed_command WHERE state <> ? ORDER BY id',
      [commandStates.answered],
    );
  }

  /** The ids went with a store that was put aside: what was asked before is not obeyed again. */
  async forgotten(): Promise<void> {
    await this.#store.write((tx) => writeSetting(tx, settingNames.commandsFrom, untilNextTime));
  }

  /** Commands asked before this moment may have been obeyed, Unix ms; null: every id is known. */
  async obeysFromMs(nowMs: number): Promise<number | null> {
    const kept = await readSetting<number | string>(this.#store, settingNames.commandsFrom);
    if (kept === undefined) return null;
    if (typeof kept === 'number') return kept;
    await this.#store.write((tx) => writeSetting(tx, settingNames.commandsFrom, nowMs));
    return nowMs;
  }
}
