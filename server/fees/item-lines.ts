import type { FeeLine, LineReason, UnlistedFee } from './fee-lines.ts';
import { feeOf, microPerUnit, roundTo, shareOf } from './money.ts';
import type { FeeInput } from './read-input.ts';
import { type FeeRefusal, refusal } from './refusals.ts';
import { agreementFact, type Item, rateOf, type Tariff } from './tariff.ts';

/** Items that were ordered, and what of them the tariff has no price for. */
interface ItemLines {
  readonly lines: readonly FeeLine[];
  readonly unlisted: readonly UnlistedFee[];
}

/** Codes named in `qty` with more than nothing. */
function isNamed(input: FeeInput, code: string): boolean {
  return (input.qtyMicro.get(code) ?? 0) > 0;
}

function baseOrdered(tariff: Tariff, input: FeeInput, group: string): boolean | null {
  const bases = [...tariff.items.values()].filter(
    (item) => item.kind === 'base' && item.group === group,
  );
  return bases.length === 0 ? null : bases.some(({ code }) => isNamed(input, code));
}

/**
 * Whether an item is charged. What is counted is named in `qty`. What is metered follows the base
 * fee of its group (the kilometres over those the base includes), or its own meter where the group
 * has no base; naming it in `qty` claims it, naming it with 0 leaves it out.
 */
function isOrdered(tariff: Tariff, input: FeeInput, item: Item): boolean {
  const named = input.qtyMicro.get(item.code);
  if (named !== undefined) return named > 0;
  if (item.meter === null || !input.metersMicro.has(item.meter)) return false;
  return baseOrdered(tariff, input, item.group) ?? true;
}

/** Why nothing may be charged for an item; null: it may. */
function barredBy(tariff: Tariff, input: FeeInput, item: Item): LineReason | null {
  const holds = (fact: string) => input.facts.get(fact) === true;
  if (!item.conditions.every(holds)) return 'condition-not-met';
  if (item.exemptWhen.some(holds)) return 'exempt';
  if (item.requiresWrittenAgreement && input.facts.get(agreementFact) === false) {
    return 'no-written-agreement';
  }
  const excluding = [...tariff.items.values()].some(
    ({ code, group }) => item.exclusiveWithGroups.includes(group) && isNamed(input, code),
  );
  if (excluding) return 'excluded-by-another';
  const free = tariff.discounts.some(
    ({ code, enabled, automatic, setsZero }) =>
      enabled && setsZero.includes(item.code) && (automatic || input.discounts.includes(code)),
  );
  return free ? 'free' : null;
}

/** What is charged for, in millionths: less what is included, brought to the unit of charge. */
function quantityOf(input: FeeInput, item: Item): number {
  const named = input.qtyMicro.get(item.code) ?? 0;
  const measured = item.meter === null ? named : (input.metersMicro.get(item.meter) ?? 0);
  const over = Math.max(0, measured - item.overMicro);
  const { rounding } = item;
  return rounding === null ? over : roundTo(over, rounding.stepMicro, rounding.mode);
}

/** The rate in fen: its own, or its share of another item's. */
function priceOf(tariff: Tariff, input: FeeInput, item: Item): number | null {
  if (item.share === null) return rateOf(item.ratesFen, input.vehicleClass);
  const whole = tariff.items.get(item.share.of);
  const rateFen = whole === undefined ? null : rateOf(whole.ratesFen, input.vehicleClass);
  return rateFen === null ? null : shareOf(rateFen, item.share.basisPoints);
}

function lineOf(tariff: Tariff, input: FeeInput, item: Item, rateFen: number): FeeLine {
  const asked = quantityOf(input, item);
  const most = item.maxQty === null ? asked : item.maxQty * microPerUnit;
  const quantityMicro = Math.min(asked, most);
  const barred = barredBy(tariff, input, item);
  const { code, zh, en, kind, group, unit, pricing, clause } = item;
  return {
    code,
    zh,
    en,
    kind,
    groups: [group],
    quantity: quantityMicro / microPerUnit,
    unit,
    rateFen,
    amountFen: barred === null ? feeOf(rateFen, quantityMicro) : 0,
    pricing,
    mark: item.markOf(input.vehicleClass),
    clause,
    reason: barred ?? (asked > most ? 'quantity-limited' : null),
  };
}

/** Every item that was ordered, in the tariff's order; a refusal when a measure is missing. */
export function itemLines(tariff: Tariff, input: FeeInput): ItemLines | FeeRefusal {
  const lines: FeeLine[] = [];
  const unlisted: UnlistedFee[] = [...input.qtyMicro.keys()]
    .filter((code) => isNamed(input, code) && !tariff.items.has(code))
    .map((code) => ({ code, name: '', reason: 'not-in-tariff' }));
  for (const item of tariff.items.values()) {
    if (!isOrdered(tariff, input, item)) continue;
    if (item.meter !== null && !input.metersMicro.has(item.meter)) {
      return refusal('meter-missing', item.meter);
    }
    const rateFen = priceOf(tariff, input, item);
    if (rateFen === null) {
      unlisted.push({ code: item.code, name: item.zh, reason: 'no-posted-price' });
    } else {
      lines.push(lineOf(tariff, input, item, rateFen));
    }
  }
  return { lines, unlisted };
}
