import { readFileSync } from 'node:fs';
import { destination, type LatLon } from '../../../protocols/geo/geo.ts';
import {
  type NetworkOptions,
  type NetworkProblem,
  parseNetwork,
  type RoadNetwork,
  type RoadPlace,
} from '../../../protocols/network/network.ts';

/** A point of the fictional roads of these tests. */
export const origin: LatLon = { lat: 38, lon: 115 };

/** `count` vertices from a start, a step apart, always in the same direction. */
export function straight(start: LatLon, bearing: number, stepM: number, count: number): LatLon[] {
  return Array.from({ length: count }, (_, index) => destination(start, bearing, index * stepM));
}

/** A feature of a network file: main line of G4 for both directions unless told otherwise. */
export function feature(vertices: readonly LatLon[], properties: Record<string, unknown> = {}) {
  return {
    type: 'Feature',
    properties: {
      section: 'G4',
      align: '',
      carriageway: 'both',
      validFrom: '2020-01-01',
      anchors: [{ stake: 'K0+000', vertex: 0 }],
      ...properties,
    },
    geometry: { type: 'LineString', coordinates: vertices.map(({ lat, lon }) => [lon, lat]) },
  };
}

export function file(features: readonly unknown[], more: Record<string, unknown> = {}) {
  return { type: 'FeatureCollection', datum: 'WGS-84', features, ...more };
}

/** The network of a file that must be right. */
export function networkOf(json: unknown, options: NetworkOptions = {}): RoadNetwork {
  const parsed = parseNetwork(json, options);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.network;
}

/** The problems of a file that must be wrong. */
export function problemsOf(json: unknown): readonly NetworkProblem[] {
  const parsed = parseNetwork(json);
  return parsed.ok ? [] : parsed.problems;
}

/** The value, which must not be a refusal. */
export function found<T extends object | number>(value: T): Exclude<T, { readonly error: string }> {
  if (typeof value === 'object' && 'error' in value) throw new Error(String(value.error));
  return value as Exclude<T, { readonly error: string }>;
}

/** Where a position is, which must be on the network. */
export function placeOf(network: RoadNetwork, position: LatLon, courseDeg?: number): RoadPlace {
  return found(network.locate(courseDeg === undefined ? position : { ...position, courseDeg }));
}

export const sampleUrl = new URL('../../../gateway/samples/hebei-network.geojson', import.meta.url);

export function sampleText(): string {
  return readFileSync(sampleUrl, 'utf8');
}
