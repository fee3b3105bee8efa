import {
  type Duty,
  duties,
  incidentRefMax,
  isPrinted,
  issuedAtMax,
  type Kind,
  ScanFieldError,
  type ScanFields,
  staticTtlNibble,
  type TtlS,
  ttlStepsS,
  unitIdMax,
} from './fields.ts';

export const codeBytes = 82;
/** Bytes 0–17 are signed; the signature follows. */
export const signedBytes = 18;

/** Where each field stands, big-endian. */
const layout = {
  versionKind: { offset: 0, bytes: 1 },
  unitId: { offset: 1, bytes: 3 },
  issuedAt: { offset: 4, bytes: 4 },
  ttlDuty: { offset: 8, bytes: 1 },
  lat: { offset: 9, bytes: 3 },
  lon: { offset: 12, bytes: 3 },
  fixAge: { offset: 15, bytes: 1 },
  incidentRef: { offset: 16, bytes: 2 },
} as const;
type Field = keyof typeof layout;

function read(bytes: Buffer, field: Field): number {
  const { offset, bytes: length } = layout[field];
  return bytes.readUIntBE(offset, length);
}

function write(bytes: Buffer, field: Field, value: number): void {
  const { offset, bytes: length } = layout[field];
  bytes.writeUIntBE(value, offset, length);
}

const cellsOfAngle = 2 ** 24;

/** floor((angle + half)/(2·half)·2²⁴), clamped to the 24 bits. */
function cellOf(angle: number, half: number): number {
  const cell = Math.floor(((angle + half) / (2 * half)) * cellsOfAngle);
  return Math.min(Math.max(cell, 0), cellsOfAngle - 1);
}

/** The middle of the cell, in degrees. */
function middleOf(cell: number, half: number): number {
  return ((cell + 0.5) / cellsOfAngle) * 2 * half - half;
}

const noPosition = 255;
const fineAgeSMax = 119;
const coarseFrom = 120;
const coarseStepS = 30;
/** Oldest age that can be said, in seconds; an older position is none at all. */
export const fixAgeSMax = coarseFrom + (noPosition - 1 - coarseFrom) * coarseStepS;

/** Seconds to the coded byte, rounded up so that an age is never understated. */
function ageByte(ageS: number): number {
  const whole = Math.ceil(Math.max(ageS, 0));
  if (whole <= fineAgeSMax) return whole;
  return coarseFrom + Math.ceil((whole - coarseFrom) / coarseStepS);
}

function ageOfByte(byte: number): number | null {
  if (byte === noPosition) return null;
  return byte <= fineAgeSMax ? byte : coarseFrom + (byte - coarseFrom) * coarseStepS;
}

function requireWhole(name: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new ScanFieldError(`${name} must be a whole number from 0 to ${max}, not ${value}`);
  }
}

function ttlNibble(kind: Kind, ttlS: TtlS): number {
  if ((ttlS === 'static') !== isPrinted(kind)) {
    throw new ScanFieldError('a static ttl goes exactly with the printed kinds 2 and 3');
  }
  const nibble = ttlS === 'static' ? staticTtlNibble : ttlStepsS.indexOf(ttlS);
  if (nibble < 0) throw new ScanFieldError(`ttlS must be one of ${ttlStepsS.join(' ')}`);
  return nibble;
}

/** The 18 bytes to be signed. Throws ScanFieldError: nothing doubtful is ever signed. */
export function encodeFields(fields: Omit<ScanFields, 'version'>): Buffer {
  requireWhole('kind', fields.kind, 3);
  requireWhole('unitId', fields.unitId, unitIdMax);
  requireWhole('issuedAt', fields.issuedAt, issuedAtMax);
  requireWhole('duty', fields.duty, duties.length - 1);
  requireWhole('incidentRef', fields.incidentRef, incidentRefMax);
  const bytes = Buffer.alloc(signedBytes);
  write(bytes, 'versionKind', (1 << 4) | fields.kind);
  write(bytes, 'unitId', fields.unitId);
  write(bytes, 'issuedAt', fields.issuedAt);
  write(bytes, 'ttlDuty', (ttlNibble(fields.kind, fields.ttlS) << 4) | fields.duty);
  const { lat, lon, fixAgeS } = fields;
  if (lat === null || lon === null || fixAgeS === null || fixAgeS > fixAgeSMax) {
    write(bytes, 'fixAge', noPosition);
  } else {
    if (![lat, lon, fixAgeS].every(Number.isFinite)) {
      throw new ScanFieldError('a position is three finite numbers, or null');
    }
    write(bytes, 'lat', cellOf(lat, 90));
    write(bytes, 'lon', cellOf(lon, 180));
    write(bytes, 'fixAge', ageByte(fixAgeS));
  }
  write(bytes, 'incidentRef', fields.incidentRef);
  return bytes;
}

/** Why 82 bytes are not a code. */
export type MalformedReason =
  | 'link'
  | 'digits'
  | 'too-large'
  | 'version'
  | 'kind'
  | 'ttl'
  | 'static-kind'
  | 'duty'
  | 'time';

/** The fields in 82 bytes, or what is malformed. The signature is not looked at. */
export function decodeFields(bytes: Buffer): ScanFields | MalformedReason {
  const versionKind = read(bytes, 'versionKind');
  const kind = versionKind & 0x0f;
  if (versionKind >> 4 !== 1) return 'version';
  if (kind > 3) return 'kind';
  const ttlDuty = read(bytes, 'ttlDuty');
  const nibble = ttlDuty >> 4;
  const ttlS = nibble === staticTtlNibble ? 'static' : ttlStepsS[nibble];
  if (ttlS === undefined) return 'ttl';
  if ((ttlS === 'static') !== isPrinted(kind as Kind)) return 'static-kind';
  const duty: Duty = ttlDuty & 0x0f;
  if (duty >= duties.length) return 'duty';
  const fixAgeS = ageOfByte(read(bytes, 'fixAge'));
  return {
    version: 1,
    kind: kind as Kind,
    unitId: read(bytes, 'unitId'),
    issuedAt: read(bytes, 'issuedAt'),
    ttlS,
    duty,
    lat: fixAgeS === null ? null : middleOf(read(bytes, 'lat'), 90),
    lon: fixAgeS === null ? null : middleOf(read(bytes, 'lon'), 180),
    fixAgeS,
    incidentRef: read(bytes, 'incidentRef'),
  };
}
