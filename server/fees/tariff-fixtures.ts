import { checkFee } from './check-fee.ts';
import { hundredthsOf } from './money.ts';
import type { FeeRefusalCode } from './refusals.ts';
import type { Tariff } from './tariff.ts';

/** A worked example of a tariff that comes out otherwise. */
export interface FailedFixture {
  readonly id: string;
  readonly expectedFen: number;
  /** What came out, or why nothing did. */
  readonly got: number | FeeRefusalCode;
}

/** Reckons a tariff's own worked examples and names those that come out otherwise. */
export function failedFixtures(tariff: Tariff): FailedFixture[] {
  return tariff.document.fixtures.flatMap(({ id, input, expectYuan, expectFen }) => {
    const expectedFen = expectFen ?? hundredthsOf(expectYuan ?? 0) ?? 0;
    const check = checkFee(tariff, input, { demonstration: false });
    const got = 'refused' in check ? check.refused : check.allowedFen;
    return got === expectedFen ? [] : [{ id, expectedFen, got }];
  });
}
