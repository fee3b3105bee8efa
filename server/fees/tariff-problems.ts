import { isDay } from '../calendar/china-day.ts';
import { conditionFacts } from './condition.ts';
import { hundredthsOf } from './money.ts';
import { reservedNames } from './read-input.ts';
import type { ItemDocument, ItemKind, TariffDocument } from './tariff-schema.ts';

/** Why a tariff cannot be reckoned with, where in it, and what to do. */
export interface TariffProblem {
  readonly code:
    | 'schema'
    | 'no-such-day'
    | 'ends-before-it-begins'
    | 'code-twice'
    | 'field-missing'
    | 'class-missing'
    | 'unknown-class'
    | 'finer-than-fen'
    | 'unknown-group'
    | 'unknown-item'
    | 'condition'
    | 'reserved-name'
    | 'caps-overlap'
    | 'cap-split'
    | 'posted-list'
    | 'expectation';
  /** JSON pointer. */
  readonly at: string;
  readonly en: string;
}

type Check = (tariff: TariffDocument) => TariffProblem[];
type Amounts = ItemDocument['rate'];

/** Fields an item of a kind cannot do without. */
const fieldsNeeded: { readonly [Kind in ItemKind]: readonly (keyof ItemDocument)[] } = {
  base: [],
  fixed: [],
  perKmOver: ['meter', 'overKm'],
  perHourOver: ['meter', 'overHours'],
  perUnit: [],
  perUnitOver: ['meter', 'over'],
  percentOf: ['of', 'percent'],
};

const checkDays: Check = ({ effectiveFrom, effectiveTo }) => {
  const problems: TariffProblem[] = [];
  for (const [field, value] of Object.entries({ effectiveFrom, effectiveTo })) {
    if (value === null || isDay(value)) continue;
    problems.push({ code: 'no-such-day', at: `/${field}`, en: `${value} is no day: correct it` });
  }
  if (effectiveTo !== null && effectiveTo < effectiveFrom) {
    const en = 'the last day lies before the first: correct one of them';
    problems.push({ code: 'ends-before-it-begins', at: '/effectiveTo', en });
  }
  return problems;
};

const checkCodes: Check = ({ items, surcharges, discounts, caps, fixtures, vehicleClasses }) => {
  const lists = {
    items: [...items, ...surcharges, ...discounts, ...caps].map(({ code }) => code),
    vehicleClasses: vehicleClasses.map(({ code }) => code),
    fixtures: fixtures.map(({ id }) => id),
  };
  return Object.entries(lists).flatMap(([list, codes]) =>
    codes
      .filter((code, index) => codes.indexOf(code) !== index)
      .map((code) => ({
        code: 'code-twice' as const,
        at: `/${list}`,
        en: `${code} stands twice: rename one`,
      })),
  );
};

function amountProblems(
  amounts: Amounts,
  at: string,
  { moneyUnit, vehicleClasses }: TariffDocument,
): TariffProblem[] {
  if (amounts === undefined) return [];
  const isWhole = (amount: number) =>
    moneyUnit === 'yuan' ? hundredthsOf(amount) !== null : Number.isInteger(amount);
  const named = typeof amounts === 'number' ? {} : amounts;
  const values = typeof amounts === 'number' ? [amounts] : Object.values(amounts);
  const problems: TariffProblem[] = values
    .filter((value) => !isWhole(value))
    .map((value) => ({ code: 'finer-than-fen', at, en: `${value} has parts of a fen: round it` }));
  if (typeof amounts === 'number') return problems;
  const classes = vehicleClasses.map(({ code }) => code);
  for (const missing of classes.filter((code) => !Object.hasOwn(named, code))) {
    problems.push({ code: 'class-missing', at, en: `enter an amount for class ${missing}` });
  }
  for (const unknown of Object.keys(named).filter((code) => !classes.includes(code))) {
    problems.push({ code: 'unknown-class', at, en: `there is no vehicle class ${unknown}` });
  }
  return problems;
}

/** A market item may leave its price to the firm's posted list; a percentage has no rate. */
function mustHaveRate({ kind, pricing }: ItemDocument): boolean {
  return kind !== 'percentOf' && pricing !== 'market';
}

const checkItems: Check = (tariff) =>
  tariff.items.flatMap((item, index) => {
    const at = `/items/${index}`;
    const needed = [...fieldsNeeded[item.kind], ...(mustHaveRate(item) ? ['rate' as const] : [])];
    const missing: TariffProblem[] = needed
      .filter((field) => item[field] === undefined)
      .map((field) => ({ code: 'field-missing', at: `${at}/${field}`, en: `enter ${field}` }));
    const problems = [...missing, ...amountProblems(item.rate, `${at}/rate`, tariff)];
    const facts = conditionFacts(item.condition);
    if (facts === null) {
      const en = 'write a condition as names joined by &&';
      problems.push({ code: 'condition', at: `${at}/condition`, en });
    }
    const names = [...(facts ?? []), ...(item.exemptWhen ?? []), item.meter ?? ''];
    for (const name of names.filter((each) => reservedNames.has(each))) {
      problems.push({ code: 'reserved-name', at, en: `${name} means something else: rename it` });
    }
    if (hundredthsOf(item.percent ?? 0) === null) {
      const en = 'a percentage has at most two decimals';
      problems.push({ code: 'finer-than-fen', at: `${at}/percent`, en });
    }
    return problems;
  });

