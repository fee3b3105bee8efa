import { convertDatum, type Datum, datums, isLatLon, type LatLon } from '../geo/geo.ts';
import type { Area, AreaExtent } from './areas.ts';
import { Outline, type Ring } from './outline.ts';
import type { NetworkProblem, ProblemList } from './problems.ts';
import { type Fields, fieldsOf, labelOf } from './read-line.ts';
import { parseStake } from './stake.ts';
import { readMoment } from './validity.ts';

/** Most areas in one file, and vertices of all their outlines. */
export const areasMax = 20_000;
export const outlineVerticesMax = 200_000;

/** A ring has three corners and its first again. RFC 7946, section 3.1.6. */
const ringPositionsMin = 4;

type Reading<Value> = { readonly value: Value } | { readonly found: string };

function bad(found: string): { readonly found: string } {
  return { found };
}

/**
 * Reads `areas` of a network file: `[{organisation, section, from?, to?, validFrom?, validTo?}]`,
 * stakes of the section. Without `from` an area starts with its section, without `to` it ends
 * with it.
 */
export function readStretches(
  rows: unknown,
  sections: ReadonlySet<string>,
  problems: ProblemList,
): Area[] {
  if (rows === undefined) return [];
  if (!Array.isArray(rows) || rows.length > areasMax) {
    problems.add('bad-area', `"areas" is no list of at most ${areasMax}`);
    return [];
  }
  return rows.flatMap((row, feature) => {
    const fields = fieldsOf(row);
    const section = labelOf(fields.section);
    const area = areaOf(fields, stretchOf(fields, section), `area ${feature}`);
    const at = { feature, section };
    if ('found' in area) problems.add('bad-area', area.found, at);
    else if (section !== null && !sections.has(section)) {
      problems.add('area-unknown-section', 'no line has it', at);
    } else return [area.value];
    return [];
  });
}

/** Reads the features that are areas: a Polygon or MultiPolygon with an `organisation`. */
export function readOutlines(
  features: readonly unknown[],
  datum: Datum,
  problems: ProblemList,
): Area[] {
  let vertices = 0;
  const areas: Area[] = [];
  for (const [index, feature] of features.entries()) {
    const { geometry, properties } = fieldsOf(feature);
    const rings = ringsOf(geometry);
    const { organisation } = fieldsOf(properties);
    if (rings === null || organisation === undefined) continue;
    const at: Partial<NetworkProblem> = { feature: index };
    vertices += rings.reduce<number>((sum, ring) => sum + lengthOf(ring), 0);
    if (areas.length >= areasMax || vertices > outlineVerticesMax) {
      problems.add('too-large', `more than ${outlineVerticesMax} vertices of outlines`, at);
      break;
    }
    const area = areaOf(fieldsOf(properties), outlineOf(rings, datum), 'the outline');
    if ('found' in area) problems.add('bad-area', area.found, at);
    else areas.push(area.value);
  }
  return areas;
}

function areaOf(
  { organisation, validFrom, validTo }: Fields,
  extent: Reading<AreaExtent>,
  name: string,
): Reading<Area> {
  const code = labelOf(organisation);
  if (!code) return bad(`${name} names no organisation`);
  if ('found' in extent) return bad(`${name} ${extent.found}`);
  const [validFromMs, validToMs] = [validFrom, validTo].map((moment) =>
    moment === undefined || moment === null ? null : (readMoment(moment) ?? Number.NaN),
  ) as [number | null, number | null];
  const isGood = ![validFromMs, validToMs].some(Number.isNaN);
  if (!isGood || (validToMs ?? Infinity) <= (validFromMs ?? -Infinity)) {
    return bad(`${name} is valid from ${String(validFrom)} to ${String(validTo)}`);
  }
  return { value: { organisation: code, extent: extent.value, validFromMs, validToMs } };
}

function stretchOf({ from, to }: Fields, section: string | null): Reading<AreaExtent> {
  const fromStakeM = stakeOr(from, 0);
  const toStakeM = stakeOr(to, Number.POSITIVE_INFINITY);
  if (!section) return bad('names no section');
  if (fromStakeM === null || toStakeM === null) {
    return bad(`goes from ${String(from)} to ${String(to)}`);
  }
  if (fromStakeM >= toStakeM) return bad('has no length');
  return { value: { kind: 'stretch', section, fromStakeM, toStakeM } };
}

function stakeOr(text: unknown, fallback: number): number | null {
  if (text === undefined) return fallback;
  return typeof text === 'string' ? (parseStake(text)?.stakeM ?? null) : null;
}

/** Rings of a polygon or of several, as they stand in the file; null: it is neither. */
function ringsOf(geometry: unknown): readonly unknown[] | null {
  const { type, coordinates } = fieldsOf(geometry);
  if (type !== 'Polygon' && type !== 'MultiPolygon') return null;
  if (!Array.isArray(coordinates)) return [];
  return type === 'Polygon' ? coordinates : coordinates.flat(1);
}

function lengthOf(ring: unknown): number {
  return Array.isArray(ring) ? ring.length : 0;
}

function outlineOf(rings: readonly unknown[], datum: Datum): Reading<AreaExtent> {
  const read: Ring[] = [];
  for (const ring of rings) {
    const places = placesOf(ring, datum);
    if (places === null) return bad('has a ring that is open, short or no list of positions');
    read.push(places);
  }
  if (read.length === 0) return bad('has no ring');
  return { value: { kind: 'outline', outline: new Outline(read) } };
}

function placesOf(ring: unknown, datum: Datum): Ring | null {
  if (!Array.isArray(ring) || ring.length < ringPositionsMin) return null;
  const places: LatLon[] = [];
  for (const position of ring) {
    const [lon, lat] = Array.isArray(position) ? position : [];
    const place = { lat, lon };
    if (!isLatLon(place)) return null;
    places.push(place);
  }
  const [first, last] = [places[0], places.at(-1)];
  if (first?.lat !== last?.lat || first?.lon !== last?.lon) return null;
  return places.map((place) => convertDatum(place, datum, datums.wgs84));
}
