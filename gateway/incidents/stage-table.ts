/** Stages of an incident, in their order. wire.md, "Incidents". */
export const stages = [
  'reported',
  'assigned',
  'en-route',
  'arrived',
  'working',
  'hazmat-hold',
  'cleared',
  'closed',
] as const;
export type Stage = (typeof stages)[number];

/**
 * How an incident ended; the exceptions are those of the rescue workflow. An encounter, which
 * nobody dispatched and nobody closes, lapses when its unit has gone.
 */
export const outcomes = [
  'done',
  'refused',
  'self-recovered',
  'cancelled-on-arrival',
  'handed-over',
  'lapsed',
] as const;
export type Outcome = (typeof outcomes)[number];

interface StageRow {
  readonly from: readonly Stage[];
  readonly to: Stage;
  readonly outcome?: Outcome;
}

const open: readonly Stage[] = stages.filter((stage) => stage !== 'closed');
const onScene: readonly Stage[] = ['arrived', 'working', 'hazmat-hold'];

/** Event → where it is allowed, where it leads. What has no row here is refused. */
export const stageTable = {
  assign: { from: ['reported'], to: 'assigned' },
  depart: { from: ['assigned'], to: 'en-route' },
  arrive: { from: ['assigned', 'en-route'], to: 'arrived' },
  work: { from: ['arrived', 'hazmat-hold'], to: 'working' },
  'hazmat-hold': { from: ['arrived', 'working'], to: 'hazmat-hold' },
  clear: { from: onScene, to: 'cleared' },
  close: { from: ['cleared'], to: 'closed', outcome: 'done' },
  refuse: { from: open, to: 'closed', outcome: 'refused' },
  'self-recover': { from: open, to: 'closed', outcome: 'self-recovered' },
  'cancel-on-arrival': { from: onScene, to: 'closed', outcome: 'cancelled-on-arrival' },
  'hand-over': { from: onScene, to: 'closed', outcome: 'handed-over' },
  lapse: { from: open, to: 'closed', outcome: 'lapsed' },
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
