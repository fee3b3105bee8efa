import type { SourceMark } from './tariff.ts';
import type { ItemKind, Pricing } from './tariff-schema.ts';

/** Why a line is less than rate × quantity. */
export type LineReason =
  | 'condition-not-met'
  | 'exempt'
  | 'excluded-by-another'
  | 'no-written-agreement'
  | 'free'
  | 'quantity-limited';

/** One step of the proof; the amounts of all lines add up to what is allowed. */
export interface FeeLine {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly kind: ItemKind | 'cap' | 'surcharge' | 'discount' | 'rounding' | 'material';
  /** Groups the amount belongs to; a cap, surcharge or discount names all it is taken over. */
  readonly groups: readonly string[];
  /** What is charged for after inclusions and rounding; null where there is none. */
  readonly quantity: number | null;
  readonly unit: string;
  readonly rateFen: number | null;
  /** Below zero for what is taken off. */
  readonly amountFen: number;
  readonly pricing: Pricing | null;
  readonly mark: SourceMark;
  readonly clause: string | null;
  readonly reason: LineReason | null;
}

/** Something asked for that the tariff does not allow to be asked for. */
export interface UnlistedFee {
  readonly code: string;
  readonly name: string;
  readonly reason: 'not-in-tariff' | 'not-enabled' | 'no-voucher' | 'no-posted-price';
}

/** A line that is no item: what takes off, adds, or stands beside. */
export function plainLine(
  line: Pick<FeeLine, 'code' | 'zh' | 'en' | 'kind' | 'amountFen'> & Partial<FeeLine>,
): FeeLine {
  return {
    groups: [],
    quantity: null,
    unit: '',
    rateFen: null,
    pricing: null,
    mark: null,
    clause: null,
    reason: null,
    ...line,
  };
}

export function sumOf(lines: readonly FeeLine[]): number {
  return lines.reduce((sum, { amountFen }) => sum + amountFen, 0);
}

/** Sum of the lines that lie within the groups; null: of all. */
export function sumWithin(lines: readonly FeeLine[], groups: readonly string[] | null): number {
  if (groups === null) return sumOf(lines);
  return sumOf(lines.filter((line) => line.groups.every((group) => groups.includes(group))));
}
