import { fromBase64url } from '../audit/base64url.ts';
import { signedBytes } from '../scan-code/bytes.ts';
import { codeMessage, readCodeBytes } from '../scan-code/code.ts';
import { kinds } from '../scan-code/fields.ts';
import { publicKeyBytes, publicKeyFromRaw, verifyEd25519 } from '../signed/ed25519.ts';
import { attendanceOf, seenFrom } from './attendance.ts';
import type {
  BundleFacts,
  BundleResults,
  BundleScan,
  BundleUnit,
  ScanResult,
  UnitResult,
} from './bundle.ts';
import { displayExcuses, longestWithoutCode } from './display.ts';
import { decidePosition } from './position.ts';
import { networkOfExcerpt } from './road-excerpt.ts';
import { type RoadFacts, roadFactsOf } from './road-facts.ts';
import { type BatchFault, fixesOf, readSigned, type SignedRecord } from './signed-records.ts';
import { courseOf, movingSpeedMpsMin, type TrackFix } from './track-fix.ts';

export type RecomputeFault =
  | BatchFault
  | 'bad-unit-key'
  | 'revoked-unit-key'
  | 'bad-code'
  | 'bad-code-signature'
  | 'unknown-unit';

export type Recomputed =
  | { readonly ok: true; readonly results: BundleResults }
  | { readonly ok: false; readonly fault: RecomputeFault };

/** Longest time on a scene that is looked through, ms: as the gateway does. */
export const sceneMsMax = 24 * 3_600_000;
/** Buttons listed of one unit. */
const buttonsMax = 1_000;

function keysOf({ keys }: BundleUnit) {
  return keys.map(({ enrolment, publicKey, revoked }) => {
    const raw = fromBase64url(publicKey, publicKeyBytes);
    return { enrolment, revoked, key: raw === null ? null : publicKeyFromRaw(raw) };
  });
}

/** The records that a unit of a bundle signed, or why it is not proved that it did. */
function recordsOf(unit: BundleUnit): readonly SignedRecord[] | RecomputeFault {
  const keys = keysOf(unit);
  if (keys.some(({ key }) => key === null)) return 'bad-unit-key';
  if (keys.some(({ revoked }) => revoked)) return 'revoked-unit-key';
  const batches = unit.batches.map((one) => Buffer.from(one, 'base64url'));
  const keyOf = (enrolment: number) =>
    keys.find((one) => one.enrolment === enrolment)?.key ?? undefined;
  const reading = readSigned(unit.serial, batches, keyOf);
  return reading.ok ? reading.records : reading.fault;
}

function unitResult(
  unit: BundleUnit,
  records: readonly SignedRecord[],
  roads: RoadFacts,
  madeAtMs: number,
): UnitResult {
  const { serial, assignedAtMs, releasedAtMs, point, direction } = unit;
  const all = fixesOf(records);
  const untilMs = Math.min(releasedAtMs ?? madeAtMs, assignedAtMs + sceneMsMax);
  const then = all.filter(
    ({ happenedAtMs }) => happenedAtMs >= assignedAtMs && happenedAtMs <= untilMs,
  );
  const earlier = all.findLast(
    ({ happenedAtMs, speedMps, courseDeg }) =>
      happenedAtMs <= assignedAtMs && courseDeg !== null && (speedMps ?? 0) >= movingSpeedMpsMin,
  );
  const seen =
    point === null ? [] : seenFrom(point, then, earlier?.courseDeg ?? null, roads.directionAt);
  const { arrivedAtMs, leftAtMs } = attendanceOf(seen, direction);
  const buttons = records.flatMap(({ record }) => {
    if (record.kind !== 'event' || record.values.name !== 'button') return [];
    return [{ button: record.values.detail ?? '', happenedAtMs: record.happenedAtMs }];
  });
  const withoutCode =
    arrivedAtMs === null
      ? null
      : longestWithoutCode(records, { fromMs: arrivedAtMs, toMs: leftAtMs ?? untilMs });
  return {
    ...{ serial, assignedAtMs, arrivedAtMs, leftAtMs, fixes: all.length },
    shown: records.filter(({ record }) => record.kind === 'shown').length,
    buttons: buttons.slice(0, buttonsMax),
    withoutCode,
    displayExcuses: withoutCode === null ? [] : [...displayExcuses(records, withoutCode)],
  };
}

function keyOfFix({ happenedAtMs, lat, lon, courseDeg }: Partial<TrackFix>): string {
  return JSON.stringify([happenedAtMs, lat, lon, courseDeg]);
}

function scanResult(
  scan: BundleScan,
  signed: ReadonlySet<string>,
  roads: RoadFacts,
): ScanResult | RecomputeFault {
  const reading = readCodeBytes(Buffer.from(scan.codeHex, 'hex'));
  if (!reading.ok) return 'bad-code';
  const { fields } = reading.code;
  const { before, after, last, heading } = scan;
  const { lat, lon, fixAgeS, issuedAt } = fields;
  const position = decidePosition({
    issuedAtMs: issuedAt * 1000,
    signed: lat === null || lon === null || fixAgeS === null ? null : { lat, lon, ageS: fixAgeS },
    isFixed: fields.kind === kinds.kioskScreen,
    before: before ?? undefined,
    after: after ?? undefined,
    last: last ?? undefined,
    alongRoad: roads.alongRoad,
  });
  const course = position === null ? null : courseOf(heading, position);
  const found = position === null ? null : roads.placeAt(position, course, issuedAt * 1000);
  const place = found && {
    section: found.section,
    stakeM: found.stakeM,
    direction: found.direction,
  };
  const restsOn = [before, after, last, heading].filter((one) => one !== null);
  const isProved = restsOn.every((one) => signed.has(keyOfFix(one)));
  return { scanId: scan.scanId, issuedAt, position, place, isProved };
}

/** Whether a key of the unit signed the code that was scanned. */
function isSignedCode({ codeHex }: BundleScan, units: readonly BundleUnit[]): boolean {
  const bytes = Buffer.from(codeHex, 'hex');
  const message = codeMessage(bytes);
  return units
    .flatMap(keysOf)
    .some(({ key }) => key !== null && verifyEd25519(key, message, bytes.subarray(signedBytes)));
}

/**
 * What follows from the facts of a bundle and from nothing else: every signature is checked, then
 * arrivals, clearances, codes on the glass and the places of scans are computed from what was
 * signed. The gateway makes its bundles with it, and whoever checks one computes it again.
 */
export function recompute(facts: BundleFacts): Recomputed {
  const network = facts.network === null ? null : networkOfExcerpt(facts.network);
  const roads = roadFactsOf(network);
  const units: UnitResult[] = [];
  const signed = new Map<number, Set<string>>();
  for (const unit of facts.units) {
    const records = recordsOf(unit);
    if (typeof records === 'string') return { ok: false, fault: records };
    units.push(unitResult(unit, records, roads, facts.madeAtMs));
    const known = signed.get(unit.unitId) ?? new Set();
    for (const fix of fixesOf(records)) known.add(keyOfFix(fix));
    signed.set(unit.unitId, known);
  }
  const scans: ScanResult[] = [];
  for (const scan of facts.scans) {
    const own = facts.units.filter(({ unitId }) => unitId === scan.unitId);
    if (own.length === 0) return { ok: false, fault: 'unknown-unit' };
    const result = scanResult(scan, signed.get(scan.unitId) ?? new Set(), roads);
    if (typeof result === 'string') return { ok: false, fault: result };
    if (!isSignedCode(scan, own)) return { ok: false, fault: 'bad-code-signature' };
    scans.push(result);
  }
  return { ok: true, results: { units, scans } };
}
