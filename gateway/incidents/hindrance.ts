import { type Static, Type } from 'typebox';

/** What keeps a unit away without its fault. credit.md, "Four measures": closure or jam. */
export const hindrance = Type.Object(
  {
    kind: Type.Union([Type.Literal('road-closed'), Type.Literal('jam')]),
    fromMs: Type.Integer({ minimum: 0, description: 'Unix ms' }),
    toMs: Type.Union([Type.Integer({ minimum: 0, description: 'Unix ms' }), Type.Null()]),
  },
  { additionalProperties: false },
);
export type Hindrance = Static<typeof hindrance>;

export const hindrancesMax = 20;

/** Kinds of hindrance that stood at some time of a span, each once. */
export function hindrancesIn(
  hindrances: readonly Hindrance[],
  fromMs: number,
  toMs: number,
): readonly Hindrance['kind'][] {
  const then = hindrances.filter((one) => one.fromMs <= toMs && (one.toMs ?? toMs) >= fromMs);
  return [...new Set(then.map(({ kind }) => kind))];
}
