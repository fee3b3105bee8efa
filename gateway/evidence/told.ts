import { createHash } from 'node:crypto';
import type { LinkMessage } from '../../protocols/http/link-bodies.ts';
import type { Writer } from '../../protocols/store/store.ts';
import type { Waiting } from '../link/outbox.ts';

/** Something the server holds the newest version of. */
export type ToldMessage = Extract<LinkMessage, { type: 'incident' | 'unit' | 'evidence' }>;
export type ToldBody<Type extends ToldMessage['type']> = Omit<
  Extract<ToldMessage, { type: Type }>['body'],
  'version'
>;

export interface News<Type extends ToldMessage['type']> {
  readonly type: Type;
  readonly subject: string;
  readonly body: ToldBody<Type>;
  /** Said only of what was told before: there is nothing to take back of the rest. */
  readonly isWithdrawal?: boolean;
}

function digestOf(body: object): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}

/**
 * The message that tells of a change, with the next version of its subject, in the caller's own
 * transaction; null when the server was told the same before. What commits with it is told, and
 * told once.
 */
export async function tell<Type extends ToldMessage['type']>(
  tx: Writer,
  { type, subject, body, isWithdrawal = false }: News<Type>,
): Promise<Waiting | null> {
  const digest = digestOf(body);
  const known = await tx.get<{ version: number; digest: string }>(
    'SELECT version, digest FROM told_subject WHERE type = ? AND subject = ?',
    [type, subject],
  );
  if (known?.digest === digest || (known === undefined && isWithdrawal)) return null;
  const version = (known?.version ?? 0) + 1;
  await tx.run(
    `INSERT INTO told_subject (type, subject, version, digest) VALUES (?, ?, ?, ?)
     ON CONFLICT (type, subject) DO UPDATE SET version = excluded.version,
       digest = excluded.digest`,
    [type, subject, version, digest],
  );
  const message = { id: `${type}:${subject}.${version}`, type, body: { ...body, version } };
  return { subject, message: message as unknown as LinkMessage };
}
