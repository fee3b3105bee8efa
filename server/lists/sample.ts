import { readFileSync } from 'node:fs';
import type { Store } from '../../protocols/store/store.ts';
import { startOfDayMs } from '../calendar/china-day.ts';
import type { ListEntry, PublicList } from './list-entry.ts';
import { putEntry } from './list-table.ts';

type SampleEntry = ListEntry & { readonly entryId: string; readonly list: PublicList };

/** Fictional legal persons, marked 示例. */
export function sampleEntries(): readonly SampleEntry[] {
  const file = new URL('../samples/list-entries.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as SampleEntry[];
}

export async function loadSampleEntries(store: Store): Promise<void> {
  await store.write(async (tx) => {
    for (const entry of sampleEntries()) {
      await putEntry(tx, { ...entry, sample: true }, startOfDayMs(entry.date));
    }
  });
}
