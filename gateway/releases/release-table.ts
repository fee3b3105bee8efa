import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { UpdateState } from '../../protocols/update/states.ts';

/** `imported`: nobody has it yet. `stopped`: by a person, or because too many units failed. */
export type ReleaseState = 'imported' | 'running' | 'paused' | 'stopped';

export interface ReleaseRow {
  readonly releaseId: string;
  readonly version: string;
  readonly counter: number;
  /** The manifest's own bytes, as text. */
  readonly manifest: string;
  /** Of the whole file, header included. */
  readonly bundleBytes: number;
  readonly importedAtMs: number;
  readonly importedBy: string;
  readonly state: ReleaseState;
  readonly stateReason: string;
  readonly stateAtMs: number;
  readonly failurePercentMax: number;
  readonly attemptsMin: number;
  /** What units did before this does not count towards a stop: Unix ms. */
  readonly watchedFromMs: number;
}

/** Part of an organisation's units, or of all that no other row names. */
export interface ShareRow {
  readonly releaseId: string;
  /** Its code; `*`: every organisation without a row of its own. */
  readonly organisation: string;
  readonly percent: number;
}
export const everybody = '*';

/** How a release fares on one unit. */
export interface ProgressRow {
  readonly releaseId: string;
  readonly serial: string;
  readonly state: UpdateState;
  readonly reason: string | null;
  readonly receivedBytes: number;
  /** By the gateway's clock, Unix ms. */
  readonly atMs: number;
  readonly installedAtMs: number | null;
}

export function loadReleases(store: Reader): Promise<ReleaseRow[]> {
  return store.all<ReleaseRow>(
    `SELECT release_id AS "releaseId", version, counter, manifest, bundle_bytes AS "bundleBytes",
      imported_at_ms AS "importedAtMs", imported_by AS "importedBy", state,
      state_reason AS "stateReason", state_at_ms AS "stateAtMs",
      failure_percent_max AS "failurePercentMax", attempts_min AS "attemptsMin",
      watched_from_ms AS "watchedFromMs"
    FROM software_release ORDER BY counter DESC`,
  );
}

export function loadShares(store: Reader): Promise<ShareRow[]> {
  return store.all<ShareRow>(
    'SELECT release_id AS "releaseId", organisation, percent FROM release_share',
  );
}

export function loadProgress(store: Reader): Promise<ProgressRow[]> {
  return store.all<ProgressRow>(
    `SELECT release_id AS "releaseId", serial, state, reason, received_bytes AS "receivedBytes",
      at_ms AS "atMs", installed_at_ms AS "installedAtMs"
    FROM unit_release`,
  );
}

export async function saveRelease(tx: Writer, row: ReleaseRow): Promise<void> {
  await tx.run(
    `INSERT INTO software_release (release_id, version, counter, manifest, bundle_bytes,
      imported_at_ms, imported_by, state, state_reason, state_at_ms, failure_percent_max,
      attempts_min, watched_from_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (release_id) DO UPDATE SET state = excluded.state,
      state_reason = excluded.state_reason, state_at_ms = excluded.state_at_ms,
      failure_percent_max = excluded.failure_percent_max, attempts_min = excluded.attempts_min,
      watched_from_ms = excluded.watched_from_ms`,
    [
      ...[row.releaseId, row.version, row.counter, row.manifest, row.bundleBytes],
      ...[row.importedAtMs, row.importedBy, row.state, row.stateReason, row.stateAtMs],
      ...[row.failurePercentMax, row.attemptsMin, row.watchedFromMs],
    ],
  );
}

export async function saveShare(tx: Writer, share: ShareRow): Promise<void> {
  await tx.run(
    `INSERT INTO release_share (release_id, organisation, percent) VALUES (?, ?, ?)
    ON CONFLICT (release_id, organisation) DO UPDATE SET percent = excluded.percent`,
    [share.releaseId, share.organisation, share.percent],
  );
}

export async function saveProgress(tx: Writer, row: ProgressRow): Promise<void> {
  await tx.run(
    `INSERT INTO unit_release
      (release_id, serial, state, reason, received_bytes, at_ms, installed_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (release_id, serial) DO UPDATE SET state = excluded.state,
      reason = excluded.reason, received_bytes = excluded.received_bytes, at_ms = excluded.at_ms,
      installed_at_ms = excluded.installed_at_ms`,
    [
      ...[row.releaseId, row.serial, row.state, row.reason, row.receivedBytes],
      ...[row.atMs, row.installedAtMs],
    ],
  );
}

/** A statement of the release key about the deploy key, base64url. */
export interface StatementRow {
  readonly number: number;
  readonly statement: string;
  readonly signature: string;
}

export function newestStatement(store: Reader): Promise<StatementRow | undefined> {
  return store.get<StatementRow>(
    'SELECT number, statement, signature FROM deploy_statement ORDER BY number DESC LIMIT 1',
  );
}

export async function saveStatement(tx: Writer, row: StatementRow, atMs: number): Promise<void> {
  await tx.run(
    `INSERT INTO deploy_statement (number, statement, signature, imported_at_ms)
    VALUES (?, ?, ?, ?) ON CONFLICT (number) DO NOTHING`,
    [row.number, row.statement, row.signature, atMs],
  );
}
