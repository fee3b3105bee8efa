import { toBase64url } from '../../protocols/audit/base64url.ts';
import type { Checkpoint } from '../../protocols/audit/checkpoint.ts';
import type { Store } from '../../protocols/store/store.ts';
import { rootOf } from './audit-table.ts';
import { checkCheckpoints, checkHeld } from './verify-checkpoints.ts';
import { checkCounts, checkKeys, LogWalk } from './verify-log.ts';

/** Where the log does not hold together. `at`: number of the row, node or checkpoint. */
export interface AuditBreak {
  readonly where: 'events' | 'tree' | 'keys' | 'checkpoints' | 'held-checkpoint';
  readonly at: number | string | null;
  readonly reason: string;
}

/** What `audit verify` prints. */
export interface AuditReport {
  readonly ok: boolean;
  /** Rows read up to the first break, or all. */
  readonly events: number;
  /** Of them, those whose payload was erased by an event of the log. */
  readonly erased: number;
  readonly checkpoints: number;
  /** Root of the whole tree, base64url; null when broken. */
  readonly root: string | null;
  readonly firstBreak: AuditBreak | null;
}

/**
 * Reads the whole log: every leaf, row, node, key and checkpoint, and that it still holds what the
 * checkpoints say that a partner or newspaper has kept (`held`). Ends at the first break. Only the
 * last step holds up writers. credit.md, "Audit".
 */
export async function verifyAudit(
  store: Store,
  held: readonly Checkpoint[] = [],
): Promise<AuditReport> {
  const walk = new LogWalk();
  let broken = await walk.readAll(store);
  let checkpoints = 0;
  if (broken === null) {
    // What was written meanwhile, and what can only be said of all at once.
    broken = await store.write(
      async (tx) =>
        (await walk.readAll(tx)) ??
        walk.unexplainedErasure() ??
        (await checkKeys(tx, walk.keys)) ??
        (await checkCounts(tx, walk.size)),
    );
  }
  if (broken === null) {
    const result = await checkCheckpoints(store, walk);
    broken = result.broken;
    checkpoints = result.checkpoints;
  }
  broken ??= await checkHeld(store, walk, held);
  return {
    ok: broken === null,
    events: walk.size,
    erased: walk.erased,
    checkpoints,
    root: broken === null ? toBase64url(await rootOf(store, walk.size)) : null,
    firstBreak: broken,
  };
}
