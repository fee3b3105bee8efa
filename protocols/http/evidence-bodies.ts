import { type Static, Type } from 'typebox';
import { nullable } from './json-parts.ts';
import { place } from './link-parts.ts';

/** What a gateway tells of incidents, units and evidence. wire.md, "Gateway ↔ server (HTTP)". */

const unixMs = Type.Integer({ minimum: 0, description: 'Unix ms, gateway clock' });
/** Grows with every change of its subject: the highest one counts, in whatever order they come. */
const version = Type.Integer({ minimum: 1 });

/** One unit's time on an incident. */
export const incidentUnit = Type.Object({
  serial: Type.String(),
  vehicleId: nullable(Type.String()),
  organisation: nullable(Type.String()),
  role: Type.Union([
    Type.Literal('rescue'),
    Type.Literal('enforcement'),
    Type.Literal('replacement'),
  ]),
  training: Type.Boolean(),
  stage: Type.String(),
  assignedAtMs: unixMs,
  releasedAtMs: nullable(unixMs),
  arrivedAtMs: nullable(unixMs),
  leftAtMs: nullable(unixMs),
});

export const incidentChange = Type.Object({
  v: Type.Literal(1),
  incidentId: Type.String({ minLength: 1, maxLength: 64 }),
  version,
  kind: Type.Union([
    Type.Literal('rescue'),
    Type.Literal('enforcement'),
    Type.Literal('encounter'),
  ]),
  stage: Type.String(),
  outcome: nullable(Type.String()),
  summary: Type.String(),
  placeText: Type.String(),
  section: nullable(Type.String()),
  stakeM: nullable(Type.Integer()),
  direction: nullable(Type.Union([Type.Literal('INC'), Type.Literal('DEC')])),
  reportedAtMs: unixMs,
  closedAtMs: nullable(unixMs),
  mergedInto: nullable(Type.String()),
  parties: Type.Array(
    Type.Object({
      partyId: Type.String(),
      role: Type.String(),
      plate: nullable(Type.String()),
      vehicleClass: nullable(Type.String()),
    }),
    { maxItems: 100 },
  ),
  units: Type.Array(incidentUnit, { maxItems: 100 }),
  enforcement: nullable(
    Type.Object({
      matter: Type.String(),
      officers: Type.Array(Type.String()),
      officersAboard: Type.Optional(
        Type.Array(Type.String(), { description: 'person ids, by records of units' }),
      ),
      startedAtMs: nullable(unixMs),
      endedAtMs: nullable(unixMs),
      documentNumber: nullable(Type.String()),
      warnings: Type.Array(Type.String()),
    }),
  ),
});
export type IncidentChange = Static<typeof incidentChange>;

export const unitChange = Type.Object({
  v: Type.Literal(1),
  serial: Type.String({ minLength: 1, maxLength: 64 }),
  version,
  unitId: nullable(Type.Integer()),
  state: Type.String(),
  model: Type.String(),
  vehicleId: nullable(Type.String()),
  training: Type.Boolean(),
});
export type UnitChange = Static<typeof unitChange>;

/** What happened in operation; each is a lead at most, never a judgement. credit.md. */
export const evidenceKind = Type.Union([
  Type.Literal('arrival'),
  Type.Literal('late-arrival'),
  Type.Literal('clearance'),
  Type.Literal('out-of-area'),
  Type.Literal('code-not-shown'),
]);
export type EvidenceKind = Static<typeof evidenceKind>;

/** Reasons known to the gateway that excuse a unit. credit.md, "Four measures". */
export const evidenceExcuse = Type.Union([
  Type.Literal('dispatched-across-areas'),
  Type.Literal('road-closed'),
  Type.Literal('jam'),
  Type.Literal('screen-fault'),
  Type.Literal('panel-temperature'),
]);
export type EvidenceExcuse = Static<typeof evidenceExcuse>;

export const evidenceEvent = Type.Object({
  v: Type.Literal(1),
  evidenceId: Type.String({ minLength: 1, maxLength: 80 }),
  version,
  kind: evidenceKind,
  withdrawn: Type.Boolean({ description: 'late data showed that it was not so' }),
  incidentId: Type.String({ minLength: 1, maxLength: 64 }),
  serial: Type.String(),
  vehicleId: nullable(Type.String()),
  organisation: nullable(Type.String()),
  happenedAtMs: unixMs,
  minutes: Type.Object(
    {
      fromAssignment: nullable(Type.Number()),
      fromReport: nullable(Type.Number()),
      fromArrival: nullable(Type.Number()),
      target: nullable(Type.Number()),
      withoutCode: nullable(Type.Number()),
    },
    { description: 'firms are timed from assignment, the public figure runs from the report' },
  ),
  place: nullable(place),
  excuses: Type.Array(evidenceExcuse, { maxItems: 8 }),
});
export type EvidenceEvent = Static<typeof evidenceEvent>;
