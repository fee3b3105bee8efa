import { describe, expect, it } from 'vitest';
import { rangeStart } from '../../../gateway/releases/downloads.ts';
import { rolloutLimits } from '../../../gateway/releases/limits.ts';
import type { ProgressRow, ReleaseRow } from '../../../gateway/releases/release-table.ts';
import {
  isMeantFor,
  mustStop,
  placeInRollout,
  type RunningRelease,
  tallyOf,
} from '../../../gateway/releases/rollout.ts';
import { makeRelease, releaseNowS } from '../../device/update/releases.ts';

const nowMs = releaseNowS * 1000;
const { id: releaseId, manifest } = makeRelease({ manifest: { models: ['rig'] } });
const row: ReleaseRow = {
  ...{ releaseId, version: '1.0.0', counter: 1, manifest: '', bundleBytes: 1, importedAtMs: 0 },
  ...{ importedBy: 'x', state: 'running', stateReason: '', stateAtMs: 0 },
  ...{ failurePercentMax: 10, attemptsMin: 4, watchedFromMs: 1_000 },
};
const share = (organisation: string, percent: number) => ({ releaseId, organisation, percent });
const serials = Array.from({ length: 2_000 }, (_, index) => `XL-${index}`);

function meant(release: Partial<RunningRelease>, organisation: string | null, model = 'rig') {
  const running = { row, manifest, shares: [], ...release };
  return serials.filter((serial) => isMeantFor(running, { serial, model }, organisation, nowMs));
}

describe('a roll-out', () => {
  it('reaches about its share, and everybody it reached before when the share grows', () => {
    const tenth = meant({ shares: [share('*', 10)] }, null);
    expect(tenth.length).toBeGreaterThan(140);
    expect(tenth.length).toBeLessThan(260);
    const half = new Set(meant({ shares: [share('*', 50)] }, null));
    expect(tenth.every((serial) => half.has(serial))).toBe(true);
    expect(meant({ shares: [share('*', 100)] }, null)).toHaveLength(serials.length);
  });

  it('begins with other units at every release', () => {
    const first = (id: string) => serials.filter((serial) => placeInRollout(id, serial) < 10);
    const again = first('b').filter((serial) => first('a').includes(serial));
    expect(again.length).toBeLessThan(first('a').length / 2);
  });

  it('gives an organisation its own share, and the others the rest', () => {
    const shares = [share('*', 0), share('130100', 100)];
    expect(meant({ shares }, '130100')).toHaveLength(serials.length);
    expect(meant({ shares }, '130200')).toEqual([]);
    expect(meant({ shares }, null)).toEqual([]);
    expect(meant({ shares: [] }, '130100')).toEqual([]);
  });

  it.each(['imported', 'paused', 'stopped'] as const)(
    'that is %s is offered to nobody',
    (state) => {
      expect(meant({ row: { ...row, state }, shares: [share('*', 100)] }, null)).toEqual([]);
    },
  );

  it('is for its models, until it expires', () => {
    const shares = [share('*', 100)];
    expect(meant({ shares }, null, 'other')).toEqual([]);
    const expired = { ...manifest, expiresS: releaseNowS };
    expect(meant({ shares, manifest: expired }, null)).toEqual([]);
  });
});

const progress = (state: ProgressRow['state'], more: Partial<ProgressRow> = {}): ProgressRow => ({
  ...{ releaseId, serial: `XL-${Math.random()}`, state, reason: null, receivedBytes: 0 },
  ...{ atMs: 2_000, installedAtMs: null },
  ...more,
});

describe('the tally of a roll-out', () => {
  it('counts what was started, what was taken back, and bundles found wanting', () => {
    const rows = [
      ...[progress('offered'), progress('downloading'), progress('downloaded')],
      ...[progress('confirmed'), progress('installed', { installedAtMs: nowMs })],
      ...[progress('rolled-back'), progress('refused', { reason: 'damaged' })],
      ...[progress('refused', { reason: 'tar-bad-path' })],
      ...[
        progress('refused', { reason: 'other-model' }),
        progress('refused', { reason: 'no-time' }),
      ],
    ];
    expect(tallyOf(rows, 0, nowMs)).toEqual({ attempts: 5, failures: 3 });
  });

  it('counts a unit that installed and was never heard again as one that failed', () => {
    const rows = [progress('installed', { installedAtMs: nowMs })];
    expect(tallyOf(rows, 0, nowMs + rolloutLimits.silentMs - 1).failures).toBe(0);
    expect(tallyOf(rows, 0, nowMs + rolloutLimits.silentMs).failures).toBe(1);
  });

  it('forgets what happened before somebody looked at it and started again', () => {
    expect(tallyOf([progress('rolled-back')], 2_001, nowMs)).toEqual({ attempts: 0, failures: 0 });
  });

  it.each([
    [3, 3, false],
    [4, 1, true],
    [20, 2, false],
    [20, 3, true],
    [4, 0, false],
  ])('of %i attempts and %i failures stops it: %s', (attempts, failures, stops) => {
    expect(mustStop({ attempts, failures }, row)).toBe(stops);
  });
});

describe('a range', () => {
  it.each([
    [undefined, 0],
    ['bytes=0-', 0],
    ['bytes=1048576-', 1_048_576],
    ['bytes=5-9', null],
    ['bytes=-5', null],
    ['items=5-', null],
    ['bytes=9999999999999-', null],
  ])('%s begins at %s', (header, start) => {
    expect(rangeStart(header)).toBe(start);
  });
});
