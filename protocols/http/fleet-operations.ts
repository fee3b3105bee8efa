import { type Static, type TSchema, Type } from 'typebox';
import { serialPattern } from '../messages/topics.ts';
import { logoCharsMax } from '../picture/logo.ts';
import {
  commandView,
  enrolmentView,
  glassView,
  importedRow,
  nullable,
  plainActs,
  unitConfiguration,
  unitDetail,
  unitImage,
  unitLine,
} from './fleet-bodies.ts';

/**
 * The fleet API: `POST /fleet/v1/{operation}` with the key of the link. The server says who acts
 * and for which organisations; the gateway decides. wire.md, "Gateway ↔ server".
 */
export const fleetVersion = 1;

/** Organisations a caller may act for: a province has some 150. */
const scopeMax = 5000;
const idCharsMax = 64;
export const reasonCharsMax = 200;

/** Every request; `ask` is checked by its operation. */
export const fleetEnvelope = Type.Object({
  v: Type.Literal(fleetVersion),
  actor: Type.Object(
    {
      id: Type.String({ minLength: 1, maxLength: idCharsMax }),
      name: Type.String({ maxLength: idCharsMax }),
    },
    { description: 'who is logged in at the server' },
  ),
  scope: nullable(
    Type.Array(Type.String({ maxLength: idCharsMax }), {
      maxItems: scopeMax,
      description: 'organisations whose units count; nothing else exists for the caller',
    }),
  ),
  ask: Type.Unknown(),
});
export type FleetEnvelope = Static<typeof fleetEnvelope>;
export type FleetCaller = Pick<FleetEnvelope, 'actor' | 'scope'>;

const serial = Type.String({ pattern: serialPattern.source });
const id = Type.String({ minLength: 1, maxLength: idCharsMax });
const reason = Type.String({ minLength: 1, maxLength: reasonCharsMax });
const requestId = Type.String({ pattern: '^[0-9a-f]{32}$' });
const csv = Type.String({ maxLength: 512 * 1024 });
const act = Type.Enum(plainActs);

interface Operation {
  readonly ask: TSchema;
  readonly answer: TSchema;
}

/** What can be asked and what is answered; a refusal is a code of the error table. */
export const fleetOperations = {
  'units.list': { ask: Type.Object({}), answer: Type.Object({ units: Type.Array(unitLine) }) },
  'units.get': { ask: Type.Object({ serial }), answer: unitDetail },
  'units.import': {
    ask: Type.Object({ csv, depot: nullable(id) }),
    answer: Type.Object({ rows: Type.Array(importedRow) }),
  },
  'units.act': { ask: Type.Object({ serial, act, reason }), answer: unitLine },
  'units.move': {
    ask: Type.Object({ serial, vehicleId: nullable(id), reason }),
    answer: unitLine,
  },
  'units.replace': { ask: Type.Object({ serial, spare: serial, reason }), answer: unitLine },
  'units.prove': {
    ask: Type.Object({ serial, scanId: Type.String({ pattern: '^[0-9a-f]{32}$' }) }),
    answer: unitLine,
  },
  'units.commission': { ask: Type.Object({ serial }), answer: unitLine },
  'units.glass': {
    ask: Type.Object({ serial }),
    answer: Type.Object({ glass: nullable(glassView) }),
  },
  'enrolment.get': { ask: Type.Object({ requestId }), answer: enrolmentView },
  'enrolment.approve': {
    ask: Type.Object({ requestId, vehicleId: nullable(id) }),
    answer: unitLine,
  },
  'configuration.get': { ask: Type.Object({ serial }), answer: unitConfiguration },
  'configuration.set': {
    ask: Type.Object({
      scope: Type.String({ maxLength: idCharsMax }),
      scopeId: id,
      key: id,
      value: nullable(Type.String({ maxLength: logoCharsMax })),
      reason,
    }),
    answer: Type.Object({}),
  },
  'configuration.drift': {
    ask: Type.Object({}),
    answer: Type.Object({
      units: Type.Array(Type.Object({ serial, drift: Type.String() })),
    }),
  },
  'commands.list': {
    ask: Type.Object({ serial }),
    answer: Type.Object({
      known: Type.Array(Type.String(), { description: 'commands that need nothing but a name' }),
      commands: Type.Array(commandView),
    }),
  },
  'commands.ask': { ask: Type.Object({ serial, name: id }), answer: commandView },
  'image.get': { ask: Type.Object({ apn: Type.String({ maxLength: 100 }) }), answer: unitImage },
} as const satisfies Record<string, Operation>;

export type FleetOperation = keyof typeof fleetOperations;
export type FleetAsk<Name extends FleetOperation> = Static<(typeof fleetOperations)[Name]['ask']>;
export type FleetAnswer<Name extends FleetOperation> = Static<
  (typeof fleetOperations)[Name]['answer']
>;

export function isFleetOperation(text: string): text is FleetOperation {
  return Object.hasOwn(fleetOperations, text);
}
