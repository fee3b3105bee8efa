import { type Heading, movingSpeedMpsMin } from '../../protocols/evidence/track-fix.ts';
import type { IngestedRecord, RecordFeed, Tracks } from '../parts.ts';

/**
 * Which way each unit last drove, from memory: a truck that stands on the shoulder has no course
 * of its own, but it is still on the carriageway it came on.
 */
export class Headings {
  readonly #tracks: Tracks;
  readonly #last = new Map<number, Heading | null>();

  constructor(tracks: Tracks, feed: RecordFeed) {
    this.#tracks = tracks;
    feed.onCommitted((records) => {
      for (const record of records) this.#note(record);
    });
  }

  /** How a unit drove last at or before a moment; null: it is not known to have moved. */
  async at(unitId: number, atMs: number): Promise<Heading | null> {
    const newest = await this.#newest(unitId);
    const isThen = newest === null || newest.happenedAtMs <= atMs;
    return isThen ? newest : this.#fromTrack(unitId, atMs);
  }

  /** Asked of the store once a unit, kept up to date by the feed from then on. */
  async #newest(unitId: number): Promise<Heading | null> {
    const known = this.#last.get(unitId);
    if (known !== undefined) return known;
    const newest = await this.#fromTrack(unitId, Number.MAX_SAFE_INTEGER);
    this.#last.set(unitId, newest);
    return newest;
  }

  async #fromTrack(unitId: number, atMs: number): Promise<Heading | null> {
    const fix = await this.#tracks.lastMoving(unitId, atMs, movingSpeedMpsMin);
    if (fix === undefined || fix.courseDeg === null) return null;
    const { lat, lon, happenedAtMs, courseDeg } = fix;
    return { lat, lon, happenedAtMs, courseDeg };
  }

  #note({ unit, record }: IngestedRecord): void {
    if (record.kind !== 'fix' || unit.unitId === null) return;
    const { lat, lon, speedMps, courseDeg } = record.values;
    if (lat === null || lon === null || courseDeg === null) return;
    if (speedMps === null || speedMps < movingSpeedMpsMin) return;
    const { happenedAtMs } = record;
    const known = this.#last.get(unit.unitId);
    if (known === undefined || (known !== null && known.happenedAtMs >= happenedAtMs)) return;
    this.#last.set(unit.unitId, { lat, lon, happenedAtMs, courseDeg });
  }
}
