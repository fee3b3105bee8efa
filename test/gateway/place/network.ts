import type { Networks } from '../../../gateway/place/networks.ts';
import { earthRadiusM } from '../../../protocols/geo/geo.ts';
import { parseNetwork } from '../../../protocols/network/network.ts';

const metresPerDegree = (earthRadiusM * Math.PI) / 180;
const [firstStakeM, lengthM, firstLat] = [100_000, 20_000, 38];

export const roadLon = 114.6;

/** Latitude of a stake of the straight road below, degrees. */
export function latOf(stakeM: number): number {
  return firstLat + (stakeM - firstStakeM) / metresPerDegree;
}

/** G4 from K100 to K120, straight to the north along 114.6 E, one line for both carriageways. */
export const networkText = JSON.stringify({
  type: 'FeatureCollection',
  name: '示例路网',
  datum: 'WGS-84',
  features: [
    {
      type: 'Feature',
      properties: {
        section: 'G4',
        carriageway: 'both',
        validFrom: '2020-01-01',
        towards: { INC: '北京', DEC: '石家庄' },
        anchors: [{ stake: 'K100+000', vertex: 0 }],
      },
      geometry: {
        type: 'LineString',
        coordinates: Array.from({ length: lengthM / 1000 + 1 }, (_, km) => [
          roadLon,
          latOf(firstStakeM + km * 1000),
        ]),
      },
    },
    {
      type: 'Feature',
      properties: {
        section: 'S50',
        carriageway: 'both',
        validFrom: '2020-01-01',
        anchors: [{ stake: 'K0+000', vertex: 0 }],
      },
      geometry: {
        type: 'LineString',
        coordinates: [
          [roadLon - 0.2, 38.5],
          [roadLon - 0.1, 38.5],
        ],
      },
    },
  ],
});

/** Networks of which one counts for all time; null: none does. */
export function networksOf(text: string | null): Networks {
  const parsed = text === null ? null : parseNetwork(text);
  if (parsed?.ok === false) throw new Error(parsed.problems[0]?.message);
  const version = parsed === null ? null : { hash: 'one', network: parsed.network };
  return { at: () => version, isEmpty: version === null };
}
