import { distanceM, type LatLon, LocalPlane, stepBearingDeg } from '../geo/geo.ts';

/** A place on a polyline and the bearing of its segment there, degrees from north. */
export interface PathPlace extends LatLon {
  readonly bearingDeg: number;
}

/** A line over vertices, measured in metres from its first vertex. */
export class Polyline {
  readonly vertices: readonly LatLon[];
  readonly #alongM: Float64Array;

  constructor(vertices: readonly LatLon[]) {
    this.vertices = vertices;
    this.#alongM = new Float64Array(vertices.length);
    for (let index = 1; index < vertices.length; index += 1) {
      this.#alongM[index] = this.alongM(index - 1) + distanceM(this.at(index - 1), this.at(index));
    }
  }

  get lengthM(): number {
    return this.alongM(this.vertices.length - 1);
  }

  /** Metres from the start to a vertex. */
  alongM(vertex: number): number {
    return this.#alongM[vertex] ?? Number.NaN;
  }

  /** The vertex with this index, which must exist. */
  at(vertex: number): LatLon {
    const found = this.vertices[vertex];
    if (found === undefined) throw new RangeError(`no vertex ${vertex}`);
    return found;
  }

  /** Where one is after so many metres; before the start and behind the end, the end itself. */
  place(wantedM: number): PathPlace {
    const alongM = Math.min(this.lengthM, Math.max(0, wantedM));
    const segment = this.#segmentAt(alongM);
    const [from, to] = [this.at(segment), this.at(segment + 1)];
    const lengthM = this.alongM(segment + 1) - this.alongM(segment);
    const share = (alongM - this.alongM(segment)) / lengthM;
    const plane = new LocalPlane(from);
    return {
      lat: from.lat + (to.lat - from.lat) * share,
      lon: from.lon + (to.lon - from.lon) * share,
      bearingDeg: stepBearingDeg(plane.toXy(from), plane.toXy(to)),
    };
  }

  /** The segment around a distance; never one of no length (a vertex given twice). */
  #segmentAt(alongM: number): number {
    let [low, high] = [0, this.vertices.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.alongM(middle) <= alongM && this.alongM(middle) < this.lengthM) low = middle;
      else high = middle;
    }
    return low;
  }
}
