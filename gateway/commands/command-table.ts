import type { Reader, Writer } from '../../protocols/store/store.ts';

/** `done` and `refused` are the unit's own words; `expired`: it never answered. */
export type Outcome = 'done' | 'refused' | 'expired';

/** One command with what came of it. Unix ms throughout. */
export interface UnitCommand {
  readonly id: string;
  readonly serial: string;
  readonly name: string;
  readonly askedAtMs: number;
  readonly askedBy: string;
  readonly expiresAtMs: number;
  readonly sentTimes: number;
  readonly endedAtMs: number | null;
  readonly outcome: Outcome | null;
  /** The unit's code and detail of its answer. */
  readonly code: string | null;
  readonly detail: string | null;
}

const columns = `id, serial, name, asked_at_ms AS askedAtMs, asked_by AS askedBy,
  expires_at_ms AS expiresAtMs, sent_times AS sentTimes, ended_at_ms AS endedAtMs, outcome, code,
  detail`;
/** Ended commands kept a unit. */
const keptPerUnitMax = 100;

export function openCommands(store: Reader): Promise<UnitCommand[]> {
  return store.all<UnitCommand>(
    `SELECT ${columns} FROM unit_command WHERE ended_at_ms IS NULL ORDER BY asked_at_ms, id`,
  );
}

/** Newest first. */
export function commandsOf(store: Reader, serial: string): Promise<UnitCommand[]> {
  return store.all<UnitCommand>(
    `SELECT ${columns} FROM unit_command WHERE serial = ? ORDER BY asked_at_ms DESC, id LIMIT ?`,
    [serial, keptPerUnitMax],
  );
}

/** Adds a command, and drops the oldest ended ones of the unit. */
export async function insertCommand(tx: Writer, command: UnitCommand): Promise<void> {
  const { id, serial, name, askedAtMs, askedBy, expiresAtMs } = command;
  await tx.run(
    `INSERT INTO unit_command (id, serial, name, asked_at_ms, asked_by, expires_at_ms, sent_times)
    VALUES (?, ?, ?, ?, ?, ?, 0)`,
    [id, serial, name, askedAtMs, askedBy, expiresAtMs],
  );
  await tx.run(
    `DELETE FROM unit_command WHERE serial = ?1 AND ended_at_ms IS NOT NULL AND id NOT IN
      (SELECT id FROM unit_command WHERE serial = ?1 ORDER BY asked_at_ms DESC LIMIT ?2)`,
    [serial, keptPerUnitMax],
  );
}

export async function noteSent(tx: Writer, ids: readonly string[]): Promise<void> {
  await tx.run(
    `UPDATE unit_command SET sent_times = sent_times + 1
    WHERE id IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(ids)],
  );
}

/** Ends a command once: what came first stays. True: this was it. */
export async function endCommand(
  tx: Writer,
  id: string,
  end: Pick<UnitCommand, 'outcome' | 'code' | 'detail' | 'endedAtMs'>,
): Promise<boolean> {
  const { changes } = await tx.run(
    `UPDATE unit_command SET ended_at_ms = ?, outcome = ?, code = ?, detail = ?
    WHERE id = ? AND ended_at_ms IS NULL`,
    [end.endedAtMs, end.outcome, end.code, end.detail, id],
  );
  return changes > 0;
}
