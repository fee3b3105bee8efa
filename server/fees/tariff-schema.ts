import { type Static, type TSchema, Type } from 'typebox';
import { roundingModes } from './money.ts';

/** A tariff (收费标准) as it is written, exchanged, hashed and kept. credit.md, "Fee check". */

const itemsMax = 500;
const fixturesMax = 500;
const classesMax = 50;
const textCharsMax = 2000;

const text = Type.String({ maxLength: textCharsMax });
const code = Type.String({ pattern: '^[A-Za-z][\\w.-]{0,59}$' });
const name = Type.String({ pattern: '^[A-Za-z]\\w{0,39}$' });
const day = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' });
const amount = Type.Number({ minimum: 0, maximum: 10_000_000 });
const percent = Type.Number({ minimum: 0, maximum: 1000 });
const groups = Type.Array(code, { maxItems: itemsMax });
/** One amount for all vehicles, or one for each vehicle class. */
const byClass = Type.Union([amount, Type.Record(Type.String(), amount)]);

const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const step = { mode: Type.Enum(roundingModes) };
const measure = Type.Number({ exclusiveMinimum: 0, maximum: 1000 });

/** How the quantity of an item is found. */
export const itemKinds = [
  'base',
  'fixed',
  'perKmOver',
  'perHourOver',
  'perUnit',
  'perUnitOver',
  'percentOf',
] as const;
export type ItemKind = (typeof itemKinds)[number];

/** Who sets the price: 政府定价, 政府指导价 (the rate is its ceiling), 市场调节价. */
export const pricings = ['government-set', 'guided', 'market'] as const;
export type Pricing = (typeof pricings)[number];

/** What a tariff is for; `posted` is a firm's own list of market prices. */
export const tariffKinds = ['rescue', 'road-damage', 'posted'] as const;
export type TariffKind = (typeof tariffKinds)[number];

const item = Type.Object({
  code,
  zh: text,
  en: Type.Optional(text),
  kind: Type.Enum(itemKinds),
  group: code,
  unit: Type.Optional(text),
  rate: Type.Optional(byClass),
  rateStatus: Type.Optional(Type.Union([text, Type.Record(Type.String(), text)])),
  pricing: Type.Optional(Type.Enum(pricings)),
  clause: Type.Optional(text),
  meter: Type.Optional(name),
  overKm: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
  overHours: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
  over: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
  rounding: Type.Optional(Type.Object({ unit: measure, ...step })),
  maxQty: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  of: Type.Optional(code),
  percent: Type.Optional(percent),
  condition: Type.Optional(text),
  exemptWhen: Type.Optional(Type.Array(name, { maxItems: 20 })),
  exclusiveWithGroups: Type.Optional(groups),
  requiresWrittenAgreement: Type.Optional(Type.Boolean()),
});
export type ItemDocument = Static<typeof item>;

const surcharge = Type.Object({
  code,
  zh: text,
  en: Type.Optional(text),
  percent,
  enabled: Type.Boolean(),
  appliesToGroups: Type.Optional(groups),
});

const discount = Type.Object({
  code,
  zh: text,
  en: Type.Optional(text),
  enabled: Type.Boolean(),
  /** True: for everybody; else for who is entitled to it and says so. */
  automatic: Type.Optional(Type.Boolean()),
  percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  appliesToGroups: Type.Optional(groups),
  setsZero: Type.Optional(groups),
});

const cap = Type.Object({
  code,
  zh: text,
  en: Type.Optional(text),
  groups,
  max: byClass,
  rateStatus: Type.Optional(text),
});

const rule = Type.Object({
  code,
  zh: text,
  severity: Type.Enum(['block', 'warn']),
  basis: Type.Optional(text),
  status: Type.Optional(text),
});

const fixture = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 100 }),
  input: Type.Object({}),
  expectYuan: Type.Optional(amount),
  expectFen: Type.Optional(Type.Integer({ minimum: 0 })),
});

const basis = Type.Object({
  docNo: nullable(text),
  issuer: nullable(text),
  title: nullable(text),
});

/** Notes, anchors and other members are kept and hashed with the rest. */
export const tariffDocument = Type.Object({
  schemaVersion: Type.Literal(1),
  id: Type.String({ pattern: '^[A-Za-z0-9][\\w.-]{0,79}$' }),
  kind: Type.Optional(Type.Enum(tariffKinds)),
  organisationId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  sample: Type.Boolean(),
  titleZh: text,
  titleEn: Type.Optional(text),
  basis: Type.Array(basis, { maxItems: 50 }),
  effectiveFrom: day,
  effectiveTo: nullable(day),
  supersedes: nullable(Type.String({ maxLength: 80 })),
  rounding: Type.Object({
    distance: Type.Object({ unitKm: measure, ...step }),
    time: Type.Object({ unitHour: measure, ...step }),
    total: Type.Object({ toFen: Type.Integer({ minimum: 1, maximum: 10_000 }), ...step }),
  }),
  vehicleClasses: Type.Array(Type.Object({ code, zh: text }), { maxItems: classesMax }),
  moneyUnit: Type.Enum(['yuan', 'fen']),
  items: Type.Array(item, { minItems: 1, maxItems: itemsMax }),
  surcharges: Type.Array(surcharge, { maxItems: 50 }),
  discounts: Type.Array(discount, { maxItems: 50 }),
  caps: Type.Array(cap, { maxItems: 50 }),
  rules: Type.Array(rule, { maxItems: 100 }),
  fixtures: Type.Array(fixture, { maxItems: fixturesMax }),
});
export type TariffDocument = Static<typeof tariffDocument>;
