import { readFileSync } from 'node:fs';
import type { Store } from '../../protocols/store/store.ts';
import { type Publisher, publishTariff } from './publish-tariff.ts';

/** The fictional tariffs that ship, marked 示例. */
const sampleFiles = ['tariff.sample.json', 'road-damage.sample.json'] as const;

export function readSampleTariff(file: (typeof sampleFiles)[number]): unknown {
  return JSON.parse(readFileSync(new URL(`samples/${file}`, import.meta.url), 'utf8'));
}

/**
 * Publishes the sample tariffs that are not there yet. They give way to any real tariff, and
 * outside a demonstration they say what they allow but judge nothing. A sample of a later program
 * whose days are taken by the sample of an earlier one leaves that in place.
 */
export async function publishSampleTariffs(
  store: Store,
  when: Omit<Publisher, 'byWhom'>,
): Promise<void> {
  for (const file of sampleFiles) {
    const result = await publishTariff(store, readSampleTariff(file), {
      byWhom: 'sample',
      ...when,
    });
    if ('refused' in result && result.refused !== 'retroactive') {
      throw new Error(`the shipped ${file} cannot be published: ${JSON.stringify(result)}`);
    }
  }
}
