/** One figure of the bench: a ratio to a limit that was measured in the same run. */
export interface BenchRow {
  readonly name: string;
  /** What the product does, in `unit`. */
  readonly product: number;
  /** The limit measured beside it, in the same unit. */
  readonly limit: number;
  readonly limitName: string;
  readonly unit: string;
  /** product / limit. */
  readonly ratio: number;
  /** Where we mean to stand; null: reported only. */
  readonly goal: { readonly atLeast: number } | { readonly atMost: number } | null;
}

export function row(
  name: string,
  unit: string,
  product: number,
  [limitName, limit]: readonly [string, number],
  goal: BenchRow['goal'],
): BenchRow {
  return { name, unit, product, limit, limitName, ratio: product / limit, goal };
}

export function meetsGoal({ ratio, goal }: BenchRow): boolean {
  if (goal === null) return true;
  return 'atLeast' in goal ? ratio >= goal.atLeast : ratio <= goal.atMost;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Milliseconds that `work` took, once. */
export async function timed(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/**
 * Two pieces of work turn about, so that whatever else the machine does falls on both.
 * Answers the median milliseconds of each.
 */
export async function inTurns(
  rounds: number,
  first: () => unknown,
  second: () => unknown,
): Promise<readonly [number, number]> {
  const firstMs: number[] = [];
  const secondMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    firstMs.push(await timed(first));
    secondMs.push(await timed(second));
  }
  return [median(firstMs), median(secondMs)];
}
