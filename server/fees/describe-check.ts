import type { PinnedFeeCheck } from './fee-service.ts';
import { lineReasons, unlistedReasons, verdictAdvice } from './messages.ts';

/** A check as people are told it: what to do, and the reasons in words of both languages. */
export function describeCheck(check: PinnedFeeCheck) {
  return {
    ...check,
    advice: verdictAdvice[check.verdict],
    lines: check.lines.map((line) => ({
      ...line,
      reasonText: line.reason === null ? null : lineReasons[line.reason],
    })),
    unlisted: check.unlisted.map((fee) => ({ ...fee, reasonText: unlistedReasons[fee.reason] })),
  };
}
