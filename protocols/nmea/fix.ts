/** Why an epoch is no fix. The first that applies, in this order. */
export const fixRefusals = {
  'rmc-void': 'RMC says it has no valid fix',
  'gga-void': 'GGA says it has no valid fix',
  'gns-void': 'GNS says it has no valid fix',
  'gll-void': 'GLL says it has no valid fix',
  simulated: 'a sentence says its position was typed in or simulated',
  estimated: 'a sentence says its position was estimated, not measured',
  'no-status': 'no sentence says whether there is a fix',
  'no-time': 'the sentences carry no time of day',
  'no-date': 'no valid RMC and no ZDA has told the date yet',
  'no-position': 'the sentences carry no position',
} as const;

export type FixRefusal = keyof typeof fixRefusals;

/**
 * What a receiver said about one moment. Position, speed and course only of a valid fix; null is
 * "not said", never 0. `valid` and `reason` exclude each other.
 */
export interface GnssFix {
  /** Unix milliseconds, UTC. Null when time of day or date are unknown. */
  readonly timeMs: number | null;
  /** WGS-84 degrees, north and east positive. */
  readonly lat: number | null;
  readonly lon: number | null;
  /** Metres above mean sea level. */
  readonly altM: number | null;
  readonly speedMps: number | null;
  /** Degrees from true north, 0 to 360 exclusive. */
  readonly courseDeg: number | null;
  readonly fix: 'none' | '2d' | '3d';
  readonly satsUsed: number | null;
  readonly hdop: number | null;
  readonly valid: boolean;
  readonly reason: FixRefusal | null;
}
