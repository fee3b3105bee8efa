import { materialCode } from './adjustments.ts';
import type { FeeLine, UnlistedFee } from './fee-lines.ts';
import type { BillRow, FeeInput } from './read-input.ts';
import type { Tariff } from './tariff.ts';

/** A line of the bill beside what the tariff allows for it. */
export interface BilledLine {
  readonly code: string;
  readonly name: string;
  readonly billedFen: number;
  readonly allowedFen: number;
  readonly overFen: number;
}

export interface BillCheck {
  readonly billed: readonly BilledLine[];
  readonly unlisted: readonly UnlistedFee[];
  readonly sumFen: number;
  /** What single lines ask too much, whatever the sum. 价格法 第十二条、第三十九条、第四十一条. */
  readonly overFen: number;
}

/** Lines of one code are judged together: two half fees are one fee. */
function byCode(bill: readonly BillRow[]): BillRow[] {
  const merged = new Map<string, BillRow>();
  for (const { code, name, fen } of bill) {
    const before = merged.get(code);
    merged.set(code, { code, name: before?.name || name, fen: (before?.fen ?? 0) + fen });
  }
  return [...merged.values()];
}

/**
 * The itemised bill (结算清单) line by line against the fees as reckoned, before caps and
 * discounts, which work on the sum.
 */
export function checkBill(
  tariff: Tariff,
  { bill }: FeeInput,
  lines: readonly FeeLine[],
): BillCheck {
  const rows = byCode(bill);
  const known = new Set([
    ...tariff.items.keys(),
    ...tariff.surcharges.filter(({ enabled }) => enabled).map(({ code }) => code),
    materialCode,
  ]);
  const billed = rows.map(({ code, name, fen }) => {
    const allowedFen = lines
      .filter((line) => line.code === code && line.amountFen > 0)
      .reduce((sum, { amountFen }) => sum + amountFen, 0);
    const overFen = Math.max(0, fen - allowedFen);
    return { code, name, billedFen: fen, allowedFen, overFen };
  });
  return {
    billed,
    unlisted: rows
      .filter(({ code }) => !known.has(code))
      .map(({ code, name }) => ({ code, name, reason: 'not-in-tariff' })),
    sumFen: rows.reduce((sum, { fen }) => sum + fen, 0),
    overFen: billed.reduce((sum, { overFen }) => sum + overFen, 0),
  };
}
