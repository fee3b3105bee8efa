import type { Writer } from '../../protocols/store/store.ts';
import { type AuditOutside, appendAudit } from './append-audit.ts';
import { rowAt } from './audit-table.ts';

export const eraseAction = 'audit.erase';

/** Whose payload is to go, at whose word and why. */
export interface Erasure {
  readonly seq: number;
  readonly actor: string;
  readonly reason: string;
}

/** Events on which the checking of the log itself rests. */
const keptActions = [eraseAction, 'key.begin'];

/**
 * Deletes the payload and the salt of an event; its leaf and the chain stay, and the erasure is an
 * event too. False: there is no such payload, or it must be kept. reliability.md, "Privacy".
 */
export async function eraseAudit(
  tx: Writer,
  { seq, actor, reason }: Erasure,
  outside: AuditOutside,
): Promise<boolean> {
  const row = await rowAt(tx, seq);
  if (row === undefined || row.payload === null) return false;
  const { action } = JSON.parse(row.payload) as { action: string };
  if (keptActions.includes(action)) return false;
  await tx.run('UPDATE audit_events SET payload = NULL, salt = NULL WHERE seq = ?', [seq]);
  const after = { seq };
  const event = {
    actor,
    action: eraseAction,
    subject: `audit:${seq}`,
    reason,
    before: null,
    after,
  };
  await appendAudit(tx, event, outside);
  return true;
}
