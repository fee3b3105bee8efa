import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { feature, file, networkOf, placeOf } from './roads.ts';

interface Exit {
  readonly km: number;
  readonly wgs84: [number, number];
}

const folder = new URL('../../vectors/network/', import.meta.url);
const { routes } = JSON.parse(readFileSync(new URL('anhui-exits-osm.json', folder), 'utf8'));
const exits: Exit[] = routes[0].exits;

describe('the exits of G0321, whose numbers are kilometre posts', () => {
  it('make a network of straight ways between them, each exit at its post', () => {
    const vertices = exits.map(({ wgs84: [lon, lat] }) => ({ lat, lon }));
    const anchors = exits.map(({ km }, vertex) => ({ stake: `K${km}+000`, vertex }));
    const network = networkOf(file([feature(vertices, { section: 'G0321', anchors })]));
    expect(exits).toHaveLength(8);
    for (const { km, wgs84 } of exits) {
      const [lon, lat] = wgs84;
      const place = placeOf(network, { lat, lon });
      expect(place).toMatchObject({ section: 'G0321', stake: `K${km}+000`, direction: null });
    }
  });
});
