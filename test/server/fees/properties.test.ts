import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFee } from '../../../server/fees/check-fee.ts';
import { seedOr } from '../../support/random.ts';
import { check, sampleDocument, tariffOf } from './samples.ts';

const run = { seed: seedOr(7), numRuns: 400 };
const plain = tariffOf(sampleDocument());
/** The sample with everything enabled that is disabled in it. */
const busy = tariffOf({
  ...sampleDocument(),
  surcharges: [
    { code: 'night', zh: '夜间', percent: 12.5, enabled: true },
    { code: 'hazmat', zh: '危货', percent: 20, enabled: true, appliesToGroups: ['tow', 'crane'] },
  ],
  discounts: [
    { code: 'green', zh: '鲜活', percent: 33.33, enabled: true },
    { code: 'loyal', zh: '全体', percent: 1, enabled: true, automatic: true },
  ],
});
const tariffs = fc.constantFrom(plain, busy);

const quantity = fc.integer({ min: 0, max: 3 });
const measure = fc.integer({ min: 0, max: 30_000 }).map((metres) => metres / 100);
const meterNames = ['towKm', 'deadheadKm', 'craneDeadheadKm', 'craneHours', 'cargoTon'] as const;
const input = fc.record({
  vehicleClass: fc.constantFrom('R1', 'R2', 'R3', 'R4', 'R5'),
  towKm: measure,
  deadheadKm: measure,
  craneDeadheadKm: measure,
  craneHours: measure,
  cargoTon: measure,
  storageDays: measure,
  qty: fc.dictionary(fc.constantFrom('tow.base', 'crane.base', 'site.tyre', 'site.fuel'), quantity),
  surcharges: fc.subarray(['night', 'hazmat']),
  discounts: fc.subarray(['green']),
});

describe('whatever was done', () => {
  it('the lines add up to what is allowed, in whole fen, never below zero', () => {
    fc.assert(
      fc.property(tariffs, input, (tariff, done) => {
        const { lines, allowedFen } = check(tariff, done);
        expect(lines.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBe(allowedFen);
        expect(lines.every(({ amountFen }) => Number.isSafeInteger(amountFen))).toBe(true);
        expect(allowedFen).toBeGreaterThanOrEqual(0);
      }),
      run,
    );
  });

  it('more kilometres, hours or tonnes never cost less', () => {
    fc.assert(
      fc.property(
        tariffs,
        input,
        fc.constantFrom(...meterNames),
        measure,
        (tariff, done, name, more) => {
          const farther = { ...done, [name]: done[name] + more };
          expect(check(tariff, farther).allowedFen).toBeGreaterThanOrEqual(
            check(tariff, done).allowedFen,
          );
        },
      ),
      run,
    );
  });

  it('a larger vehicle never costs less in the sample', () => {
    fc.assert(
      fc.property(input, fc.integer({ min: 1, max: 4 }), (done, small) => {
        const allowed = (vehicleClass: string) =>
          check(plain, { ...done, vehicleClass }).allowedFen;
        expect(allowed(`R${small + 1}`)).toBeGreaterThanOrEqual(allowed(`R${small}`));
      }),
      run,
    );
  });

  it('a discount never makes it dearer, a surcharge never cheaper', () => {
    fc.assert(
      fc.property(input, (done) => {
        const allowed = (surcharges: string[], discounts: string[]) =>
          check(busy, { ...done, surcharges, discounts }).allowedFen;
        expect(allowed([], ['green'])).toBeLessThanOrEqual(allowed([], []));
        expect(allowed(['night'], [])).toBeGreaterThanOrEqual(allowed([], []));
      }),
      run,
    );
  });

  it('the cap holds for towing however far', () => {
    fc.assert(
      fc.property(input, (done) => {
        const { lines } = check(plain, done);
        const tow = lines.filter(({ groups }) => groups.includes('tow'));
        const most = { R1: 90_000, R2: 130_000, R3: 200_000, R4: 280_000, R5: 450_000 };
        expect(tow.reduce((sum, { amountFen }) => sum + amountFen, 0)).toBeLessThanOrEqual(
          most[done.vehicleClass],
        );
      }),
      run,
    );
  });

  it('anything at all as input is answered or refused, never thrown', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (body, qty) => {
        checkFee(plain, body, { demonstration: true });
        checkFee(plain, { vehicleClass: 'R1', qty }, { demonstration: true });
      }),
      run,
    );
  });

  it('the dust of binary fractions costs no kilometre', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 50 }), (tenths) => {
        const exact = tenths.reduce((sum, part) => sum + part, 0) / 10;
        const dusty = tenths.reduce((sum, part) => sum + part / 10, 0);
        const allowed = (towKm: number) =>
          check(plain, { vehicleClass: 'R1', towKm, qty: { 'tow.base': 1 } }).allowedFen;
        expect(allowed(dusty)).toBe(allowed(exact));
      }),
      run,
    );
  });
});
