import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { ChinaDay } from '../calendar/china-day.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Tariff } from './tariff.ts';
import type { TariffKind } from './tariff-schema.ts';

/** A published version: its number counts from 1 for each id and is never used again. */
export interface PublishedTariff {
  readonly tariffId: string;
  readonly version: number;
  readonly kind: TariffKind;
  readonly organisationId: string | null;
  readonly sample: boolean;
  readonly effectiveFrom: ChinaDay;
  /** The last day, included; null: open. */
  readonly effectiveTo: ChinaDay | null;
  readonly sha256: string;
  readonly publishedAtMs: number;
  readonly publishedBy: string;
}

interface Row extends Omit<PublishedTariff, 'sample'> {
  readonly sample: number;
}

/** A version with its text. */
export interface StoredTariff extends PublishedTariff {
  /** Canonical JSON. */
  readonly document: string;
}

const columns = `tariff_id AS tariffId, version, kind, organisation_id AS organisationId, sample,
  effective_from AS effectiveFrom, effective_to AS effectiveTo, sha256,
  published_at_ms AS publishedAtMs, published_by AS publishedBy`;

function fromRow<Stored extends Row>(row: Stored) {
  return { ...row, sample: row.sample === 1 };
}

/** Which tariffs are meant: of a kind, of a firm (posted lists), of an id. */
export interface TariffChoice {
  readonly kind?: TariffKind;
  readonly organisationId?: string;
  readonly tariffId?: string;
}

function conditionsOf({ kind, organisationId, tariffId }: TariffChoice) {
  const wanted = { kind, organisation_id: organisationId, tariff_id: tariffId };
  const given = Object.entries(wanted).flatMap(([column, value]) =>
    value === undefined ? [] : [{ column, value }],
  );
  return {
    sql: given.map(({ column }) => `t.${column} = ?`).join(' AND ') || 'TRUE',
    params: given.map(({ value }) => value),
  };
}

/**
 * The version in force on a day: one that is no sample before one that is, the latest beginning,
 * then the latest version. One that another names in `supersedes` ends where that begins.
 */
export async function tariffInForce(
  reader: Reader,
  choice: TariffChoice,
  day: ChinaDay,
): Promise<StoredTariff | undefined> {
  const { sql, params } = conditionsOf(choice);
  const row = await reader.get<Row & { document: string }>(
    `SELECT ${columns}, document FROM tariffs t
     WHERE ${sql} AND t.effective_from <= ?
       AND (t.effective_to IS NULL OR t.effective_to >= ?)
       AND NOT EXISTS (SELECT 1 FROM tariffs n
         WHERE n.supersedes = t.tariff_id AND n.effective_from <= ? AND n.sample <= t.sample)
     ORDER BY t.sample, t.effective_from DESC, t.published_at_ms DESC, t.version DESC LIMIT 1`,
    [...params, day, day, day],
  );
  return row && fromRow(row);
}

/** One version, to show or prove what an earlier check used. */
export async function tariffVersion(
  reader: Reader,
  tariffId: string,
  version: number,
): Promise<StoredTariff | undefined> {
  const row = await reader.get<Row & { document: string }>(
    `SELECT ${columns}, document FROM tariffs WHERE tariff_id = ? AND version = ?`,
    [tariffId, version],
  );
  return row && fromRow(row);
}

/** All versions without their texts, newest first. */
export async function listTariffs(
  reader: Reader,
  choice: TariffChoice = {},
): Promise<PublishedTariff[]> {
  const { sql, params } = conditionsOf(choice);
  const rows = await reader.all<Row>(
    `SELECT ${columns} FROM tariffs t WHERE ${sql}
     ORDER BY t.effective_from DESC, t.tariff_id, t.version DESC`,
    params,
  );
  return rows.map(fromRow);
}

/**
 * Whether some day up to `untilDay` on which a tariff would be in force has one already. A sample
 * is no hindrance to a real one.
 */
export async function overlaps(tx: Reader, tariff: Tariff, untilDay: ChinaDay): Promise<boolean> {
  const { effectiveFrom, organisationId } = tariff.document;
  const row = await tx.get(
    `SELECT 1 FROM tariffs WHERE kind = ? AND organisation_id IS NOT DISTINCT FROM ? AND sample <= ?
       AND effective_from <= ? AND (effective_to IS NULL OR effective_to >= ?)`,
    [tariff.kind, organisationId ?? null, Number(tariff.sample), untilDay, effectiveFrom],
  );
  return row !== undefined;
}

/** Keeps the next version of an id. */
export async function insertTariff(
  tx: Writer,
  tariff: Tariff,
  published: { readonly version: number; readonly byWhom: string; readonly atMs: number },
): Promise<void> {
  const { effectiveFrom, effectiveTo, supersedes, organisationId } = tariff.document;
  await tx.run(
    `INSERT INTO tariffs (tariff_id, version, kind, organisation_id, sample, effective_from,
       effective_to, supersedes, sha256, document, published_at_ms, published_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      tariff.id,
      published.version,
      tariff.kind,
      organisationId ?? null,
      Number(tariff.sample),
      effectiveFrom,
      effectiveTo,
      supersedes,
      tariff.sha256,
      canonicalJson(tariff.document),
      published.atMs,
      published.byWhom,
    ],
  );
}
