import { adjustLines, unlistedBeside } from './adjustments.ts';
import { type BilledLine, checkBill } from './check-bill.ts';
import { type FeeLine, sumOf, type UnlistedFee } from './fee-lines.ts';
import { itemLines } from './item-lines.ts';
import { readInput } from './read-input.ts';
import type { FeeRefusal } from './refusals.ts';
import type { Tariff } from './tariff.ts';
import type { TariffDocument } from './tariff-schema.ts';

/** `none`: nothing was asked for, or a sample tariff outside a demonstration. */
export type FeeVerdict = 'within' | 'over' | 'unlisted' | 'none';

export interface FeeCheck {
  /** The most that may be asked, in fen. */
  readonly allowedFen: number;
  readonly lines: readonly FeeLine[];
  readonly verdict: FeeVerdict;
  /** How much too much was asked, in fen; 0 when not, or without a verdict. */
  readonly overFen: number;
  /** What was asked for and may be refused, by name. */
  readonly unlisted: readonly UnlistedFee[];
  readonly billed: readonly BilledLine[];
  /** Rules of the tariff that the verdict rests on. */
  readonly rules: readonly TariffDocument['rules'][number][];
  /** Fields of the input that this tariff has no use for. */
  readonly ignored: readonly string[];
}

/** A sample tariff gives a verdict only in a demonstration. product.md, "Rules about honesty". */
export interface FeeCheckMode {
  readonly demonstration: boolean;
}

function judge(
  mayJudge: boolean,
  askedFen: number | null,
  overFen: number,
  unlisted: readonly UnlistedFee[],
): FeeVerdict {
  if (!mayJudge) return 'none';
  if (unlisted.length > 0) return 'unlisted';
  if (askedFen === null) return 'none';
  return overFen > 0 ? 'over' : 'within';
}

function namedOnce(unlisted: readonly UnlistedFee[]): UnlistedFee[] {
  const byKey = new Map<string, UnlistedFee>();
  for (const fee of unlisted) {
    // Goods share one code and are told apart by name; a bill may name what `qty` had named.
    const key = fee.reason === 'no-voucher' ? `${fee.code} ${fee.name}` : fee.code;
    const before = byKey.get(key);
    if (before === undefined || before.name === '') byKey.set(key, fee);
  }
  return [...byKey.values()];
}

/** Codes of the rules a verdict rests on, as the tariffs name them. */
function rulesBehind({ document }: Tariff, overFen: number, unlisted: boolean) {
  const codes = [
    ...(unlisted ? ['no-unlisted-fee'] : []),
    ...(overFen > 0 ? ['not-above-standard'] : []),
  ];
  return document.rules.filter(({ code }) => codes.includes(code));
}

/**
 * What a tariff allows for what was done, step by step, and how what was asked compares.
 * `input` is the input object of a fixture, with `quotedFen`, `surcharges`, `discounts`,
 * `materials` and `bill` beside. Pure; never throws. credit.md, "Fee check".
 */
export function checkFee(
  tariff: Tariff,
  input: unknown,
  { demonstration }: FeeCheckMode,
): FeeCheck | FeeRefusal {
  const reading = readInput(tariff, input);
  if ('refused' in reading) return reading;
  const items = itemLines(tariff, reading.input);
  if ('refused' in items) return items;
  const lines = adjustLines(tariff, reading.input, items.lines);
  const allowedFen = sumOf(lines);
  const bill = checkBill(tariff, reading.input, lines);
  const unlisted = namedOnce([
    ...items.unlisted,
    ...unlistedBeside(tariff, reading.input),
    ...bill.unlisted,
  ]);
  const { quotedFen, ignored } = reading.input;
  const askedFen = quotedFen ?? (reading.input.bill.length > 0 ? bill.sumFen : null);
  const mayJudge = demonstration || !tariff.sample;
  const overFen = mayJudge ? Math.max(0, (askedFen ?? 0) - allowedFen, bill.overFen) : 0;
  const verdict = judge(mayJudge, askedFen, overFen, unlisted);
  const rules = verdict === 'none' ? [] : rulesBehind(tariff, overFen, unlisted.length > 0);
  return {
    allowedFen,
    lines,
    verdict,
    overFen,
    unlisted: mayJudge ? unlisted : [],
    billed: mayJudge ? bill.billed : [],
    rules,
    ignored,
  };
}
