import { destination, type LatLon } from '../../protocols/geo/geo.ts';
import { parseNetwork } from '../../protocols/network/network.ts';
import { formatStake } from '../../protocols/network/stake.ts';
import { type BenchRow, inTurns, row, timed } from './row.ts';

/** A province: 5,000 km of expressway, each carriageway by itself, a vertex each 20 m. */
const sections = 25;
const sectionKm = 200;
const stepM = 20;
const rounds = 3;
const looks = 20_000;

function feature(section: number, carriageway: 'INC' | 'DEC') {
  let at: LatLon = { lat: 36 + section * 0.2, lon: 113 };
  const coordinates: number[][] = [];
  const anchors: { stake: string; vertex: number }[] = [];
  for (let vertex = 0; vertex * stepM <= sectionKm * 1000; vertex += 1) {
    coordinates.push([Number(at.lon.toFixed(7)), Number(at.lat.toFixed(7))]);
    if ((vertex * stepM) % 1000 === 0) anchors.push({ stake: formatStake(vertex * stepM), vertex });
    at = destination(at, 60 + 40 * Math.sin(vertex / 300 + section), stepM);
  }
  const properties = { section: `G${section}`, carriageway, validFrom: '2020-01-01', anchors };
  return { type: 'Feature', properties, geometry: { type: 'LineString', coordinates } };
}

/** Reading such a file, against reading its JSON; and how long a place takes to be found in it. */
export async function benchNetwork(): Promise<BenchRow[]> {
  const features = Array.from({ length: sections }, (_, section) => [
    feature(section, 'INC'),
    feature(section, 'DEC'),
  ]).flat();
  const text = JSON.stringify({ type: 'FeatureCollection', datum: 'WGS-84', features });
  const [readMs, jsonMs] = await inTurns(
    rounds,
    () => parseNetwork(text),
    () => JSON.parse(text),
  );
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  const { network } = parsed;
  let found = 0;
  const locateMs = await timed(() => {
    for (let look = 0; look < looks; look += 1) {
      const line = network.lines[look % network.lines.length];
      const place = line?.path.at((look * 37) % line.path.vertices.length);
      if (place !== undefined && !('error' in network.locate({ ...place, courseDeg: 80 })))
        found += 1;
    }
  });
  if (found < looks) throw new Error(`${looks - found} places of the network are off it`);
  const name = 'network of 5,000 km';
  return [
    row(`${name}, read and indexed`, 'ms', readMs, ['JSON.parse of it', jsonMs], null),
    row(`${name}, a place`, 'µs', (locateMs / looks) * 1000, ['a millisecond', 1000], {
      atMost: 0.2,
    }),
  ];
}
