import type { Attendance } from '../../protocols/evidence/attendance.ts';
import type { Stage } from './stage-table.ts';

/** Stages of one unit on an incident. */
export type UnitStage = Exclude<Stage, 'reported' | 'hazmat-hold' | 'closed'>;

interface UnitRow {
  readonly from: readonly UnitStage[];
  readonly to: UnitStage;
}

const beforeArrival = ['assigned', 'en-route'] as const;
const beforeWork = [...beforeArrival, 'arrived', 'quoted', 'agreed'] as const;

/**
 * Event → from where, to where. Crews forget buttons: whoever states that he works has arrived, so
 * a row leads on from every stage that it implies. What leads nowhere is kept and moves nothing.
 */
export const unitStageTable = {
  depart: { from: ['assigned'], to: 'en-route' },
  arrive: { from: beforeArrival, to: 'arrived' },
  quote: { from: [...beforeArrival, 'arrived'], to: 'quoted' },
  agree: { from: ['quoted'], to: 'agreed' },
  work: { from: beforeWork, to: 'working' },
  tow: { from: [...beforeWork, 'working'], to: 'towed' },
  clear: { from: [...beforeWork, 'working', 'towed'], to: 'cleared' },
  settle: { from: ['towed', 'cleared'], to: 'settled' },
} as const satisfies Record<string, UnitRow>;

export type UnitEvent = keyof typeof unitStageTable;
export const unitEvents = Object.keys(unitStageTable) as readonly UnitEvent[];

export function isUnitEvent(text: string): text is UnitEvent {
  return Object.hasOwn(unitStageTable, text);
}

/** Who stated it: the crew by a button of the unit, a dispatcher, or the crew by phone. */
export type StatedSource = 'button' | 'console' | 'crew';

/** What somebody said a unit did, and when it happened. */
export interface Stated {
  readonly event: UnitEvent;
  /** Gateway clock, Unix ms. */
  readonly atMs: number;
  readonly source: StatedSource;
  readonly by: string;
}

/** When a stage was reached, by word and by signed fixes; both are kept. Unix ms. */
export interface Reached {
  readonly statedAtMs: number | null;
  readonly computedAtMs: number | null;
}

export interface UnitProgress {
  readonly stage: UnitStage;
  readonly reached: Readonly<Partial<Record<UnitStage, Reached>>>;
}

/** Statements kept of one unit on one incident; a crew presses a handful of buttons. */
export const statedMax = 200;

interface Happened {
  readonly event: UnitEvent;
  readonly atMs: number;
  readonly isComputed: boolean;
}

function happenedOf(stated: readonly Stated[], { arrivedAtMs, leftAtMs }: Attendance): Happened[] {
  const computed = [
    { event: 'arrive', atMs: arrivedAtMs },
    { event: 'clear', atMs: leftAtMs },
  ] as const;
  const all = [
    ...stated.map(({ event, atMs }) => ({ event, atMs, isComputed: false })),
    ...computed.flatMap(({ event, atMs }) =>
      atMs === null ? [] : [{ event, atMs, isComputed: true }],
    ),
  ];
  const order = (one: Happened) => unitEvents.indexOf(one.event);
  return all.sort((a, b) => a.atMs - b.atMs || order(a) - order(b));
}

/**
 * How far a unit is, from everything that was said and computed by the time it happened: in
 * whatever order it became known, the answer is the same.
 */
export function progressOf(stated: readonly Stated[], attendance: Attendance): UnitProgress {
  let stage: UnitStage = 'assigned';
  const reached: Partial<Record<UnitStage, Reached>> = {};
  for (const { event, atMs, isComputed } of happenedOf(stated, attendance)) {
    const { from, to }: UnitRow = unitStageTable[event];
    if (from.includes(stage)) stage = to;
    const known = reached[to] ?? { statedAtMs: null, computedAtMs: null };
    reached[to] = isComputed
      ? { ...known, computedAtMs: known.computedAtMs ?? atMs }
      : { ...known, statedAtMs: known.statedAtMs ?? atMs };
  }
  return { stage, reached };
}