const checkReferences: Check = ({ items, surcharges, discounts, caps }) => {
  const shared = items.filter(({ kind }) => kind !== 'percentOf').map(({ code }) => code);
  const codes = items.map(({ code }) => code);
  const groups = items.map(({ group }) => group);
  const groupLists = [...items, ...surcharges, ...discounts, ...caps].flatMap((row) => [
    ...('groups' in row ? row.groups : []),
    ...('appliesToGroups' in row ? (row.appliesToGroups ?? []) : []),
    ...('exclusiveWithGroups' in row ? (row.exclusiveWithGroups ?? []) : []),
  ]);
  const unknownGroups = new Set(groupLists.filter((group) => !groups.includes(group)));
  const unknownItems = [
    ...items.flatMap(({ of }) => of ?? []).filter((code) => !shared.includes(code)),
    ...discounts.flatMap(({ setsZero = [] }) => setsZero).filter((code) => !codes.includes(code)),
  ];
  return [
    ...[...unknownGroups].map((group) => ({
      code: 'unknown-group' as const,
      at: '',
      en: `no item is of group ${group}: correct the name`,
    })),
    ...unknownItems.map((code) => ({
      code: 'unknown-item' as const,
      at: '',
      en: `${code} is no item with a rate: correct the code`,
    })),
  ];
};

/**
 * A group stands under at most one cap, and a surcharge or discount takes the groups of a cap all
 * or not at all: else the result would depend on an order that no reader of the tariff knows.
 */
const checkCaps: Check = (tariff) => {
  const { caps, surcharges, discounts } = tariff;
  const problems = caps.flatMap(({ max }, index) =>
    amountProblems(max, `/caps/${index}/max`, tariff),
  );
  const capped = caps.flatMap(({ groups }) => [...new Set(groups)]);
  if (new Set(capped).size < capped.length) {
    const en = 'a group may stand under one cap only: take it out of the others';
    problems.push({ code: 'caps-overlap', at: '/caps', en });
  }
  for (const { code, appliesToGroups } of [...surcharges, ...discounts]) {
    if (appliesToGroups === undefined) continue;
    for (const cap of caps) {
      const taken = cap.groups.filter((group) => appliesToGroups.includes(group)).length;
      if (taken === 0 || taken === cap.groups.length) continue;
      const en = `${code} must take all groups of ${cap.code} or none`;
      problems.push({ code: 'cap-split', at: '/caps', en });
    }
  }
  return problems;
};

const checkPercentages: Check = ({ surcharges, discounts }) =>
  [...surcharges, ...discounts]
    .filter(({ percent = 0 }) => hundredthsOf(percent) === null)
    .map(({ code }) => ({
      code: 'finer-than-fen',
      at: '',
      en: `the percentage of ${code} has more than two decimals: round it`,
    }));

const checkPostedList: Check = ({ kind, organisationId, items }) => {
  const isPosted = kind === 'posted';
  if (isPosted !== (organisationId !== undefined)) {
    const en = 'a posted list, and nothing else, names its firm in organisationId';
    return [{ code: 'posted-list', at: '/organisationId', en }];
  }
  const others = isPosted ? items.filter(({ pricing }) => pricing !== 'market') : [];
  return others.map(({ code }) => ({
    code: 'posted-list',
    at: '/items',
    en: `${code} is not a market item: a firm may post market prices only`,
  }));
};

const checkFixtures: Check = ({ fixtures }) =>
  fixtures.flatMap(({ expectYuan, expectFen }, index) => {
    const isOne = (expectYuan === undefined) !== (expectFen === undefined);
    if (isOne && hundredthsOf(expectYuan ?? 0) !== null) return [];
    const en = 'give expectYuan with at most two decimals, or expectFen';
    return [{ code: 'expectation', at: `/fixtures/${index}`, en }];
  });

/** Everything wrong with a tariff that fits its schema. */
export function findProblems(tariff: TariffDocument): TariffProblem[] {
  const checks = [
    checkDays,
    checkCodes,
    checkItems,
    checkReferences,
    checkCaps,
    checkPercentages,
    checkPostedList,
    checkFixtures,
  ];
  return checks.flatMap((check) => check(tariff));
}
