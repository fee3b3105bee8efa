import { type Static, Type } from 'typebox';

/** Matters of road administration. wire.md, "Incidents": 路产损坏, 遗洒, 涉路施工, 大件. */
const matter = Type.Union([
  Type.Literal('road-damage'),
  Type.Literal('spillage'),
  Type.Literal('road-works'),
  Type.Literal('oversize'),
  Type.Literal('inspection'),
  Type.Literal('other'),
]);

const moment = Type.Union([Type.Integer({ minimum: 0, description: 'Unix ms' }), Type.Null()]);
const shortText = Type.String({ minLength: 1, maxLength: 64 });

/** What is written down of an act of enforcement. Officers by the numbers on their badges. */
export const enforcementFields = Type.Object(
  {
    matter,
    officers: Type.Array(shortText, { maxItems: 20, uniqueItems: true }),
    startedAtMs: moment,
    endedAtMs: moment,
    documentNumber: Type.Union([shortText, Type.Null()]),
  },
  { additionalProperties: false },
);
export const enforcementChange = Type.Partial(enforcementFields);
export type Enforcement = Static<typeof enforcementFields>;
export type EnforcementChange = Static<typeof enforcementChange>;

export const noEnforcement: Enforcement = {
  matter: 'other',
  officers: [],
  startedAtMs: null,
  endedAtMs: null,
  documentNumber: null,
};

/** 行政处罚法 (2021), article 42: at least two officers enforce. */
export const officersMin = 2;

export type EnforcementWarning =
  | 'fewer-than-two-officers'
  | 'ends-before-it-starts'
  | 'no-document';

/**
 * What a supervisor is shown; none of it stops an entry.
 * @param officersAboard by the units' own records: where there are any, they are what counts
 */
export function warningsOf(
  enforcement: Enforcement | null,
  officersAboard: readonly string[],
): readonly EnforcementWarning[] {
  const counted = officersAboard.length > 0 ? officersAboard : enforcement?.officers;
  const isAlone = counted !== undefined && counted.length < officersMin;
  const alone = isAlone ? (['fewer-than-two-officers'] as const) : [];
  if (enforcement === null) return alone;
  const { startedAtMs, endedAtMs, documentNumber } = enforcement;
  const isTurned = startedAtMs !== null && endedAtMs !== null && endedAtMs < startedAtMs;
  return [
    ...alone,
    ...(isTurned ? (['ends-before-it-starts'] as const) : []),
    ...(endedAtMs !== null && documentNumber === null ? (['no-document'] as const) : []),
  ];
}
