import { isLatLon, type LatLon } from '../geo/geo.ts';

/** One recorded fix. Null: the file does not give it. */
export interface TrackPoint extends LatLon {
  /** Unix ms. */
  readonly timeMs: number;
  readonly speedKmh: number | null;
  readonly altM: number | null;
  readonly courseDeg: number | null;
}

export type TrackLine =
  | { readonly point: TrackPoint }
  | { readonly error: 'no-header' | 'bad-time' | 'bad-position' }
  /** The header, or an empty line. */
  | null;

const numberPattern = /^[+-]?\d{1,9}(\.\d{1,12})?$/;
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/**
 * Reads a track as CSV, `time,lat,lon[,speed_kmh,alt_m,bearing]`, a line at a time: time in ISO
 * 8601 with its zone, degrees in WGS-84. The header names the columns and may order them freely.
 */
export class TrackCsv {
  #columns: readonly string[] | null = null;

  line(text: string): TrackLine {
    const cells = text.split(',').map((cell) => cell.trim());
    if (text.trim() === '') return null;
    if (this.#columns === null) return this.#header(cells);
    const cell = (name: string) => cells[this.#columns?.indexOf(name) ?? -1] ?? '';
    const timeMs = timePattern.test(cell('time')) ? Date.parse(cell('time')) : Number.NaN;
    if (Number.isNaN(timeMs)) return { error: 'bad-time' };
    const place = { lat: numberOf(cell('lat')), lon: numberOf(cell('lon')) };
    if (!isLatLon(place)) return { error: 'bad-position' };
    const speedKmh = numberOf(cell('speed_kmh'));
    const [altM, courseDeg] = [numberOf(cell('alt_m')), numberOf(cell('bearing'))];
    return { point: { timeMs, lat: place.lat, lon: place.lon, speedKmh, altM, courseDeg } };
  }

  #header(cells: readonly string[]): TrackLine {
    // A file may start with a byte order mark.
    const names = cells.map((name) => name.replace('\ufeff', ''));
    if (!['time', 'lat', 'lon'].every((name) => names.includes(name))) {
      return { error: 'no-header' };
    }
    this.#columns = names;
    return null;
  }
}

function numberOf(cell: string): number | null {
  return numberPattern.test(cell) ? Number(cell) : null;
}
