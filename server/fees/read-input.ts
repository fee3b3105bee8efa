import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { fenMax, microOf } from './money.ts';
import { type FeeRefusal, refusal } from './refusals.ts';
import { anyClass, factsOf, type Item, metersOf, type Tariff } from './tariff.ts';

/** Largest kilometres, hours, tonnes or days taken. */
export const meterMax = 100_000;
/** Largest count of one item. */
export const quantityMax = 1000;
/** Most rows of a list in an input. */
export const inputRowsMax = 200;

const codeText = Type.String({ minLength: 1, maxLength: 60 });
const nameText = Type.String({ maxLength: 100 });
const fen = Type.Integer({ minimum: 0, maximum: fenMax });
const codes = Type.Array(codeText, { maxItems: inputRowsMax });

const materialRow = Type.Object({
  name: nameText,
  fen,
  voucher: Type.Boolean({ description: 'the receipt for the goods was shown' }),
});

const billRow = Type.Object({
  code: codeText,
  name: Type.Optional(nameText),
  fen,
});
/** A line of the itemised bill (结算清单) as the crew wrote it. */
export interface BillRow {
  readonly code: string;
  readonly name: string;
  readonly fen: number;
}

/** The fields whose name is the same for every tariff. */
const commonInput = Type.Object({
  vehicleClass: Type.Optional(codeText),
  qty: Type.Optional(
    Type.Record(Type.String(), Type.Number({ minimum: 0, maximum: quantityMax }), {
      maxProperties: inputRowsMax,
    }),
  ),
  quotedFen: Type.Optional(fen),
  surcharges: Type.Optional(codes),
  discounts: Type.Optional(codes),
  materials: Type.Optional(Type.Array(materialRow, { maxItems: inputRowsMax })),
  bill: Type.Optional(Type.Array(billRow, { maxItems: inputRowsMax })),
});

/** Fields that say which tariff applies, not what was done. */
const selectors = ['at', 'tariffId', 'organisationId'];

/** Names no tariff may use for a meter or a fact. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...Object.keys(commonInput.properties),
  ...selectors,
]);

export interface Material {
  readonly name: string;
  readonly fen: number;
  readonly voucher: boolean;
}

/** What was done, checked against one tariff. Quantities in millionths, money in fen. */
export interface FeeInput {
  readonly vehicleClass: string;
  readonly qtyMicro: ReadonlyMap<string, number>;
  readonly metersMicro: ReadonlyMap<string, number>;
  readonly facts: ReadonlyMap<string, boolean>;
  readonly surcharges: readonly string[];
  readonly discounts: readonly string[];
  readonly materials: readonly Material[];
  readonly bill: readonly BillRow[];
  /** What was asked in all; null: not said. */
  readonly quotedFen: number | null;
  /** Fields the tariff has no use for; named, so that a slip of the pen shows. */
  readonly ignored: readonly string[];
}

type InputReading = { readonly input: FeeInput } | FeeRefusal;

/** Whether an item is counted in whole pieces; tonnes or metres without a meter are measured. */
function isCounted(item: Item): boolean {
  return item.kind !== 'perUnit';
}

function chooseClass(tariff: Tariff, vehicleClass: string | undefined): string | FeeRefusal {
  if (tariff.vehicleClasses.length === 0) return anyClass;
  if (vehicleClass === undefined) return refusal('vehicle-class-missing');
  const isKnown = tariff.vehicleClasses.includes(vehicleClass);
  return isKnown ? vehicleClass : refusal('unknown-vehicle-class', vehicleClass);
}

type Named = Readonly<Record<string, unknown>>;

/** The fields whose names the tariff gives: meters are numbers, facts true or false. */
function readNamed(tariff: Tariff, body: Named) {
  const meters = metersOf(tariff);
  const facts = factsOf(tariff);
  const reading = {
    metersMicro: new Map<string, number>(),
    facts: new Map<string, boolean>(),
    ignored: [] as string[],
  };
  for (const [name, value] of Object.entries(body)) {
    if (reservedNames.has(name)) continue;
    if (meters.has(name)) {
      if (typeof value !== 'number' || !(value >= 0 && value <= meterMax)) {
        return refusal('bad-input', name);
      }
      reading.metersMicro.set(name, microOf(value));
    } else if (facts.has(name)) {
      if (typeof value !== 'boolean') return refusal('bad-input', name);
      reading.facts.set(name, value);
    } else {
      reading.ignored.push(name);
    }
  }
  return reading;
}

/**
 * Reads what was done: the input object of a fixture, with `quotedFen`, `surcharges`, `discounts`,
 * `materials` and `bill` beside. Never throws; a refusal names the field.
 */
export function readInput(tariff: Tariff, body: unknown): InputReading {
  if (!Value.Check(commonInput, body)) {
    const path = Value.Errors(commonInput, body)[0]?.instancePath ?? '';
    return refusal('bad-input', path.slice(1) || 'body');
  }
  const vehicleClass = chooseClass(tariff, body.vehicleClass);
  if (typeof vehicleClass !== 'string') return vehicleClass;
  const named = readNamed(tariff, body as Named);
  if ('refused' in named) return named;
  const { surcharges = [], discounts = [], materials = [], bill = [], quotedFen = null } = body;
  const isEmpty = named.metersMicro.size === 0 && materials.length === 0;
  if (body.qty === undefined && isEmpty) return refusal('services-missing');
  const qtyMicro = new Map<string, number>();
  for (const [code, quantity] of Object.entries(body.qty ?? {})) {
    const item = tariff.items.get(code);
    if (item !== undefined && isCounted(item) && !Number.isInteger(quantity)) {
      return refusal('bad-input', `qty/${code}`);
    }
    qtyMicro.set(code, microOf(quantity));
  }
  const usable = tariff.discounts.filter(({ enabled }) => enabled).map(({ code }) => code);
  return {
    input: {
      ...named,
      vehicleClass,
      qtyMicro,
      surcharges,
      discounts,
      materials,
      bill: bill.map(({ code, name = '', fen: billedFen }) => ({ code, name, fen: billedFen })),
      quotedFen,
      ignored: [
        ...named.ignored,
        ...discounts.filter((code) => !usable.includes(code)).map((code) => `discounts/${code}`),
      ],
    },
  };
}
