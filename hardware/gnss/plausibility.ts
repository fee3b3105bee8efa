import type { ReceivedFix } from '../gnss.ts';

export const PLAUSIBILITY_LIMITS = {
  /** 250 km/h: no vehicle of ours, on no road. */
  speedMpsMax: 70,
  /** Metres a fix may lie beside the way that speed allows. */
  jumpSlackM: 100,
  hdopMax: 5,
  /** GNSS time against the machine's own monotonic clock, from fix to fix. */
  timeStepMsMax: 5000,
} as const;

/** Why a valid fix is not to be believed as it stands. Flags travel with it; none hides it. */
export type PlausibilityFlag = 'speed' | 'jump' | 'hdop' | 'time';

const EARTH_RADIUS_M = 6_371_000;
const RADIANS = Math.PI / 180;

/** Compares each valid fix with the one before (reliability.md, GNSS spoofing). */
export class Plausibility {
  #before: ReceivedFix | null = null;

  /** The flags of `received`; of one that is not valid, none. */
  check(received: ReceivedFix): PlausibilityFlag[] {
    const { fix } = received;
    if (!fix.valid) return [];
    const before = this.#before;
    this.#before = received;
    const flags: PlausibilityFlag[] = [];
    if (fix.speedMps !== null && fix.speedMps > PLAUSIBILITY_LIMITS.speedMpsMax)
      flags.push('speed');
    if (fix.hdop !== null && fix.hdop > PLAUSIBILITY_LIMITS.hdopMax) flags.push('hdop');
    if (before === null) return flags;
    if (jumps(before, received)) flags.push('jump');
    if (timeSteps(before, received)) flags.push('time');
    return flags;
  }
}

function jumps(before: ReceivedFix, received: ReceivedFix): boolean {
  const passedS = (received.receivedMonoMs - before.receivedMonoMs) / 1000;
  const reachM = PLAUSIBILITY_LIMITS.speedMpsMax * passedS + PLAUSIBILITY_LIMITS.jumpSlackM;
  return distanceM(before, received) > reachM;
}

function timeSteps(before: ReceivedFix, received: ReceivedFix): boolean {
  if (before.fix.timeMs === null || received.fix.timeMs === null) return false;
  const byGnssMs = received.fix.timeMs - before.fix.timeMs;
  const byClockMs = received.receivedMonoMs - before.receivedMonoMs;
  return Math.abs(byGnssMs - byClockMs) > PLAUSIBILITY_LIMITS.timeStepMsMax;
}

/** On a sphere, near enough for a jump; 0 where a position is missing. */
function distanceM(from: ReceivedFix, to: ReceivedFix): number {
  const { lat: lat1, lon: lon1 } = from.fix;
  const { lat: lat2, lon: lon2 } = to.fix;
  if (lat1 === null || lon1 === null || lat2 === null || lon2 === null) return 0;
  const halfLat = Math.sin(((lat2 - lat1) * RADIANS) / 2) ** 2;
  const halfLon = Math.sin(((lon2 - lon1) * RADIANS) / 2) ** 2;
  const chord = halfLat + Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * halfLon;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}
