import { type FeeLine, plainLine, sumOf, sumWithin, type UnlistedFee } from './fee-lines.ts';
import { roundTo, shareOf } from './money.ts';
import type { FeeInput } from './read-input.ts';
import { rateOf, type Tariff } from './tariff.ts';

/** What is added to or taken from the lines so far. */
type Adjustment = (tariff: Tariff, input: FeeInput, lines: readonly FeeLine[]) => FeeLine[];

const applyCaps: Adjustment = (tariff, { vehicleClass }, lines) =>
  tariff.caps.flatMap(({ code, zh, en, groups, maxFen }) => {
    const most = rateOf(maxFen, vehicleClass);
    const excess = most === null ? 0 : sumWithin(lines, groups) - most;
    if (excess <= 0) return [];
    return [plainLine({ code, zh, en, kind: 'cap', groups, rateFen: most, amountFen: -excess })];
  });

const addSurcharges: Adjustment = (tariff, input, lines) =>
  tariff.surcharges
    .filter(({ code, enabled }) => enabled && input.surcharges.includes(code))
    .map(({ code, zh, en, basisPoints, groups }) =>
      plainLine({
        code,
        zh,
        en,
        kind: 'surcharge',
        groups: groups ?? [...new Set(lines.flatMap((line) => line.groups))],
        amountFen: shareOf(sumWithin(lines, groups), basisPoints),
      }),
    );

/** Of what remains a part of a fen is dropped, so what is taken off is rounded up. */
const takeDiscounts: Adjustment = (tariff, input, lines) => {
  const taken: FeeLine[] = [];
  for (const { code, zh, en, enabled, automatic, basisPoints, groups } of tariff.discounts) {
    if (!enabled || basisPoints === 0) continue;
    if (!automatic && !input.discounts.includes(code)) continue;
    const before = sumWithin([...lines, ...taken], groups);
    const amountFen = shareOf(before, 10_000 - basisPoints) - before;
    const named = groups ?? [...new Set(lines.flatMap((line) => line.groups))];
    taken.push(plainLine({ code, zh, en, kind: 'discount', groups: named, amountFen }));
  }
  return taken;
};

const roundTotal: Adjustment = ({ total }, _input, lines) => {
  const sum = sumOf(lines);
  const amountFen = roundTo(sum, total.stepFen, total.mode) - sum;
  if (amountFen === 0) return [];
  const names = { code: 'rounding', zh: '合计取整', en: 'Rounding of the sum' };
  return [plainLine({ ...names, kind: 'rounding', amountFen })];
};

/** Goods at cost with a voucher (凭证) stand beside the tariff: added whole, after its rounding. */
const addMaterials: Adjustment = (_tariff, { materials }) =>
  materials
    .filter(({ voucher }) => voucher)
    .map(({ name, fen }) =>
      plainLine({ code: materialCode, zh: name, en: name, kind: 'material', amountFen: fen }),
    );

/** What a bill calls goods at cost. */
export const materialCode = 'material';

/**
 * The written order: a cap is on the fees themselves, a surcharge comes on top of what the cap
 * left, a discount is taken from both, the sum is rounded, goods are added. Assumed where a
 * tariff does not say; `findProblems` refuses tariffs whose result would depend on more.
 */
const order: readonly Adjustment[] = [
  applyCaps,
  addSurcharges,
  takeDiscounts,
  roundTotal,
  addMaterials,
];

/** The lines with everything that is added and taken off; their sum is what is allowed. */
export function adjustLines(
  tariff: Tariff,
  input: FeeInput,
  lines: readonly FeeLine[],
): readonly FeeLine[] {
  const all = [...lines];
  for (const adjustment of order) all.push(...adjustment(tariff, input, all));
  return all;
}

/** Surcharges the tariff does not allow, and goods without a voucher. */
export function unlistedBeside(tariff: Tariff, input: FeeInput): UnlistedFee[] {
  const surcharges = input.surcharges.flatMap((code): UnlistedFee[] => {
    const known = tariff.surcharges.find((surcharge) => surcharge.code === code);
    if (known?.enabled) return [];
    const reason = known === undefined ? 'not-in-tariff' : 'not-enabled';
    return [{ code, name: known?.zh ?? '', reason }];
  });
  const goods = input.materials
    .filter(({ voucher }) => !voucher)
    .map(({ name }): UnlistedFee => ({ code: materialCode, name, reason: 'no-voucher' }));
  return [...surcharges, ...goods];
}
