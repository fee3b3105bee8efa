import { createHash } from 'node:crypto';
import type { ReleaseManifest } from '../../protocols/update/manifest.ts';
import type { Unit } from '../parts.ts';
import { rolloutLimits } from './limits.ts';
import { everybody, type ProgressRow, type ReleaseRow, type ShareRow } from './release-table.ts';

/**
 * Where a unit stands among all others for one release, 0 to 99.99: the same at every question,
 * another for every release, so that it is not always the same trucks that go first.
 */
export function placeInRollout(releaseId: string, serial: string): number {
  const digest = createHash('sha256').update(`${releaseId}\0${serial}`).digest();
  return (digest.readUInt32BE(0) % 10_000) / 100;
}

/** A release as the roll-out looks at it. */
export interface RunningRelease {
  readonly row: ReleaseRow;
  readonly manifest: ReleaseManifest;
  readonly shares: readonly ShareRow[];
}

function percentFor(shares: readonly ShareRow[], organisation: string | null): number {
  const own = shares.find((share) => share.organisation === organisation);
  const rest = shares.find((share) => share.organisation === everybody);
  return (own ?? rest)?.percent ?? 0;
}

/** Whether this release is meant for this unit just now. */
export function isMeantFor(
  { row, manifest, shares }: RunningRelease,
  unit: Pick<Unit, 'serial' | 'model'>,
  organisation: string | null,
  nowMs: number,
): boolean {
  if (row.state !== 'running' || manifest.expiresS * 1000 <= nowMs) return false;
  if (!manifest.models.includes(unit.model)) return false;
  return placeInRollout(row.releaseId, unit.serial) < percentFor(shares, organisation);
}

/** Refusals that say something of the bundle; the others say something of the unit. */
const bundleFaults: ReadonlySet<string> = new Set(['damaged', 'other-tree', 'malformed']);

/** What units have done since the roll-out is watched. */
export interface Tally {
  /** Units that have started it, or found it wanting. */
  readonly attempts: number;
  readonly failures: number;
}

function isFailure({ state, reason, installedAtMs }: ProgressRow, nowMs: number): boolean {
  if (state === 'rolled-back') return true;
  if (state === 'refused')
    return bundleFaults.has(reason ?? '') || (reason ?? '').startsWith('tar-');
  if (state !== 'installed' || installedAtMs === null) return false;
  // Neither confirmed nor taken back: nobody has heard of this unit since.
  return nowMs - installedAtMs >= rolloutLimits.silentMs;
}

export function tallyOf(
  progress: readonly ProgressRow[],
  watchedFromMs: number,
  nowMs: number,
): Tally {
  const watched = progress.filter(({ atMs }) => atMs >= watchedFromMs);
  const failures = watched.filter((row) => isFailure(row, nowMs)).length;
  const tried = watched.filter(({ state }) => ['installed', 'confirmed'].includes(state));
  const failed = watched.filter(({ state }) => !['installed', 'confirmed'].includes(state));
  return {
    attempts: tried.length + failed.filter((row) => isFailure(row, nowMs)).length,
    failures,
  };
}

/** True when a roll-out has to stop: enough units have tried, and too many of them failed. */
export function mustStop(
  { attempts, failures }: Tally,
  { failurePercentMax, attemptsMin }: Pick<ReleaseRow, 'failurePercentMax' | 'attemptsMin'>,
): boolean {
  return attempts >= attemptsMin && failures * 100 > attempts * failurePercentMax;
}
