/**
 * Stages of an incident, in their order: a later one stands behind an earlier one. wire.md,
 * "Incidents"; rescue-workflow, its steps and the exception 危化品处置等待.
 */
export const stages = [
  'reported',
  'assigned',
  'en-route',
  'arrived',
  'quoted',
  'agreed',
  'working',
  'hazmat-hold',
  'towed',
  'cleared',
  'settled',
  'closed',
] as const;
export type Stage = (typeof stages)[number];

/**
 * How an incident ended; the exceptions are those of the rescue workflow. An encounter, which
 * nobody dispatched and nobody closes, lapses when its unit has gone; what turns out to be another
 * incident is merged into it.
 */
export const outcomes = [
  'done',
  'refused',
  'self-recovered',
  'cancelled-on-arrival',
  'handed-over',
  'lapsed',
  'merged',
] as const;
export type Outcome = (typeof outcomes)[number];

interface StageRow {
  readonly from: readonly Stage[];
  readonly to: Stage;
  readonly outcome?: Outcome;
}

const open: readonly Stage[] = stages.filter((stage) => stage !== 'closed');
const onScene: readonly Stage[] = [
  'arrived',
  'quoted',
  'agreed',
  'working',
  'hazmat-hold',
  'towed',
];
const beforeWork: readonly Stage[] = ['arrived', 'quoted', 'agreed'];

/** Event → where it is allowed, where it leads. What has no row here is refused. */
export const stageTable = {
  assign: { from: ['reported'], to: 'assigned' },
  depart: { from: ['assigned'], to: 'en-route' },
  arrive: { from: ['assigned', 'en-route'], to: 'arrived' },
  quote: { from: ['arrived'], to: 'quoted' },
  agree: { from: ['quoted'], to: 'agreed' },
  work: { from: [...beforeWork, 'hazmat-hold'], to: 'working' },
  'hazmat-hold': { from: [...beforeWork, 'working'], to: 'hazmat-hold' },
  tow: { from: ['working'], to: 'towed' },
  clear: { from: onScene, to: 'cleared' },
  settle: { from: ['towed', 'cleared'], to: 'settled' },
  close: { from: ['cleared', 'settled'], to: 'closed', outcome: 'done' },
  refuse: { from: open, to: 'closed', outcome: 'refused' },
  'self-recover': { from: open, to: 'closed', outcome: 'self-recovered' },
  'cancel-on-arrival': { from: onScene, to: 'closed', outcome: 'cancelled-on-arrival' },
  'hand-over': { from: onScene, to: 'closed', outcome: 'handed-over' },
  lapse: { from: open, to: 'closed', outcome: 'lapsed' },
  merge: { from: open, to: 'closed', outcome: 'merged' },
} as const satisfies Record<string, StageRow>;

export type StageEvent = keyof typeof stageTable;
export const stageEvents = Object.keys(stageTable) as readonly StageEvent[];

export function isStageEvent(text: string): text is StageEvent {
  return Object.hasOwn(stageTable, text);
}

/** The stage after an event with the outcome it fixes, or null where it is not allowed. */
export function nextStage(
  stage: Stage,
  event: StageEvent,
): { readonly stage: Stage; readonly outcome: Outcome | null } | null {
  const row: StageRow = stageTable[event];
  return row.from.includes(stage) ? { stage: row.to, outcome: row.outcome ?? null } : null;
}

/** The stage that stands behind the other. */
export function laterStage(a: Stage, b: Stage): Stage {
  return stages.indexOf(a) >= stages.indexOf(b) ? a : b;
}
