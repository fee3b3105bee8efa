import { distanceM, type LatLon } from '../geo/geo.ts';
import type { Position } from '../http/link-bodies.ts';
import type { TrackFix } from './track-fix.ts';

/** A signed position this young is as good as any, seconds. */
export const signedAgeSMax = 30;
/** Stored fixes further from issuedAt than this are no bracket, seconds. */
export const bracketSMax = 1_800;
/** A unit that stands says where it is once a minute, seconds; wire.md, "MQTT". */
const reportSMax = 65;
/** A bracket this tight cannot be improved by late fixes: a moving unit sends every 5 s. */
const tightBracketS = 5;
/** Nor can one that bounds the error like this, metres: the unit stood. */
const standingErrorMMax = 30;
/** A last fix older than this says nothing of where the unit is, seconds. */
const lastFixSMax = 6 * 3_600;

/** What a heavy vehicle can do: metres per second, and per second squared. */
const roadSpeedMpsMax = 34;
const accelerationMps2Max = 3;
/** GNSS error at 95 %: at least this, and ten metres a unit of HDOP; without HDOP, metres. */
const gnssErrorMMin = 10;
const gnssErrorMUnknown = 20;
/** A coordinate of the code is the middle of a cell: half its diagonal, metres. */
const cellErrorM = 2;

/** Everything a position can come from. Times are the unit's own, Unix ms. */
export interface PositionFacts {
  readonly issuedAtMs: number;
  /** Position inside the code. */
  readonly signed: (LatLon & { readonly ageS: number }) | null;
  /** A kiosk: age moves it nowhere. */
  readonly isFixed: boolean;
  /** Nearest stored fixes at or before issuedAt, and after it. */
  readonly before: TrackFix | undefined;
  readonly after: TrackFix | undefined;
  /** Newest stored fix. */
  readonly last: TrackFix | undefined;
  /** A point a share (0 to 1) of the way from one fix to another along the road; null off it. */
  readonly alongRoad: (from: TrackFix, to: TrackFix, share: number) => LatLon | null;
}

/** How far a unit can have come in `seconds`, starting at `speedMps` (null: any), metres. */
function reachM(seconds: number, speedMps: number | null): number {
  const most = roadSpeedMpsMax * seconds;
  if (speedMps === null) return most;
  return Math.min(most, speedMps * seconds + (accelerationMps2Max / 2) * seconds ** 2);
}

function gnssErrorM(fix: TrackFix | undefined): number {
  const hdop = fix?.hdop ?? null;
  return hdop === null ? gnssErrorMUnknown : Math.max(gnssErrorMMin, 10 * hdop);
}

/** Seconds from a fix to the issuing of the code; negative for a fix after it. */
function ageSOf(fix: TrackFix, issuedAtMs: number): number {
  return (issuedAtMs - fix.happenedAtMs) / 1000;
}

function bounded(
  { lat, lon }: LatLon,
  source: Position['source'],
  errorM: number,
  ageS: number,
): Position {
  return { lat, lon, source, errorM: Math.ceil(errorM), ageS: Math.round(ageS * 10) / 10 };
}

function fromCode({ signed, before, issuedAtMs, isFixed }: PositionFacts): Position | null {
  if (signed === null) return null;
  // The stored fix the unit signed with tells its speed and quality, once it has come in.
  const sameFix =
    before !== undefined && Math.abs(ageSOf(before, issuedAtMs) - signed.ageS) <= 2
      ? before
      : undefined;
  const moved = isFixed ? 0 : reachM(signed.ageS, sameFix?.speedMps ?? null);
  return bounded(signed, 'signed', gnssErrorM(sameFix) + cellErrorM + moved, signed.ageS);
}

function fromBracket(facts: PositionFacts): Position | null {
  const { before, after, issuedAtMs } = facts;
  if (before === undefined || after === undefined) return null;
  const sinceS = ageSOf(before, issuedAtMs);
  const untilS = -ageSOf(after, issuedAtMs);
  if (sinceS > bracketSMax || untilS > bracketSMax) return null;
  const spanS = sinceS + untilS;
  const share = spanS === 0 ? 0 : sinceS / spanS;
  const point = facts.alongRoad(before, after, share) ?? {
    lat: before.lat + (after.lat - before.lat) * share,
    lon: before.lon + (after.lon - before.lon) * share,
  };
  const [sinceM, untilM] = [distanceM(point, before), distanceM(point, after)];
  const [reachedM, reachingM] = [reachM(sinceS, before.speedMps), reachM(untilS, after.speedMps)];
  // Between two reports that follow each other it is no farther off than the farther of them.
  // Where reports are missing it may have driven anywhere it could reach, and back.
  const most =
    spanS <= reportSMax
      ? Math.min(Math.max(sinceM, untilM), 2 * Math.min(reachedM, reachingM))
      : Math.min(reachedM + sinceM, reachingM + untilM);
  const gnss = Math.max(gnssErrorM(before), gnssErrorM(after));
  return bounded(point, 'track', gnss + most, Math.min(sinceS, untilS));
}

function fromLastFix({ last, issuedAtMs, isFixed }: PositionFacts): Position | null {
  if (last === undefined) return null;
  const ageS = ageSOf(last, issuedAtMs);
  if (Math.abs(ageS) > lastFixSMax && !isFixed) return null;
  const moved = isFixed ? 0 : reachM(Math.abs(ageS), last.speedMps);
  return bounded(last, 'last-fix', gnssErrorM(last) + moved, ageS);
}

/**
 * Where the unit was when it signed. In order of trust (wire.md, "Linking a scan"): the signed
 * position, stored fixes around issuedAt, the last fix. An aged signed position yields to a
 * bracket that bounds the error more tightly.
 */
export function decidePosition(facts: PositionFacts): Position | null {
  const signed = fromCode(facts);
  if (signed !== null && signed.ageS <= signedAgeSMax) return signed;
  const bracket = fromBracket(facts);
  if (bracket !== null && (signed === null || bracket.errorM < signed.errorM)) return bracket;
  return signed ?? fromLastFix(facts);
}

/** Whether fixes that come later can no longer improve a position. */
export function isFinal(position: Position | null, facts: PositionFacts): boolean {
  if (facts.isFixed && position !== null) return true;
  if (position?.source === 'signed' && position.ageS <= signedAgeSMax) return true;
  const { before, after, issuedAtMs } = facts;
  if (before === undefined || after === undefined) return false;
  const spanS = ageSOf(before, issuedAtMs) - ageSOf(after, issuedAtMs);
  const isTrack = position?.source === 'track' && spanS <= reportSMax;
  if (isTrack && position.errorM <= standingErrorMMax) return true;
  const isTight = (fix: TrackFix) => Math.abs(ageSOf(fix, issuedAtMs)) <= tightBracketS;
  return isTight(before) && isTight(after);
}
