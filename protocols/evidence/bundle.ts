import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { nullable } from '../http/json-parts.ts';
import { position } from '../http/link-bodies.ts';
import { domainBytes, domains } from '../signed/domain.ts';
import { roadExcerpt } from './road-excerpt.ts';

/**
 * Everything that proves an incident, in one file that anybody can check with the network off: what
 * was said of it, the batches its units signed, the scans, the roads, and what follows from them.
 * wire.md, "Incidents" and "Linking a scan". Times are Unix ms, bytes base64url.
 */

const text = Type.String();
const ms = Type.Number();
const closed = { additionalProperties: false } as const;
const direction = nullable(Type.Union([Type.Literal('INC'), Type.Literal('DEC')]));
const latLon = Type.Object({ lat: Type.Number(), lon: Type.Number() }, closed);

const fix = Type.Object(
  {
    happenedAtMs: ms,
    lat: Type.Number(),
    lon: Type.Number(),
    speedMps: nullable(Type.Number()),
    courseDeg: nullable(Type.Number()),
    hdop: nullable(Type.Number()),
  },
  closed,
);
const heading = Type.Object(
  { happenedAtMs: ms, lat: Type.Number(), lon: Type.Number(), courseDeg: Type.Number() },
  closed,
);

/** What the registry says of a key; the gateway signs for it. */
const keyStatement = Type.Object(
  {
    enrolment: Type.Integer({ minimum: 0 }),
    keyId: text,
    publicKey: text,
    validFromS: Type.Number(),
    validToS: nullable(Type.Number()),
    revoked: Type.Boolean(),
  },
  closed,
);

const unit = Type.Object(
  {
    serial: text,
    unitId: Type.Integer(),
    role: text,
    vehicleId: nullable(text),
    organisation: nullable(text),
    assignedAtMs: ms,
    releasedAtMs: nullable(ms),
    point: nullable(latLon),
    direction,
    stated: Type.Array(Type.Object({ event: text, atMs: ms, source: text, by: text }, closed)),
    keys: Type.Array(keyStatement, { maxItems: 1_000 }),
    batches: Type.Array(text, { maxItems: 100_000 }),
  },
  closed,
);
export type BundleUnit = Static<typeof unit>;

const scan = Type.Object(
  {
    scanId: text,
    unitId: Type.Integer(),
    codeHex: text,
    openedAtMs: ms,
    linkedBy: text,
    before: nullable(fix),
    after: nullable(fix),
    last: nullable(fix),
    heading: nullable(heading),
  },
  closed,
);
export type BundleScan = Static<typeof scan>;

const file = Type.Object(
  {
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    kind: text,
    name: text,
    recorder: nullable(text),
    takenAtMs: nullable(ms),
  },
  closed,
);

const unitResult = Type.Object(
  {
    serial: text,
    assignedAtMs: ms,
    arrivedAtMs: nullable(ms),
    leftAtMs: nullable(ms),
    fixes: Type.Integer(),
    shown: Type.Integer({ description: 'records of a code on the glass' }),
    buttons: Type.Array(Type.Object({ button: text, happenedAtMs: ms }, closed)),
    withoutCode: nullable(Type.Object({ fromMs: ms, toMs: ms }, closed)),
    displayExcuses: Type.Array(text),
  },
  closed,
);
export type UnitResult = Static<typeof unitResult>;

const scanResult = Type.Object(
  {
    scanId: text,
    issuedAt: Type.Integer(),
    position: nullable(position),
    place: nullable(Type.Object({ section: text, stakeM: Type.Integer(), direction }, closed)),
    isProved: Type.Boolean({ description: 'every fix it rests on was signed in this file' }),
  },
  closed,
);
export type ScanResult = Static<typeof scanResult>;

const results = Type.Object(
  { units: Type.Array(unitResult), scans: Type.Array(scanResult) },
  closed,
);
export type BundleResults = Static<typeof results>;

const incident = Type.Object(
  {
    id: text,
    ref: Type.Integer(),
    kind: text,
    stage: text,
    outcome: nullable(text),
    summary: text,
    placeText: text,
    section: nullable(text),
    stakeM: nullable(Type.Integer()),
    direction,
    point: nullable(latLon),
    reportedAtMs: ms,
    closedAtMs: nullable(ms),
    parties: Type.Array(
      Type.Object(
        { partyId: text, role: text, plate: nullable(text), vehicleClass: nullable(text) },
        closed,
      ),
    ),
    enforcement: nullable(
      Type.Object(
        {
          matter: text,
          officers: Type.Array(text),
          startedAtMs: nullable(ms),
          endedAtMs: nullable(ms),
          documentNumber: nullable(text),
        },
        closed,
      ),
    ),
    hindrances: Type.Array(Type.Object({ kind: text, fromMs: ms, toMs: nullable(ms) }, closed)),
    files: Type.Array(file, { maxItems: 1_000 }),
  },
  closed,
);

export const bundleBody = Type.Object(
  {
    v: Type.Literal(1),
    madeAtMs: ms,
    incident,
    units: Type.Array(unit, { maxItems: 200 }),
    scans: Type.Array(scan, { maxItems: 1_000 }),
    network: nullable(roadExcerpt),
    results,
  },
  closed,
);
export type BundleBody = Static<typeof bundleBody>;
/** What results follow from. */
export type BundleFacts = Omit<BundleBody, 'results'>;

/** Largest bundle that is made or looked at, bytes. */
export const bundleBytesMax = 64 * 1024 * 1024;

export interface Bundle {
  readonly body: BundleBody;
  /** Of the gateway's evidence key. */
  readonly keyId: string;
  readonly sig: string;
}

/** The signed bytes: the domain, a zero byte, the exact text of the body. */
export function bundleBytes(bodyText: string): Buffer {
  return domainBytes(domains.evidence, Buffer.from(bodyText));
}

/** The one text of a bundle file; a file that is written in any other way is not genuine. */
export function bundleText({ body, keyId, sig }: Bundle): string {
  return `${JSON.stringify({ body, keyId, sig })}\n`;
}

const envelope = Type.Object({ body: bundleBody, keyId: text, sig: text }, closed);

export type BundleReading =
  | { readonly ok: true; readonly bundle: Bundle }
  | { readonly ok: false; readonly reason: 'too-large' | 'not-a-bundle' | 'not-as-written' };

/** The bundle in a file that is exactly as it was written. Never throws. */
export function readBundle(bytes: Uint8Array): BundleReading {
  if (bytes.length > bundleBytesMax) return { ok: false, reason: 'too-large' };
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return { ok: false, reason: 'not-a-bundle' };
  }
  if (!Value.Check(envelope, value)) return { ok: false, reason: 'not-a-bundle' };
  const isSame = Buffer.from(bundleText(value)).equals(Buffer.from(bytes));
  return isSame ? { ok: true, bundle: value } : { ok: false, reason: 'not-as-written' };
}
