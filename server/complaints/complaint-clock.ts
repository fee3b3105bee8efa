import type { WorkingCalendar } from '../calendar/read-calendar.ts';
import { type DeadlineMoment, deadlineAfter } from '../calendar/working-days.ts';
import type { Complaint } from './complaint.ts';

/** Working days of each level. credit.md, "Complaints" (from 湖北). */
export const levelWorkingDays = 3;

/**
 * - `running`: within the first level; `escalated`: it was missed, the second runs
 * - `overdue`: the second was missed too; `done`: answered
 */
export type ClockState = 'running' | 'escalated' | 'overdue' | 'done';

export interface ComplaintClock {
  readonly state: ClockState;
  readonly first: DeadlineMoment;
  readonly second: DeadlineMoment;
}

/** The clock that driver and staff both see: it follows from the filing and the answer alone. */
export function complaintClock(
  calendar: WorkingCalendar,
  { filedAtMs, steps }: Pick<Complaint, 'filedAtMs' | 'steps'>,
  nowMs: number,
): ComplaintClock {
  const first = deadlineAfter(calendar, filedAtMs, levelWorkingDays);
  // The second level starts with the last moment of the first.
  const second = deadlineAfter(calendar, first.endMs - 1, levelWorkingDays);
  const isAnswered = steps.some(({ state }) => state === 'answered' || state === 'closed');
  if (isAnswered) return { state: 'done', first, second };
  if (nowMs < first.endMs) return { state: 'running', first, second };
  return { state: nowMs < second.endMs ? 'escalated' : 'overdue', first, second };
}
