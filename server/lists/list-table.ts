import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { ListEntry, PublicList, StoredEntry } from './list-entry.ts';

/** Most entries one answer holds. */
export const entriesMax = 100;
/** Longest words to search for, in characters; the rest is not looked at. */
export const queryCharsMax = 60;

interface ListSearch {
  readonly list: PublicList;
  /** Name or keyword; empty: all. */
  readonly query: string;
  readonly nowMs: number;
}

interface FoundEntries {
  readonly total: number;
  readonly entries: readonly StoredEntry[];
}

/** A text as a pattern of LIKE that holds it anywhere. */
function patternOf(query: string): string {
  return `%${query.slice(0, queryCharsMax).replace(/[\\%_]/g, '\\$&')}%`;
}

/** Entries published now whose name, reason, measure or authority holds the words, newest first. */
export async function searchList(
  reader: Reader,
  { list, query, nowMs }: ListSearch,
): Promise<FoundEntries> {
  const where = `list = ?1 AND published_at_ms <= ?2
    AND (removed_at_ms IS NULL OR removed_at_ms > ?2)
    AND (name LIKE ?3 ESCAPE '\\' OR reason LIKE ?3 ESCAPE '\\' OR measure LIKE ?3 ESCAPE '\\'
         OR authority LIKE ?3 ESCAPE '\\')`;
  const params = [list, nowMs, patternOf(query)];
  const count = await reader.get<{ total: number }>(
    `SELECT count(*) AS total FROM list_entries WHERE ${where}`,
    params,
  );
  const rows = await reader.all<ListEntry & { sample: number }>(
    `SELECT name, reason, measure, authority, decided_on AS date, sample FROM list_entries
     WHERE ${where} ORDER BY decided_on DESC, entry_id LIMIT ${entriesMax}`,
    params,
  );
  const entries = rows.map((row) => ({ ...row, sample: row.sample === 1 }));
  return { total: count?.total ?? 0, entries };
}

/** Publishes an entry, or puts it in place of the one with its id. */
export async function putEntry(
  tx: Writer,
  entry: StoredEntry & { readonly entryId: string; readonly list: PublicList },
  publishedAtMs: number,
): Promise<void> {
  const { entryId, list, name, reason, measure, authority, date, sample } = entry;
  await tx.run(
    `INSERT INTO list_entries (entry_id, list, name, reason, measure, authority, decided_on,
       published_at_ms, sample)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (entry_id) DO UPDATE SET name = excluded.name, reason = excluded.reason,
       measure = excluded.measure, authority = excluded.authority,
       decided_on = excluded.decided_on`,
    [entryId, list, name, reason, measure, authority, date, publishedAtMs, Number(sample)],
  );
}
