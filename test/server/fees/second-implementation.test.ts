import { describe, expect, it } from 'vitest';
import { Random, seedOr } from '../../support/random.ts';
import { check, sampleDocument, tariffOf } from './samples.ts';
import { allowedBySecondImplementation, type Quote } from './second-implementation.ts';

const seed = seedOr(20260101);
const quotesRun = 10_000;
const tariff = tariffOf(sampleDocument());

const counted = [
  'tow.base',
  'crane.base',
  'site.brakeRelease',
  'site.driveshaft',
  'site.clear',
  'site.tyre',
  'site.jump',
  'site.fuel',
  'cancel',
];
const measures = {
  towKm: 150,
  deadheadKm: 80,
  craneDeadheadKm: 120,
  craneHours: 9,
  cargoTon: 40,
  storageDays: 12,
};
const facts = [
  'arrivedOnScene',
  'cancelledByParty',
  'arrivalWithinPromise',
  'heldByAuthority',
  'writtenAgreement',
];

/** A number of hundredths, often whole units or a hundredth beside them, where rounding turns. */
function hundredths(random: Random, most: number): number {
  const unit = random.pick([100, 50]);
  const turning = random.whole(0, (most * 100) / unit) * unit + random.whole(-1, 1);
  return random.next() < 0.5 ? Math.max(0, turning) : random.whole(0, most * 100);
}

function randomQuote(random: Random): Quote {
  const share = random.next();
  const maybe = <Value>(entries: readonly (readonly [string, Value])[]) =>
    Object.fromEntries(entries.filter(() => random.next() < share));
  return {
    vehicleClass: random.pick(['R1', 'R2', 'R3', 'R4', 'R5'] as const),
    ...maybe(Object.entries(measures).map(([name, most]) => [name, hundredths(random, most)])),
    ...maybe(facts.map((name) => [name, random.next() < 0.8])),
    qty: maybe(counted.map((code) => [code, code === 'site.tyre' ? random.whole(0, 9) : 1])),
    materials: Array.from({ length: random.whole(0, 2) }, () => ({
      fen: random.whole(0, 50_000),
      voucher: random.next() < 0.7,
    })),
  };
}

/** A truck that came and was sent away, now and then with something that does not go with it. */
function cancelledQuote(random: Random): Quote {
  const known = () => random.pick([true, true, true, true, false]);
  return {
    ...randomQuote(random),
    arrivedOnScene: known(),
    cancelledByParty: known(),
    arrivalWithinPromise: known(),
    qty: { cancel: 1, ...random.pick([{}, {}, {}, { 'site.clear': 1 }, { 'tow.base': 0 }]) },
  };
}

/** The quote as it is sent: measures in units, goods with names. */
function bodyOf(quote: Quote): object {
  const inUnits = Object.keys(measures).flatMap((name) => {
    const value = quote[name as keyof typeof measures];
    return value === undefined ? [] : [[name, value / 100]];
  });
  const materials = quote.materials.map((goods) => ({ ...goods, name: '配件' }));
  return { ...quote, ...Object.fromEntries(inUnits), materials };
}

describe(`${quotesRun} random quotes (seed ${seed})`, () => {
  const random = new Random(seed);
  const quotes = Array.from({ length: quotesRun }, () =>
    random.next() < 0.1 ? cancelledQuote(random) : randomQuote(random),
  );

  it('come out to the fen as a second implementation has them', () => {
    const differences = quotes.filter(
      (quote) => check(tariff, bodyOf(quote)).allowedFen !== allowedBySecondImplementation(quote),
    );
    expect(differences).toEqual([]);
  });

  it('reach every fee, both caps and every kind of rounding', () => {
    const seen = new Set(
      quotes
        .flatMap((quote) => check(tariff, bodyOf(quote)).lines)
        .map(({ code, amountFen }) => (amountFen === 0 ? '' : code)),
    );
    expect([...tariff.items.keys()].filter((code) => !seen.has(code))).toEqual([]);
    expect(['tow.cap', 'onsite.cap', 'rounding', 'material'].filter((c) => !seen.has(c))).toEqual(
      [],
    );
  });

  it('are within when what is allowed is asked, and over from one fen on', () => {
    const listed = quotes.filter(({ materials }) => materials.every(({ voucher }) => voucher));
    expect(listed.length).toBeGreaterThan(quotesRun / 3);
    for (const quote of listed) {
      const allowedFen = allowedBySecondImplementation(quote);
      const asked = (quotedFen: number) => check(tariff, { ...bodyOf(quote), quotedFen });
      expect(asked(allowedFen)).toMatchObject({ verdict: 'within', overFen: 0 });
      expect(asked(allowedFen + 1)).toMatchObject({ verdict: 'over', overFen: 1 });
      expect(asked(allowedFen + 100)).toMatchObject({ verdict: 'over', overFen: 100 });
    }
  });
});
