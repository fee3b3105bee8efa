import { type Static, Type } from 'typebox';
import { rosterPerson, screenContent } from '../messages/down-schemas.ts';
import { evidenceEvent, incidentChange, unitChange } from './evidence-bodies.ts';
import { nullable } from './json-parts.ts';
import { place } from './link-parts.ts';

/** Bodies between gateway and server. wire.md, "Gateway ↔ server (HTTP)". */

export const linkVersion = 1;

export const verdictName = Type.Union([
  Type.Literal('fresh'),
  Type.Literal('static'),
  Type.Literal('stale'),
  Type.Literal('early'),
  Type.Literal('revoked'),
  Type.Literal('replayed'),
]);

/** A position with where it comes from and how wrong it may be. */
export const position = Type.Object({
  lat: Type.Number({ minimum: -90, maximum: 90 }),
  lon: Type.Number({ minimum: -180, maximum: 180 }),
  source: Type.Union([Type.Literal('signed'), Type.Literal('track'), Type.Literal('last-fix')]),
  errorM: Type.Number({ minimum: 0, description: 'bound of the distance, metres' }),
  ageS: Type.Number({ description: 'how long before issuedAt it was true, seconds' }),
});
export type Position = Static<typeof position>;

export const incidentSnapshot = Type.Object({
  id: Type.String(),
  ref: Type.Integer({ minimum: 1, maximum: 0xff_ff }),
  kind: Type.Union([
    Type.Literal('rescue'),
    Type.Literal('enforcement'),
    Type.Literal('encounter'),
  ]),
  stage: Type.String({ description: 'reported assigned en-route arrived working cleared closed' }),
  summary: Type.String(),
  placeText: Type.String(),
  reportedAtMs: Type.Integer(),
  assignedAtMs: nullable(Type.Integer()),
  arrivedAtMs: nullable(Type.Integer()),
  arrivalMinutes: nullable(Type.Number({ description: 'from report to arrival' })),
  linkedBy: Type.Union([
    Type.Literal('code'),
    Type.Literal('open-incident'),
    Type.Literal('near-incident'),
    Type.Literal('encounter'),
  ]),
});
export type IncidentSnapshot = Static<typeof incidentSnapshot>;

/** One opening of a code, linked to place, time and incident. */
export const scanReport = Type.Object({
  v: Type.Literal(linkVersion),
  scanId: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  presenceId: Type.String({ description: 'keyId and issuedAt: one redemption' }),
  candidate: Type.Boolean({ description: 'may still redeem this presence' }),
  verdict: verdictName,
  earlyS: nullable(Type.Number()),
  lateS: nullable(Type.Number()),
  match: nullable(Type.Tuple([Type.Integer(), Type.Integer(), Type.Integer()])),
  unit: Type.Object({
    unitId: Type.Integer(),
    serial: Type.String(),
    kind: Type.Integer({ minimum: 0, maximum: 3 }),
    vehicleId: nullable(Type.String()),
    training: Type.Boolean(),
  }),
  duty: Type.Integer({ minimum: 0, maximum: 8 }),
  issuedAt: Type.Integer({ description: 'Unix seconds by the unit' }),
  ttlS: nullable(Type.Integer({ description: 'null: printed' })),
  scannedAtMs: Type.Integer({ description: 'gateway time of the opening' }),
  offlineIssued: Type.Boolean({ description: '离线签发: no presence' }),
  unitOnline: Type.Boolean(),
  position: nullable(position),
  signedPosition: nullable(Type.Object({ lat: Type.Number(), lon: Type.Number() })),
  place: nullable(place),
  incident: nullable(incidentSnapshot),
  crew: Type.Optional(
    Type.Array(Type.String(), {
      description: "ids of those aboard at issuedAt by the unit's own records; absent: not asked",
    }),
  ),
  code: Type.Optional(
    Type.Object(
      {
        hex: Type.String({ pattern: '^[0-9a-f]{164}$', description: 'the 82 bytes' }),
        unitKey: Type.String({ description: 'raw Ed25519 key they verify under, base64url' }),
      },
      { description: 'for the receipt: what was scanned, and who signed it' },
    ),
  ),
});
export type ScanReport = Static<typeof scanReport>;

/** Who was aboard at `issuedAt` became known late: a crew may sign on without a line. */
export const scanCrew = Type.Object({
  v: Type.Literal(linkVersion),
  scanId: Type.String(),
  crew: Type.Array(Type.String()),
});
export type ScanCrew = Static<typeof scanCrew>;

/** Late data improved the link of a scan. */
export const scanRelinked = Type.Object({
  v: Type.Literal(linkVersion),
  scanId: Type.String(),
  position: nullable(position),
  place: nullable(place),
  incident: nullable(incidentSnapshot),
});
export type ScanRelinked = Static<typeof scanRelinked>;

/** What the gateway tells the server; `id` makes a repeat harmless. */
export const linkMessage = Type.Union([
  Type.Object({ id: Type.String(), type: Type.Literal('scan'), body: scanReport }),
  Type.Object({ id: Type.String(), type: Type.Literal('scan-relinked'), body: scanRelinked }),
  Type.Object({ id: Type.String(), type: Type.Literal('scan-crew'), body: scanCrew }),
  Type.Object({ id: Type.String(), type: Type.Literal('incident'), body: incidentChange }),
  Type.Object({ id: Type.String(), type: Type.Literal('unit'), body: unitChange }),
  Type.Object({ id: Type.String(), type: Type.Literal('evidence'), body: evidenceEvent }),
]);
export type LinkMessage = Static<typeof linkMessage>;

/** `POST /link/v1/messages`: idempotent by id, in order per subject. */
export const linkMessages = Type.Object({
  v: Type.Literal(linkVersion),
  messages: Type.Array(linkMessage, { minItems: 1, maxItems: 100 }),
});

export const linkMessagesAnswer = Type.Object({
  accepted: Type.Array(Type.String()),
  refused: Type.Array(Type.Object({ id: Type.String(), code: Type.String() })),
});
export type LinkMessagesAnswer = Static<typeof linkMessagesAnswer>;

/** `POST /link/v1/claim`: a one-time token for a pair of bearer keys. */
export const linkClaim = Type.Object({ token: Type.String(), gatewayId: Type.String() });
export const linkClaimAnswer = Type.Object({
  linkId: Type.String(),
  toServerKey: Type.String({ description: 'bearer of gateway → server' }),
  toGatewayKey: Type.String({ description: 'bearer of server → gateway' }),
});

/** `GET /link/v1/directory`: vehicles and what their screens say; ETag is the version. */
export const directory = Type.Object({
  v: Type.Literal(linkVersion),
  version: Type.Integer({ minimum: 1 }),
  vehicles: Type.Array(
    Type.Object({
      vehicleId: Type.String(),
      organisation: Type.String({ description: 'code of the organisation' }),
      screen: screenContent,
    }),
  ),
  crews: Type.Optional(
    Type.Array(
      Type.Object({
        organisation: Type.String(),
        person: rosterPerson,
      }),
      { description: 'people who may sign on at a unit without a line; one row a person' },
    ),
  ),
});
export type Directory = Static<typeof directory>;
