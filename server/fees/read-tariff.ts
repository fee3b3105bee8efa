import { Value } from 'typebox/value';
import { sha256OfJson } from './canonical-json.ts';
import { conditionFacts } from './condition.ts';
import { hundredthsOf, microOf } from './money.ts';
import {
  anyClass,
  type Cap,
  type Discount,
  type Item,
  type QuantityRounding,
  type Rates,
  type SourceMark,
  type Surcharge,
  type Tariff,
} from './tariff.ts';
import { findProblems, type TariffProblem } from './tariff-problems.ts';
import { type ItemDocument, type TariffDocument, tariffDocument } from './tariff-schema.ts';

/** How the words of `rateStatus` begin, and the mark they stand for. */
const markWords: readonly (readonly [string, SourceMark])[] = [
  ['sourced', 'S'],
  ['interpolated', 'I'],
  ['inferred', 'I'],
  ['known', 'K'],
  ['assumed', 'A'],
];

function markOfWord(word: string | undefined): SourceMark {
  return markWords.find(([beginning]) => word?.startsWith(beginning))?.[1] ?? null;
}

type Amounts = ItemDocument['rate'];

function readRates(amounts: Amounts, unit: TariffDocument['moneyUnit']): Rates {
  const fenOf = (amount: number) => (unit === 'yuan' ? hundredthsOf(amount) : amount) ?? 0;
  if (amounts === undefined) return new Map();
  if (typeof amounts === 'number') return new Map([[anyClass, fenOf(amounts)]]);
  return new Map(Object.entries(amounts).map(([name, amount]) => [name, fenOf(amount)]));
}

function readRounding(
  item: ItemDocument,
  { distance, time }: TariffDocument['rounding'],
): QuantityRounding | null {
  const { rounding } = item;
  if (rounding !== undefined) return { stepMicro: microOf(rounding.unit), mode: rounding.mode };
  if (item.kind === 'perKmOver')
    return { stepMicro: microOf(distance.unitKm), mode: distance.mode };
  if (item.kind === 'perHourOver') return { stepMicro: microOf(time.unitHour), mode: time.mode };
  return null;
}

function readItem(item: ItemDocument, document: TariffDocument): Item {
  const { code, zh, kind, group, rateStatus, of, percent } = item;
  return {
    code,
    zh,
    en: item.en ?? zh,
    kind,
    group,
    unit: item.unit ?? '',
    ratesFen: readRates(item.rate, document.moneyUnit),
    markOf: (vehicleClass) =>
      markOfWord(typeof rateStatus === 'object' ? rateStatus[vehicleClass] : rateStatus),
    pricing: item.pricing ?? null,
    clause: item.clause ?? null,
    meter: item.meter ?? null,
    overMicro: microOf(item.overKm ?? item.overHours ?? item.over ?? 0),
    rounding: readRounding(item, document.rounding),
    maxQty: item.maxQty ?? null,
    share:
      of === undefined || percent === undefined
        ? null
        : { of, basisPoints: hundredthsOf(percent) ?? 0 },
    conditions: conditionFacts(item.condition) ?? [],
    exemptWhen: item.exemptWhen ?? [],
    exclusiveWithGroups: item.exclusiveWithGroups ?? [],
    requiresWrittenAgreement: item.requiresWrittenAgreement ?? false,
  };
}

function readSurcharge(row: TariffDocument['surcharges'][number]): Surcharge {
  const { code, zh, en = zh, enabled } = row;
  const basisPoints = hundredthsOf(row.percent) ?? 0;
  return { code, zh, en, enabled, basisPoints, groups: row.appliesToGroups ?? null };
}

function readDiscount(row: TariffDocument['discounts'][number]): Discount {
  const { automatic = false, setsZero = [] } = row;
  return { ...readSurcharge({ ...row, percent: row.percent ?? 0 }), automatic, setsZero };
}

function readCap(row: TariffDocument['caps'][number], unit: TariffDocument['moneyUnit']): Cap {
  const { code, zh, en = zh, groups } = row;
  return { code, zh, en, groups, maxFen: readRates(row.max, unit) };
}

export type TariffReading =
  | { readonly tariff: Tariff }
  | { readonly problems: readonly TariffProblem[] };

function schemaProblems(value: unknown): TariffProblem[] {
  return Value.Errors(tariffDocument, value).map(({ instancePath, message }) => ({
    code: 'schema',
    at: instancePath,
    en: message,
  }));
}

/** Makes a tariff ready; otherwise says everything that is wrong with it. Never throws. */
export function readTariff(value: unknown): TariffReading {
  if (!Value.Check(tariffDocument, value)) return { problems: schemaProblems(value) };
  const problems = findProblems(value);
  if (problems.length > 0) return { problems };
  const { id, kind = 'rescue', sample, rounding } = value;
  return {
    tariff: {
      id,
      kind,
      sample,
      sha256: sha256OfJson(value),
      document: value,
      vehicleClasses: value.vehicleClasses.map(({ code }) => code),
      items: new Map(value.items.map((item) => [item.code, readItem(item, value)])),
      surcharges: value.surcharges.map(readSurcharge),
      discounts: value.discounts.map(readDiscount),
      caps: value.caps.map((cap) => readCap(cap, value.moneyUnit)),
      total: { stepFen: rounding.total.toFen, mode: rounding.total.mode },
    },
  };
}
