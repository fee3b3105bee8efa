import { recordTable } from '../../protocols/messages/record-table.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';

/**
 * `done` and `refused` are the unit's own words; `expired`: it never answered; `dropped`: the unit
 * it was meant for is another one now, with other keys.
 */
export type Outcome = 'done' | 'refused' | 'expired' | 'dropped';

/** One command with what came of it. Unix ms throughout. */
export interface UnitCommand {
  readonly id: string;
  readonly serial: string;
  readonly name: string;
  readonly askedAtMs: number;
  readonly askedBy: string;
  readonly expiresAtMs: number;
  /** Number of the unit's enrolment it was meant for; null: not noted. */
  readonly enrolment: number | null;
  /** Of `message`, with when it ends. */
  readonly text: string | null;
  readonly untilMs: number | null;
  readonly sentTimes: number;
  readonly endedAtMs: number | null;
  readonly outcome: Outcome | null;
  /** The unit's code and detail of its answer. */
  readonly code: string | null;
  readonly detail: string | null;
}

const columns = `id, serial, name, asked_at_ms AS askedAtMs, asked_by AS askedBy,
  expires_at_ms AS expiresAtMs, enrolment, text, until_ms AS untilMs, sent_times AS sentTimes, ended_at_ms AS endedAtMs, outcome, code,
  detail`;
/** Ended commands kept a unit. */
const keptPerUnitMax = 100;

export function openCommands(store: Reader): Promise<UnitCommand[]> {
  return store.all<UnitCommand>(
    `SELECT ${columns} FROM unit_command WHERE ended_at_ms IS NULL ORDER BY asked_at_ms, id`,
  );
}

interface KnownAnswer {
  readonly body: string;
  readonly receivedAtMs: number;
}

/** Answers of a unit that were committed since a moment: a stop may have cut off their taking. */
export function answersSince(store: Reader, serial: string, sinceMs: number) {
  return store.all<KnownAnswer>(
    `SELECT record.body AS body, record.received_at_ms AS receivedAtMs FROM epoch
    JOIN unit_record AS record
      ON record.epoch_no = epoch.epoch_no AND record.kind = ${recordTable.commandResult.code}
    WHERE epoch.serial = ? AND record.received_at_ms >= ? ORDER BY record.received_at_ms`,
    [serial, sinceMs],
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
  const { enrolment, text, untilMs } = command;
  await tx.run(
    `INSERT INTO unit_command (id, serial, name, asked_at_ms, asked_by, expires_at_ms, enrolment,
      text, until_ms, sent_times)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
    [id, serial, name, askedAtMs, askedBy, expiresAtMs, enrolment, text, untilMs],
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
    WHERE id IN (SELECT value ->> 0 FROM json_each(?))`,
    [JSON.stringify(ids.map((id) => [id]))],
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
