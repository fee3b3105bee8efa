import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Place } from './slots.ts';

/**
 * What the launcher tells the program it starts. Both are of different versions: this text is the
 * whole contract between them, and only ever gains fields.
 */
const launchedSchema = Type.Object({
  format: Type.Literal(1),
  /** Of the process this was said to: a child of it was not launched. */
  pid: Type.Integer(),
  /** The update folder of the unit. */
  folder: Type.String(),
  place: Type.Union([Type.Literal('package'), Type.Literal('a'), Type.Literal('b')]),
  onTrial: Type.Boolean(),
  /** Sum of the installed package. */
  baseSum: Type.String(),
  /** Where the libraries of the installed package lie; empty: nowhere. */
  libraryFolder: Type.String(),
});
export type Launched = Readonly<Static<typeof launchedSchema>> & { readonly place: Place };

export const launchedVariable = 'XINLU_LAUNCHED';

/** As the launcher of this very process said it; null: nobody launched it. */
export function launchedIn(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): Launched | null {
  try {
    const parsed: unknown = JSON.parse(env[launchedVariable] ?? 'null');
    return Value.Check(launchedSchema, parsed) && parsed.pid === pid ? parsed : null;
  } catch {
    return null;
  }
}
