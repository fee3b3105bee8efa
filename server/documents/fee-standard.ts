import type { Reader } from '../../protocols/store/store.ts';
import type { ChinaDay } from '../calendar/china-day.ts';
import { withPostedList } from '../fees/posted-list.ts';
import { readTariff } from '../fees/read-tariff.ts';
import type { Tariff } from '../fees/tariff.ts';
import { type StoredTariff, tariffInForce } from '../fees/tariff-table.ts';

/** The tariff that a fee check on this day uses, ready to be shown. */
export interface FeeStandard {
  readonly stored: StoredTariff;
  /** With the firm's posted prices, where it posted any. */
  readonly tariff: Tariff;
  readonly postedList: StoredTariff | null;
}

/** A published version was readable when it was published: if it is not now, the store is broken. */
function readStored({ tariffId, document }: StoredTariff): Tariff {
  const reading = readTariff(JSON.parse(document));
  if ('tariff' in reading) return reading.tariff;
  throw new Error(`published tariff ${tariffId} cannot be read any more`);
}

/** The rescue fee standard in force on a day, with a firm's posted list; null: there is none. */
export async function feeStandardOn(
  reader: Reader,
  day: ChinaDay,
  organisationId?: string,
): Promise<FeeStandard | null> {
  const stored = await tariffInForce(reader, { kind: 'rescue' }, day);
  if (stored === undefined) return null;
  const tariff = readStored(stored);
  const posted =
    organisationId === undefined
      ? undefined
      : await tariffInForce(reader, { kind: 'posted', organisationId }, day);
  if (posted === undefined) return { stored, tariff, postedList: null };
  return { stored, tariff: withPostedList(tariff, readStored(posted)), postedList: posted };
}

/** Title and version of the standard in force on a day, without its rates. */
export async function feeStandardHead(reader: Reader, day: ChinaDay) {
  const stored = await tariffInForce(reader, { kind: 'rescue' }, day);
  if (stored === undefined) return null;
  const { titleZh, titleEn = titleZh } = JSON.parse(stored.document) as {
    titleZh: string;
    titleEn?: string;
  };
  return { titleZh, titleEn, version: versionOf(stored), validFrom: stored.effectiveFrom };
}

/** How a version is called: its id, and its number where there is more than one. */
export function versionOf({ tariffId, version }: StoredTariff): string {
  return version === 1 ? tariffId : `${tariffId} / ${version}`;
}
