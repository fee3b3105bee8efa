import type { TrackPoint } from './track-points.ts';

/** How a track is written: what stands before, each point, what stands after. */
export interface TrackFormat {
  readonly contentType: string;
  readonly head: (serial: string) => string;
  /** @param previous the point before; null for the first */
  readonly point: (point: TrackPoint, previous: TrackPoint | null) => string;
  readonly tail: string;
}

/** A longer silence begins a new piece of the line, ms: nobody knows what was in between. */
const gapMsMax = 600_000;

function timeText(atMs: number): string {
  return new Date(atMs).toISOString();
}

function fixed(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}

function speedKmh({ speedMps }: TrackPoint): number | null {
  return fixed(speedMps === null ? null : speedMps * 3.6, 1);
}

const csvColumns: Readonly<Record<string, (point: TrackPoint) => string | number | null>> = {
  time: ({ happenedAtMs }) => timeText(happenedAtMs),
  lat: ({ lat }) => lat.toFixed(7),
  lon: ({ lon }) => lon.toFixed(7),
  speed_kmh: speedKmh,
  alt_m: ({ altM }) => altM,
  bearing: ({ courseDeg }) => courseDeg,
  sats: ({ sats }) => sats,
  hdop: ({ hdop }) => hdop,
  clock: ({ clock }) => clock,
  section: ({ place }) => place?.section ?? null,
  stake: ({ place }) => place?.stake ?? null,
  direction: ({ place }) => place?.direction ?? null,
  offset_m: ({ place }) => place?.offsetM ?? null,
  flags: ({ flags }) => flags.join(' '),
};

/** RFC 4180; what a table program would take for a formula is made text. */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+@]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvRow(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function xmlText(text: string): string {
  return text.replace(/[&<>]/g, (character) => entities[character] ?? character);
}

function element(name: string, value: string | number | null): string {
  return value === null || value === '' ? '' : `<${name}>${xmlText(String(value))}</${name}>`;
}

/** Elements in the order of the GPX 1.1 schema (wptType). */
function gpxPoint(point: TrackPoint): string {
  const { lat, lon, happenedAtMs, altM, flags, place, sats, hdop } = point;
  const placeText = place === null ? null : `${place.section} ${place.stake}`;
  const inside = [
    element('ele', altM),
    element('time', timeText(happenedAtMs)),
    element('cmt', flags.join(' ')),
    element('desc', placeText),
    element('sat', sats),
    element('hdop', hdop),
  ];
  return `<trkpt lat="${lat.toFixed(7)}" lon="${lon.toFixed(7)}">${inside.join('')}</trkpt>\n`;
}

function geoJsonPoint(point: TrackPoint): string {
  const { lat, lon, happenedAtMs, courseDeg, altM, hdop, sats, clock, place, flags } = point;
  const { section = null, stake = null, direction = null } = place ?? {};
  return JSON.stringify({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [fixed(lon, 7), fixed(lat, 7)] },
    properties: {
      ...{ time: timeText(happenedAtMs), speedKmh: speedKmh(point), courseDeg, altM, hdop, sats },
      ...{ clock, section, stake, direction, flags },
    },
  });
}

export const trackFormats = {
  csv: {
    contentType: 'text/csv; charset=utf-8',
    head: () => csvRow(Object.keys(csvColumns)),
    point: (point) => csvRow(Object.values(csvColumns).map((cell) => cell(point))),
    tail: '',
  },
  gpx: {
    contentType: 'application/gpx+xml',
    head: (serial) =>
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<gpx version="1.1" creator="Xinlu" xmlns="http://www.topografix.com/GPX/1/1">\n' +
      `<trk>${element('name', serial)}<trkseg>\n`,
    point: (point, previous) => {
      const isApart = previous !== null && point.happenedAtMs - previous.happenedAtMs > gapMsMax;
      return `${isApart ? '</trkseg><trkseg>\n' : ''}${gpxPoint(point)}`;
    },
    tail: '</trkseg></trk>\n</gpx>\n',
  },
  geojson: {
    contentType: 'application/geo+json',
    head: (serial) =>
      `{"type":"FeatureCollection","name":${JSON.stringify(serial)},"datum":"WGS-84","features":[\n`,
    point: (point, previous) => `${previous === null ? '' : ',\n'}${geoJsonPoint(point)}`,
    tail: '\n]}\n',
  },
} as const satisfies Readonly<Record<string, TrackFormat>>;
export type TrackFormatName = keyof typeof trackFormats;

export function isTrackFormat(name: string): name is TrackFormatName {
  return Object.hasOwn(trackFormats, name);
}

/** A track as text, in pieces; the next is made when the one before was taken. */
export async function* writtenTrack(
  name: TrackFormatName,
  serial: string,
  points: AsyncIterable<TrackPoint>,
): AsyncGenerator<string> {
  const format: TrackFormat = trackFormats[name];
  yield format.head(serial);
  let previous: TrackPoint | null = null;
  for await (const point of points) {
    yield format.point(point, previous);
    previous = point;
  }
  if (format.tail !== '') yield format.tail;
}
