import { toBase64url } from '../../protocols/audit/base64url.ts';
import { type Checkpoint, isSignedBy, readCheckpoint } from '../../protocols/audit/checkpoint.ts';
import { publicKeyFromRaw } from '../../protocols/signed/ed25519.ts';
import type { Reader } from '../../protocols/store/store.ts';
import { rootOf, rowAt } from './audit-table.ts';
import type { SigningKey } from './signing-keys.ts';
import type { AuditBreak } from './verify-audit.ts';

const batchCheckpoints = 1000;

/** What was found of the log itself. */
interface CheckedLog {
  readonly size: number;
  readonly keys: ReadonlyMap<string, SigningKey>;
}

function isSigned(checkpoint: Checkpoint, keys: CheckedLog['keys']): boolean {
  const key = keys.get(checkpoint.keyId);
  if (key?.use !== 'checkpoint') return false;
  const publicKey = publicKeyFromRaw(Buffer.from(key.publicKey, 'base64url'));
  return publicKey !== null && isSignedBy(checkpoint, publicKey);
}

/** Whether the log, already checked, begins with what a checkpoint states; else why not. */
async function heldProblem(
  reader: Reader,
  { size }: CheckedLog,
  checkpoint: Checkpoint,
): Promise<string | null> {
  if (checkpoint.size > size) return 'tail-cut';
  if (checkpoint.size === 0) return 'empty-checkpoint';
  if (toBase64url(await rootOf(reader, checkpoint.size)) !== checkpoint.root) return 'root-differs';
  const row = await rowAt(reader, checkpoint.size - 1);
  const isSame = row !== undefined && toBase64url(row.rowHash) === checkpoint.rowHash;
  return isSame ? null : 'row-hash-differs';
}

function bodyOf(text: unknown): Checkpoint | null {
  try {
    const value: unknown = JSON.parse(String(text));
    return readCheckpoint(value) === null ? null : (value as Checkpoint);
  } catch {
    return null;
  }
}

/** Every checkpoint of the store: numbered without a gap, signed, and true of the log. */
export async function checkCheckpoints(
  reader: Reader,
  log: CheckedLog,
): Promise<{ broken: AuditBreak | null; checkpoints: number }> {
  let checkpoints = 0;
  const brokenFor = (reason: string) => ({
    broken: { where: 'checkpoints', at: checkpoints, reason } as const,
    checkpoints,
  });
  const { before } = (await reader.get<{ before: number }>(
    'SELECT count(*) AS before FROM audit_checkpoints WHERE number < 0',
  )) ?? { before: 0 };
  if (before > 0) return brokenFor('extra-checkpoint');
  for (;;) {
    const rows = await reader.all<{ number: number; size: number; body: unknown }>(
      'SELECT number, size, body FROM audit_checkpoints WHERE number >= ? ORDER BY number LIMIT ?',
      [checkpoints, batchCheckpoints],
    );
    if (rows.length === 0) return { broken: null, checkpoints };
    for (const { number, size, body } of rows) {
      const checkpoint = bodyOf(body);
      if (number !== checkpoints) return brokenFor('checkpoint-missing');
      if (checkpoint?.number !== number || checkpoint.size !== size) return brokenFor('differs');
      if (JSON.stringify(checkpoint) !== body) return brokenFor('differs');
      if (!isSigned(checkpoint, log.keys)) return brokenFor('bad-signature');
      const reason = await heldProblem(reader, log, checkpoint);
      if (reason !== null) return brokenFor(reason);
      checkpoints += 1;
    }
  }
}

async function isStored(reader: Reader, { number, sig }: Checkpoint): Promise<boolean> {
  const row = await reader.get<{ body: string }>(
    'SELECT body FROM audit_checkpoints WHERE number = ?',
    [number],
  );
  return row !== undefined && (JSON.parse(row.body) as Checkpoint).sig === sig;
}

/**
 * Checkpoints that others have kept. They are the measure of this log, not it of them: a key that
 * the log does not know is a break too.
 */
export async function checkHeld(
  reader: Reader,
  log: CheckedLog,
  held: readonly Checkpoint[],
): Promise<AuditBreak | null> {
  for (const checkpoint of held) {
    const reason =
      (await heldProblem(reader, log, checkpoint)) ??
      (isSigned(checkpoint, log.keys) ? null : 'bad-signature') ??
      ((await isStored(reader, checkpoint)) ? null : 'checkpoint-missing');
    if (reason !== null) return { where: 'held-checkpoint', at: checkpoint.number, reason };
  }
  return null;
}
