import { checkFee, type FeeCheck } from '../../../server/fees/check-fee.ts';
import { readTariff } from '../../../server/fees/read-tariff.ts';
import { readSampleTariff } from '../../../server/fees/sample-tariffs.ts';
import type { Tariff } from '../../../server/fees/tariff.ts';
import type { TariffDocument } from '../../../server/fees/tariff-schema.ts';

/** A copy of the shipped sample, to change at will. */
export function sampleDocument(change: Partial<TariffDocument> = {}): TariffDocument {
  return { ...(readSampleTariff('tariff.sample.json') as TariffDocument), ...change };
}

export function roadDamageDocument(): TariffDocument {
  return readSampleTariff('road-damage.sample.json') as TariffDocument;
}

/** A tariff ready to reckon with; throws when it has problems. */
export function tariffOf(document: TariffDocument): Tariff {
  const reading = readTariff(document);
  if ('tariff' in reading) return reading.tariff;
  throw new Error(JSON.stringify(reading.problems));
}

/** The sample with some of its items changed. */
export function withItems(
  change: (item: TariffDocument['items'][number]) => Partial<TariffDocument['items'][number]>,
): TariffDocument {
  const document = sampleDocument();
  return { ...document, items: document.items.map((item) => ({ ...item, ...change(item) })) };
}

/** A check in a demonstration; throws when it is refused. */
export function check(tariff: Tariff, input: object): FeeCheck {
  const result = checkFee(tariff, input, { demonstration: true });
  if ('refused' in result) throw new Error(JSON.stringify(result));
  return result;
}

/** The reason a check is refused, and what it is about. */
export function refusalOf(tariff: Tariff, input: unknown) {
  const result = checkFee(tariff, input, { demonstration: true });
  return 'refused' in result ? [result.refused, result.about] : null;
}
