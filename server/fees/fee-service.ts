import type { Reader } from '../../protocols/store/store.ts';
import { chinaDayOf } from '../calendar/china-day.ts';
import { checkFee, type FeeCheck, type FeeCheckMode } from './check-fee.ts';
import { withPostedList } from './posted-list.ts';
import { readTariff } from './read-tariff.ts';
import { type FeeRefusal, refusal } from './refusals.ts';
import type { Tariff } from './tariff.ts';
import { listTariffs, type StoredTariff, tariffInForce } from './tariff-table.ts';

/** The version a check was made with; its hash pins it. */
export interface TariffPin {
  readonly id: string;
  readonly version: number;
  readonly sha256: string;
  readonly sample: boolean;
}

export interface PinnedFeeCheck extends FeeCheck {
  readonly tariff: TariffPin;
  /** The firm's posted list, where one was in force. */
  readonly postedList: TariffPin | null;
}

/** When it happened, and what narrows the tariffs. */
export interface FeeQuestion {
  /** Moment of the incident, Unix ms. */
  readonly atMs: number;
  /** Without it: the rescue tariff. */
  readonly tariffId?: string;
  /** The firm that asks, for its posted list. */
  readonly organisationId?: string;
  /** As `checkFee` takes it. */
  readonly input: unknown;
}

function pinOf({ tariffId, version, sha256, sample }: StoredTariff): TariffPin {
  return { id: tariffId, version, sha256, sample };
}

/** A published version was readable when it was published: if it is not now, the store is broken. */
function prepared({ tariffId, version, document }: StoredTariff): Tariff {
  const reading = readTariff(JSON.parse(document));
  if ('tariff' in reading) return reading.tariff;
  throw new Error(`published tariff ${tariffId} version ${version} cannot be read any more`);
}

async function chooseTariff(
  reader: Reader,
  { atMs, tariffId }: FeeQuestion,
): Promise<StoredTariff | FeeRefusal> {
  const choice = tariffId === undefined ? { kind: 'rescue' as const } : { tariffId };
  const chosen = await tariffInForce(reader, choice, chinaDayOf(atMs));
  if (chosen !== undefined) return chosen;
  if (tariffId === undefined) return refusal('no-tariff-in-force', chinaDayOf(atMs));
  const known = await listTariffs(reader, { tariffId });
  if (known.length === 0) return refusal('unknown-tariff', tariffId);
  return refusal('tariff-not-in-force', `${tariffId}, ${chinaDayOf(atMs)}`);
}

/** A fee check with the version in force in China on the day of the incident. */
export async function answerFeeCheck(
  reader: Reader,
  question: FeeQuestion,
  mode: FeeCheckMode,
): Promise<PinnedFeeCheck | FeeRefusal> {
  const chosen = await chooseTariff(reader, question);
  if ('refused' in chosen) return chosen;
  const { organisationId, atMs } = question;
  const posted =
    organisationId === undefined
      ? undefined
      : await tariffInForce(reader, { kind: 'posted', organisationId }, chinaDayOf(atMs));
  const published = prepared(chosen);
  const tariff = posted === undefined ? published : withPostedList(published, prepared(posted));
  const check = checkFee(tariff, question.input, mode);
  if ('refused' in check) return check;
  const postedList = posted === undefined ? null : pinOf(posted);
  return { ...check, tariff: pinOf(chosen), postedList };
}
