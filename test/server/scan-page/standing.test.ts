import { describe, expect, it } from 'vitest';
import {
  candidateAfterSeenMsMax,
  type PresenceFacts,
  standingOf,
} from '../../../server/scan-page/standing.ts';

const facts: PresenceFacts = {
  report: { verdict: 'fresh', candidate: true, offlineIssued: false, scannedAtMs: 1_000_000 },
  receivedAtMs: 1_000_050,
  scanId: 'a',
  isOpener: true,
  firstSeenAtMs: null,
  redeemedBy: null,
};
const withReport = (change: Partial<PresenceFacts['report']>): PresenceFacts => ({
  ...facts,
  report: { ...facts.report, ...change },
});

describe('what an opening may do', () => {
  const rows: readonly [string, PresenceFacts, string][] = [
    ['a fresh first opening with its cookie may redeem', facts, 'candidate'],
    ['the one that redeemed holds', { ...facts, redeemedBy: 'a' }, 'holder'],
    ['another redeemed first', { ...facts, redeemedBy: 'b' }, 'taken'],
    ['without the cookie only reading is left', { ...facts, isOpener: false }, 'view-only'],
    [
      'the holder without its cookie only reads',
      { ...facts, redeemedBy: 'a', isOpener: false },
      'view-only',
    ],
    ['the gateway ruled it out', withReport({ candidate: false }), 'late'],
    ['offline-issued gives no presence', withReport({ offlineIssued: true }), 'offline'],
    ['stale gives none', withReport({ verdict: 'stale' }), 'none'],
    ['static gives none', withReport({ verdict: 'static' }), 'none'],
    ['replayed gives none', withReport({ verdict: 'replayed' }), 'none'],
  ];
  it.each(rows)('%s', (_title, given, expected) => {
    expect(standingOf(given)).toBe(expected);
  });

  it('ends ten seconds after the first page of the presence was shown', () => {
    const atEdge = 1_000_000 - candidateAfterSeenMsMax;
    expect(standingOf({ ...facts, firstSeenAtMs: atEdge })).toBe('candidate');
    expect(standingOf({ ...facts, firstSeenAtMs: atEdge - 1 })).toBe('late');
  });

  it('a gateway clock an hour ahead does not make the first opener late', () => {
    const ahead = withReport({ scannedAtMs: 1_000_000 + 3_600_000 });
    expect(standingOf({ ...ahead, firstSeenAtMs: 1_000_500 })).toBe('candidate');
  });

  it('a report that was held up for an hour is judged by when it was opened', () => {
    const heldUp = { ...facts, receivedAtMs: 1_000_000 + 3_600_000 };
    expect(standingOf({ ...heldUp, firstSeenAtMs: 999_000 })).toBe('candidate');
  });
});
