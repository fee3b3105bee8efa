import type { LocationItem, LocationReport } from './location.ts';

/** Bits of `alarm` that we know (0x0200). `screen-fault` is a dark or broken display. */
export const alarmNames = {
  0: 'emergency',
  1: 'overspeed',
  4: 'gnss-fault',
  5: 'gnss-antenna-open',
  6: 'gnss-antenna-short',
  7: 'power-low',
  8: 'power-lost',
  9: 'screen-fault',
  10: 'speech-fault',
  11: 'camera-fault',
} as const;
export type Jt808Alarm = (typeof alarmNames)[keyof typeof alarmNames];

/** Status bit 5: coordinates shifted by the confidentiality plug-in, so of no use on a map. */
const coordinatesEncryptedBit = 5;

/** Additional items we use: bytes and what one unit of theirs is in ours. */
const knownItems = {
  mileageM: { id: 0x01, bytes: 4, scale: 100 },
  signal: { id: 0x30, bytes: 1, scale: 1 },
  sats: { id: 0x31, bytes: 1, scale: 1 },
} as const;

export type PositionReason = 'not-located' | 'coordinates-encrypted' | 'out-of-range' | 'time';

/** A location report in our units. It is not signed: it never proves presence (wire.md). */
export interface Jt808Position {
  /** Why lat and lon are null or not to be used, or null when the position is good. */
  readonly reason: PositionReason | null;
  /** Unix milliseconds, or null when the time is no time. */
  readonly atMs: number | null;
  /** Degrees, WGS-84, north and east positive; null with a reason other than 'time'. */
  readonly lat: number | null;
  readonly lon: number | null;
  readonly altM: number;
  readonly speedMps: number;
  readonly courseDeg: number;
  readonly alarms: readonly Jt808Alarm[];
  readonly ignition: boolean;
  readonly mileageM: number | null;
  readonly signal: number | null;
  readonly sats: number | null;
}

function hasBit(value: number, index: number): boolean {
  return Math.floor(value / 2 ** index) % 2 === 1;
}

/** YYMMDDhhmmss in GMT+8 → Unix milliseconds, or null when it is no date. */
export function timeOfBcd(timeBcd: string): number | null {
  if (!/^\d{12}$/.test(timeBcd)) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (
    timeBcd.match(/\d\d/g) ?? []
  ).map(Number);
  const utcMs = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
  const written = new Date(utcMs).toISOString().replace(/\D/g, '').slice(2, 14);
  return written === timeBcd ? utcMs - 8 * 3_600_000 : null;
}

/** Unix milliseconds (2000 to 2099) → YYMMDDhhmmss in GMT+8. */
export function bcdOfTime(atMs: number): string {
  return new Date(atMs + 8 * 3_600_000).toISOString().replace(/\D/g, '').slice(2, 14);
}

/** Names of the alarm bits that are set, unknown bits left out. */
export function alarmsOf(alarm: number): Jt808Alarm[] {
  return Object.entries(alarmNames)
    .filter(([index]) => hasBit(alarm, Number(index)))
    .map(([, name]) => name);
}

function itemValue(items: readonly LocationItem[], name: keyof typeof knownItems): number | null {
  const { id, bytes, scale } = knownItems[name];
  const found = items.find((item) => item.id === id && item.hex.length === bytes * 2);
  return found === undefined ? null : Number.parseInt(found.hex, 16) * scale;
}

function positionReason(report: LocationReport, atMs: number | null): PositionReason | null {
  if (!report.located) return 'not-located';
  if (hasBit(report.status, coordinatesEncryptedBit)) return 'coordinates-encrypted';
  if (report.latitudeE6 > 90e6 || report.longitudeE6 > 180e6) return 'out-of-range';
  return atMs === null ? 'time' : null;
}

/** What a location report says, in our units. */
export function positionOf(report: LocationReport): Jt808Position {
  const atMs = timeOfBcd(report.timeBcd);
  const reason = positionReason(report, atMs);
  const usable = reason === null || reason === 'time';
  return {
    reason,
    atMs,
    lat: usable ? (report.south ? -report.latitudeE6 : report.latitudeE6) / 1e6 : null,
    lon: usable ? (report.west ? -report.longitudeE6 : report.longitudeE6) / 1e6 : null,
    altM: report.altitudeM,
    speedMps: report.speedDkmh / 36,
    courseDeg: report.direction,
    alarms: alarmsOf(report.alarm),
    ignition: report.acc,
    mileageM: itemValue(report.items, 'mileageM'),
    signal: itemValue(report.items, 'signal'),
    sats: itemValue(report.items, 'sats'),
  };
}
