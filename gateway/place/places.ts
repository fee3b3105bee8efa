import { CodedError } from '../../protocols/errors.ts';
import type { LatLon } from '../../protocols/geo/geo.ts';
import type { Place } from '../../protocols/http/link-bodies.ts';
import { matchTrack } from '../../protocols/network/match.ts';
import { parseNetwork } from '../../protocols/network/parse-network.ts';
import type { RoadNetwork } from '../../protocols/network/road-network.ts';
import type { RoadPlace } from '../../protocols/network/road-place.ts';
import { formatStake } from '../../protocols/network/stake.ts';
import type { StoredFix } from '../parts.ts';

export type Direction = NonNullable<Place['direction']>;

/** A stake as a caller names it. */
export interface StakePoint {
  readonly section: string;
  /** Letters before K; empty on the main line. */
  readonly prefix: string;
  readonly stakeM: number;
  /** Carriageway; null when the caller does not know. */
  readonly direction: Direction | null;
}

/** Positions as people on the road say them. wire.md, "Linking a scan". */
export interface Places {
  /** Reads the network file; throws `bad-config` with what is wrong with it. */
  start(): Promise<void>;
  /** Where a position is on the network, or null off it (or without one). */
  placeOf(position: LatLon, courseDeg: number | null, atMs: number): Place | null;
  /** Places of one unit's fixes, oldest first, judged together; null off the network. */
  alongTrack(fixes: readonly StoredFix[]): readonly (Place | null)[];
  /** Whether there is a network to ask. */
  readonly hasNetwork: boolean;
  /** The point of a stake, or null when the network has no such stake. */
  pointOf(stake: StakePoint, atMs: number): LatLon | null;
  /** `G4 K234+567 石家庄方向`. */
  textOf(stake: StakePoint, atMs: number): string;
  /** The point a share (0 to 1) of the way between two fixes on one section; null elsewhere. */
  between(from: StoredFix, to: StoredFix, share: number): LatLon | null;
}

export interface PlacesDeps {
  /** Text of the network file; null: no network, every position is off it. */
  readonly readNetwork: () => Promise<string | null>;
}

/** Said where the network file does not say which city traffic goes to. */
const directionNames = { INC: '桩号增大方向', DEC: '桩号减小方向' } as const;
/** Marks a network made for demonstration, in its name. */
const sampleMark = '示例';
/** Problems of a file told at once; whoever has more starts with these. */
const problemsShownMax = 5;

function directionText(direction: Direction | null, towards: string | null): string {
  if (direction === null) return '';
  return towards === null ? directionNames[direction] : `${towards}方向`;
}

class NetworkPlaces implements Places {
  readonly #deps: PlacesDeps;
  #network: RoadNetwork | null = null;

  constructor(deps: PlacesDeps) {
    this.#deps = deps;
  }

  get hasNetwork(): boolean {
    return this.#network !== null;
  }

  async start(): Promise<void> {
    const text = await this.#deps.readNetwork();
    if (text === null) return;
    const parsed = parseNetwork(text);
    if (!parsed.ok) {
      const shown = parsed.problems.slice(0, problemsShownMax).map(({ message }) => message);
      throw new CodedError('bad-config', `the network file is wrong: ${shown.join('; ')}`);
    }
    this.#network = parsed.network;
  }

  placeOf(position: LatLon, courseDeg: number | null, atMs: number): Place | null {
    const found = this.#locate(position, courseDeg, atMs);
    return found === null ? null : this.#said(found);
  }

  alongTrack(fixes: readonly StoredFix[]): readonly (Place | null)[] {
    if (this.#network === null) return fixes.map(() => null);
    const found = matchTrack(this.#network, fixes, fixes[0]?.happenedAtMs);
    return found.map((place) => place && this.#said(place));
  }

  #said({ section, stake, stakeM, direction, towards, offsetM }: RoadPlace): Place {
    return {
      section,
      stake,
      stakeM,
      direction,
      directionText: directionText(direction, towards),
      offsetM: Math.round(offsetM),
      sample: this.#network?.name?.includes(sampleMark) ?? false,
    };
  }

  pointOf({ section, prefix, stakeM, direction }: StakePoint, atMs: number): LatLon | null {
    const point = this.#network?.point(section, stakeM, direction ?? 'both', { prefix, atMs });
    return point === undefined || 'error' in point ? null : { lat: point.lat, lon: point.lon };
  }

  textOf(stake: StakePoint, atMs: number): string {
    const { section, prefix, stakeM, direction } = stake;
    const towards = direction === null ? null : this.#towardsAt(stake, direction, atMs);
    const parts = [section, formatStake(stakeM, prefix), directionText(direction, towards)];
    return parts.join(' ').trim();
  }

  between(from: StoredFix, to: StoredFix, share: number): LatLon | null {
    const start = this.#locate(from, from.courseDeg, from.happenedAtMs);
    const end = this.#locate(to, to.courseDeg, to.happenedAtMs);
    if (start === null || end === null || start.section !== end.section) return null;
    return this.#network?.between(start, end, share) ?? null;
  }

  #locate({ lat, lon }: LatLon, courseDeg: number | null, atMs: number): RoadPlace | null {
    const course = courseDeg === null ? {} : { courseDeg };
    const found = this.#network?.locate({ lat, lon, atMs, ...course });
    return found === undefined || 'error' in found ? null : found;
  }

  #towardsAt({ section, prefix }: StakePoint, direction: Direction, atMs: number): string | null {
    const isHere = this.#network?.lines.find(
      (line) =>
        line.section === section &&
        line.prefix === prefix &&
        line.towards[direction] !== null &&
        line.validFromMs <= atMs &&
        (line.validToMs === null || atMs < line.validToMs),
    );
    return isHere?.towards[direction] ?? null;
  }
}

/** Builds the feature; nothing is read before `start`. */
export function createPlaces(deps: PlacesDeps): Places {
  return new NetworkPlaces(deps);
}
