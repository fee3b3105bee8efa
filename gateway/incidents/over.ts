import { type Incident, isLeft, progressOfUnit } from './incident.ts';
import type { StageEvent } from './stage-table.ts';

/** An encounter that nobody scanned for so long is over, ms. */
const encounterIdleMsMax = 2 * 3_600_000;
/**
 * A scene that all units have left is over after this, ms: what comes late from a dead zone (two
 * hours) has by then had its chance to show that one of them was still there.
 */
const leftMsMax = 3 * 3_600_000;

/** What ends by itself: nobody declares it, it is noticed. product.md, "Dispatcher". */
export interface Ending {
  readonly id: string;
  readonly event: StageEvent;
  readonly by: string;
}

function lastMovedMs(incident: Incident): number {
  const moments = incident.assignments.flatMap((one) => {
    const { reached } = progressOfUnit(one);
    const known = Object.values(reached).flatMap(({ statedAtMs, computedAtMs }) => [
      statedAtMs ?? 0,
      computedAtMs ?? 0,
    ]);
    return [one.assignedAtMs, one.releasedAtMs ?? 0, ...known];
  });
  return Math.max(incident.reportedAtMs, ...moments);
}

/**
 * Incidents that are over at a moment.
 * @param touchedAtMs last scan of an encounter, by its id, Unix ms
 */
export function overAt(
  open: readonly Incident[],
  touchedAtMs: ReadonlyMap<string, number>,
  nowMs: number,
): readonly Ending[] {
  return open.flatMap((incident): Ending[] => {
    const { id, kind, stage, reportedAtMs } = incident;
    if (kind === 'encounter') {
      const isIdle = nowMs - (touchedAtMs.get(id) ?? reportedAtMs) > encounterIdleMsMax;
      return isIdle ? [{ id, event: 'lapse', by: 'idle' }] : [];
    }
    const isCleared = stage === 'cleared' || stage === 'settled';
    const isOver = isCleared && isLeft(incident) && nowMs - lastMovedMs(incident) > leftMsMax;
    return isOver ? [{ id, event: 'close', by: 'fix' }] : [];
  });
}
