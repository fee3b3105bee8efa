import type { Writer } from '../../protocols/store/store.ts';
import { type AuditEvent, appendAudit } from '../audit/append-audit.ts';
import type { ServerEnvironment } from '../environment.ts';

/** Writes an event in the transaction of its decision, so that neither is there without the other. */
export type AuditSink = (tx: Writer, event: AuditEvent, atMs: number) => Promise<void>;

/** The audit log as a sink: every login, refusal and change of a right is an event of it. */
export function auditLog(randomBytes: ServerEnvironment['randomBytes']): AuditSink {
  return async (tx, event, atMs) => {
    await appendAudit(tx, event, { nowMs: () => atMs, randomBytes });
  };
}
