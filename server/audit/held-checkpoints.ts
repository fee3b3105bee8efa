import { Value } from 'typebox/value';
import { type Checkpoint, checkpointSchema } from '../../protocols/audit/checkpoint.ts';

/**
 * Checkpoints out of a file: one, an array, or an object with `checkpoints` as
 * `GET /audit/checkpoints` answers. Null when there is none, or when anything else is among them.
 */
export function readHeldCheckpoints(text: string): Checkpoint[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const listed = (value as { checkpoints?: unknown } | null)?.checkpoints ?? value;
  const held: unknown[] = Array.isArray(listed) ? listed : [listed];
  if (held.length === 0 || !held.every((one) => Value.Check(checkpointSchema, one))) return null;
  return held as Checkpoint[];
}
