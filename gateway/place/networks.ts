import type { RoadNetwork } from '../../protocols/network/road-network.ts';

/** One network file, as it counts for some time. */
export interface NetworkVersion {
  /** SHA-256 of the file, hexadecimal: what a place was told from. */
  readonly hash: string;
  readonly network: RoadNetwork;
}

/** network/: which road network counts at a moment, from memory. */
export interface Networks {
  /** The version for what happened then (Unix ms); null: none counts. */
  at(atMs: number): NetworkVersion | null;
  /** Whether any version counts at any time. */
  readonly isEmpty: boolean;
}
