import type { Store, Writer } from '../../protocols/store/store.ts';
import { appendAudit } from '../audit/append-audit.ts';
import { chinaDayOf } from '../calendar/china-day.ts';
import { readTariff } from './read-tariff.ts';
import type { Tariff } from './tariff.ts';
import { type FailedFixture, failedFixtures } from './tariff-fixtures.ts';
import type { TariffProblem } from './tariff-problems.ts';
import { insertTariff, overlaps } from './tariff-table.ts';

/**
 * What became of a publication. `bad-tariff`: correct the places named. `no-fixtures`: write worked
 * examples with what they come to. `fixtures-failed`: correct the tariff or the examples named.
 * `retroactive`: let it begin tomorrow or later. `unknown-organisation`: register the firm first.
 */
export type Publication =
  | { readonly tariffId: string; readonly version: number; readonly sha256: string }
  | { readonly refused: 'bad-tariff'; readonly problems: readonly TariffProblem[] }
  | { readonly refused: 'fixtures-failed'; readonly failed: readonly FailedFixture[] }
  | { readonly refused: 'no-fixtures' | 'retroactive' | 'unknown-organisation' };

/** Who publishes, and when (Unix ms); randomness salts the event of the audit log. */
export interface Publisher {
  readonly byWhom: string;
  readonly nowMs: number;
  readonly randomBytes: (bytes: number) => Buffer;
}

/** The version before, if any, and the new one. */
interface VersionChange {
  readonly tariffId: string;
  readonly version: number;
  readonly sha256: string;
  readonly before: { readonly version: number; readonly sha256: string } | null;
}

async function auditPublication(
  tx: Writer,
  { tariffId, version, sha256, before }: VersionChange,
  { byWhom, nowMs, randomBytes }: Publisher,
): Promise<void> {
  const event = { actor: byWhom, action: 'tariff.publish', subject: `tariff:${tariffId}` };
  const after = { version, sha256 };
  const outside = { nowMs: () => nowMs, randomBytes };
  await appendAudit(tx, { ...event, reason: 'publication', before, after }, outside);
}

async function putVersion(tx: Writer, tariff: Tariff, publisher: Publisher): Promise<Publication> {
  const { id, sha256 } = tariff;
  const { byWhom, nowMs } = publisher;
  const latest = await tx.get<{ version: number; sha256: string }>(
    'SELECT version, sha256 FROM tariffs WHERE tariff_id = ? ORDER BY version DESC LIMIT 1',
    [id],
  );
  if (latest?.sha256 === sha256) return { tariffId: id, version: latest.version, sha256 };
  const { organisationId } = tariff.document;
  const isKnown =
    organisationId === undefined ||
    (await tx.get('SELECT 1 FROM organisations WHERE organisation_id = ?', [organisationId]));
  if (!isKnown) return { refused: 'unknown-organisation' };
  const today = chinaDayOf(nowMs);
  const beginsLater = tariff.document.effectiveFrom > today;
  if (!beginsLater && (await overlaps(tx, tariff, today))) return { refused: 'retroactive' };
  const version = (latest?.version ?? 0) + 1;
  await insertTariff(tx, tariff, { version, byWhom, atMs: nowMs });
  const before = latest === undefined ? null : { ...latest };
  await auditPublication(tx, { tariffId: id, version, sha256, before }, publisher);
  return { tariffId: id, version, sha256 };
}

/**
 * Publishes the next version of a tariff, for good: a check pins the version in force at its
 * incident, so none is ever changed, and none may begin on a day that had another. Publishing
 * the same text again does nothing. credit.md, "Fee check".
 */
export async function publishTariff(
  store: Store,
  document: unknown,
  publisher: Publisher,
): Promise<Publication> {
  const reading = readTariff(document);
  if ('problems' in reading) return { refused: 'bad-tariff', problems: reading.problems };
  if (reading.tariff.document.fixtures.length === 0) return { refused: 'no-fixtures' };
  const failed = failedFixtures(reading.tariff);
  if (failed.length > 0) return { refused: 'fixtures-failed', failed };
  return store.write((tx) => putVersion(tx, reading.tariff, publisher));
}
