import { type Static, Type } from 'typebox';
import { nullable } from '../http/json-parts.ts';
import { Chainage } from '../network/chainage.ts';
import { Polyline } from '../network/polyline.ts';
import type { RoadLine } from '../network/road-line.ts';
import { RoadNetwork } from '../network/road-network.ts';

const metres = Type.Number();

/** A line of a network as it was computed with: vertices in WGS-84, [longitude, latitude]. */
const excerptLine = Type.Object(
  {
    feature: Type.Integer({ minimum: 0 }),
    section: Type.String(),
    name: nullable(Type.String()),
    align: Type.String(),
    prefix: Type.String(),
    carriageway: Type.Union([Type.Literal('both'), Type.Literal('INC'), Type.Literal('DEC')]),
    towards: Type.Object({ INC: nullable(Type.String()), DEC: nullable(Type.String()) }),
    validFromMs: Type.Number(),
    validToMs: nullable(Type.Number()),
    vertices: Type.Array(Type.Tuple([Type.Number(), Type.Number()]), { minItems: 2 }),
    pieces: Type.Array(
      Type.Object({
        chain: Type.Integer({ minimum: 0 }),
        fromAlongM: metres,
        toAlongM: metres,
        fromStakeM: metres,
        toStakeM: metres,
      }),
      { minItems: 1 },
    ),
  },
  { additionalProperties: false },
);
export type ExcerptLine = Static<typeof excerptLine>;

/** The roads that places were computed from, out of one version of the network. */
export const roadExcerpt = Type.Object(
  {
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'of the whole network file' }),
    lines: Type.Array(excerptLine, { maxItems: 2_000 }),
  },
  { additionalProperties: false },
);
export type RoadExcerpt = Static<typeof roadExcerpt>;

export function excerptLineOf(line: RoadLine): ExcerptLine {
  const { feature, section, name, align, prefix, carriageway, validFromMs, validToMs } = line;
  return {
    ...{ feature, section, name, align, prefix, carriageway },
    towards: { INC: line.towards.INC, DEC: line.towards.DEC },
    ...{ validFromMs, validToMs },
    vertices: line.path.vertices.map(({ lat, lon }) => [lon, lat]),
    pieces: line.chainage.pieces.map((piece) => ({
      chain: piece.chain,
      fromAlongM: piece.fromAlongM,
      toAlongM: piece.toAlongM,
      fromStakeM: piece.fromStakeM,
      toStakeM: piece.toStakeM,
    })),
  };
}

/** The network of an excerpt: places on it are those on the whole. */
export function networkOfExcerpt({ lines }: RoadExcerpt): RoadNetwork {
  const roads = lines.map(({ vertices, pieces, ...labels }): RoadLine => {
    const path = new Polyline(vertices.map(([lon, lat]) => ({ lat, lon })));
    return { ...labels, path, chainage: new Chainage(pieces) };
  });
  return new RoadNetwork({ name: null, lines: roads, areas: [], atMs: undefined });
}

/** Everything of the sections that are in reach of any of these places. */
export function excerptOf(
  network: RoadNetwork,
  sha256: string,
  places: readonly { readonly lat: number; readonly lon: number }[],
): RoadExcerpt {
  const sections = new Set(
    places.flatMap(({ lat, lon }) => network.feet({ lat, lon }).map(({ line }) => line.section)),
  );
  const lines = network.lines.filter(({ section }) => sections.has(section));
  return { sha256, lines: lines.map(excerptLineOf) };
}
