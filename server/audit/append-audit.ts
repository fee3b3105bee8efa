import { leafHash, saltBytes } from '../../protocols/audit/merkle-hash.ts';
import { rowHash } from '../../protocols/audit/row-chain.ts';
import type { Writer } from '../../protocols/store/store.ts';
import type { ServerEnvironment } from '../environment.ts';
import { canonicalJson } from '../fees/canonical-json.ts';
import { headOf, insertRow } from './audit-table.ts';

/** What JSON can say. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/** A decision as the log keeps it. credit.md, "Audit". */
export interface AuditEvent {
  /** Who: `driver`, `operator`, `system`, `gateway:ID`, `user:ID`. */
  readonly actor: string;
  /** What, as `thing.act`: `rating.save`, `link.revoke`. */
  readonly action: string;
  /** Of what, as `thing:ID`. */
  readonly subject: string;
  /** Why, in words or as a code. */
  readonly reason: string;
  readonly before: Json;
  readonly after: Json;
}

/** Clock and randomness. */
export type AuditOutside = Pick<ServerEnvironment, 'nowMs' | 'randomBytes'>;

/** Where an event stands, and the exact text that its leaf covers. */
export interface AppendedEvent {
  readonly seq: number;
  readonly payload: string;
}

/** Appends an event under a salt that the caller drew; see `appendAudit`. */
export async function appendSalted(
  tx: Writer,
  event: AuditEvent,
  salt: Buffer,
  atMs: number,
): Promise<AppendedEvent> {
  const { size: seq, rowHash: previous } = await headOf(tx);
  const payload = canonicalJson({ ...event, v: 1, atMs });
  const leaf = leafHash(salt, Buffer.from(payload));
  await insertRow(tx, {
    seq,
    payload,
    salt,
    leafHash: leaf,
    rowHash: rowHash(previous, seq, leaf),
  });
  return { seq, payload };
}

/**
 * Appends an event to the log. To be called in the transaction of the decision itself, so that
 * neither is ever there without the other.
 */
export function appendAudit(
  tx: Writer,
  event: AuditEvent,
  { nowMs, randomBytes }: AuditOutside,
): Promise<AppendedEvent> {
  return appendSalted(tx, event, randomBytes(saltBytes), nowMs());
}
