import type { DownMessage } from '../protocols/messages/down-schemas.ts';
import type { RecordValues } from '../protocols/messages/records.ts';

type CommandMessage = Extract<DownMessage, { type: 'command' }>;
export type CommandResult = RecordValues<'commandResult'>;

/** What commands can reach. */
export interface CommandTargets {
  nextCode(): void;
  setSuspended(suspended: boolean): void;
}

/** Every command a unit knows, by name. */
const commandTable: Readonly<Record<string, (targets: CommandTargets) => void>> = {
  'next-code': (targets) => targets.nextCode(),
  suspend: (targets) => targets.setSuspended(true),
  resume: (targets) => targets.setSuspended(false),
};

/** Obeys a signed command once, and answers what came of it. `nowMs` null: no trusted time. */
export function obeyCommand(
  message: CommandMessage,
  targets: CommandTargets,
  nowMs: number | null,
): CommandResult {
  const { id: commandId, name, expiresAtMs } = message;
  const no = (code: string): CommandResult => ({ commandId, ok: false, code, detail: name });
  if (nowMs === null) return no('no-time');
  if (nowMs > expiresAtMs) return no('expired');
  const command = Object.hasOwn(commandTable, name) ? commandTable[name] : undefined;
  if (command === undefined) return no('unknown-command');
  command(targets);
  return { commandId, ok: true, code: 'done', detail: name };
}
