import type { RoundingMode } from './money.ts';
import type { ItemKind, Pricing, TariffDocument, TariffKind } from './tariff-schema.ts';

/** A tariff made ready for reckoning: money in whole fen, measures in millionths. */

/** Where a figure comes from: sourced, inferred, known from memory, assumed; null: not marked. */
export type SourceMark = 'S' | 'I' | 'K' | 'A' | null;

/** A rate by vehicle class, or under `anyClass` one for all. */
export type Rates = ReadonlyMap<string, number>;
export const anyClass = '*';

/** A quantity is brought to a multiple of `stepMicro`; null: it counts as it is. */
export interface QuantityRounding {
  readonly stepMicro: number;
  readonly mode: RoundingMode;
}

export interface Item {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly kind: ItemKind;
  readonly group: string;
  readonly unit: string;
  /** Empty: a market item that has its price in the firm's posted list. */
  readonly ratesFen: Rates;
  readonly markOf: (vehicleClass: string) => SourceMark;
  readonly pricing: Pricing | null;
  readonly clause: string | null;
  /** Name of what is measured; null: counted. */
  readonly meter: string | null;
  /** Included in the base fee. */
  readonly overMicro: number;
  readonly rounding: QuantityRounding | null;
  readonly maxQty: number | null;
  /** Of a percentage: the item it is a share of, and the share in hundredths of a percent. */
  readonly share: { readonly of: string; readonly basisPoints: number } | null;
  /** Facts that must all hold, else nothing may be charged. */
  readonly conditions: readonly string[];
  /** Facts of which one suffices that nothing may be charged. */
  readonly exemptWhen: readonly string[];
  /** Gives way when something of these groups is charged. */
  readonly exclusiveWithGroups: readonly string[];
  readonly requiresWrittenAgreement: boolean;
}

export interface Surcharge {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly enabled: boolean;
  readonly basisPoints: number;
  /** Null: all. */
  readonly groups: readonly string[] | null;
}

export interface Discount extends Surcharge {
  readonly automatic: boolean;
  /** Items that cost nothing under it. */
  readonly setsZero: readonly string[];
}

export interface Cap {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly groups: readonly string[];
  readonly maxFen: Rates;
}

export interface Tariff {
  readonly id: string;
  readonly kind: TariffKind;
  readonly sample: boolean;
  readonly sha256: string;
  readonly document: TariffDocument;
  /** Empty: the vehicle does not matter. */
  readonly vehicleClasses: readonly string[];
  readonly items: ReadonlyMap<string, Item>;
  readonly surcharges: readonly Surcharge[];
  readonly discounts: readonly Discount[];
  readonly caps: readonly Cap[];
  /** The sum is brought to a multiple of this. */
  readonly total: { readonly stepFen: number; readonly mode: RoundingMode };
}

/** The rate for a vehicle class; null when the tariff has none. */
export function rateOf(rates: Rates, vehicleClass: string): number | null {
  return rates.get(vehicleClass) ?? rates.get(anyClass) ?? null;
}

/** Names an input may give a number for. */
export function metersOf(tariff: Tariff): Set<string> {
  return new Set([...tariff.items.values()].flatMap(({ meter }) => meter ?? []));
}

/** The fact that a written agreement was made before the work. */
export const agreementFact = 'writtenAgreement';

/** Names an input may say true or false to. */
export function factsOf(tariff: Tariff): Set<string> {
  const named = [...tariff.items.values()].flatMap(({ conditions, exemptWhen }) => [
    ...conditions,
    ...exemptWhen,
  ]);
  return new Set([...named, agreementFact]);
}
