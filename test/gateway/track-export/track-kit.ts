import { readFileSync } from 'node:fs';
import type { TrackFix } from '../../../gateway/track-export/track-pages.ts';
import { clockSources } from '../../../protocols/messages/record-table.ts';
import type { Store } from '../../../protocols/store/store.ts';
import { TrackCsv } from '../../../protocols/track/track.ts';

export function trackFix(happenedAtMs: number, lat: number, lon: number, rest = {}): TrackFix {
  return {
    ...{ happenedAtMs, lat, lon, epochNo: 1, seq: happenedAtMs, clock: 'gnss' as const },
    ...{ speedMps: null, courseDeg: null, hdop: null, altM: null, sats: null },
    ...rest,
  };
}

/** A recorded track of test/vectors. */
export function recordedTrack(file: string): TrackFix[] {
  const url = new URL(`../../vectors/tracks/${file}`, import.meta.url);
  const csv = new TrackCsv();
  return readFileSync(url, 'utf8')
    .split('\n')
    .flatMap((text) => {
      const line = csv.line(text);
      if (line === null || 'error' in line) return [];
      const { timeMs, lat, lon, speedKmh, altM, courseDeg } = line.point;
      const speedMps = speedKmh === null ? null : speedKmh / 3.6;
      return [trackFix(timeMs, lat, lon, { speedMps, altM, courseDeg })];
    });
}

/** Puts fixes straight into the tables, in whatever order. */
export async function storeFixes(store: Store, unitId: number, fixes: readonly TrackFix[]) {
  const rows = fixes.map((fix) => [
    unitId,
    fix.happenedAtMs,
    fix.epochNo,
    fix.seq,
    clockSources.indexOf(fix.clock),
    Math.round(fix.lat * 1e7),
    Math.round(fix.lon * 1e7),
    fix.speedMps === null ? null : Math.round(fix.speedMps * 100),
    fix.courseDeg === null ? null : Math.round(fix.courseDeg * 10),
    fix.hdop === null ? null : Math.round(fix.hdop * 10),
    fix.altM === null ? null : Math.round(fix.altM * 10),
    fix.sats,
  ]);
  await store.write((tx) =>
    tx.run(
      `INSERT INTO fix (unit_id, happened_at_ms, epoch_no, seq, clock, lat_e7, lon_e7, speed_cmps,
        course_ddeg, hdop_d, alt_dm, sats)
      SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7,
        value->>8, value->>9, value->>10, value->>11 FROM json_each(?)`,
      [JSON.stringify(rows)],
    ),
  );
}

export async function* oneByOne<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  for (const item of items) yield item;
}

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}
