import type { FastifyInstance, FastifyReply } from 'fastify';
import { type TObject, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { momentMs, momentMsOrNull, nullable, textOrNull } from '../../protocols/http/json-parts.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal, refusalAnswer } from '../http/refusal.ts';
import { enforcementStep, hindranceStep, partyStep, withoutPartyStep } from './detail-steps.ts';
import { enforcementChange, warningsOf } from './enforcement.ts';
import { hindrance } from './hindrance.ts';
import type { IncidentResult, Incidents } from './incidents.ts';
import type { NearestUnits } from './nearest.ts';
import { party } from './parties.ts';
import { isUnitEvent, unitEvents } from './unit-stages.ts';

export interface DetailRouteDeps {
  readonly incidents: Incidents;
  readonly nearest: NearestUnits;
  readonly env: Pick<GatewayEnv, 'nowMs'>;
}

const by = Type.Optional(Type.String({ maxLength: 64 }));
const bodies = {
  party: Type.Object({ party, by }),
  removal: Type.Object({ partyId: Type.String({ maxLength: 32 }), by }),
  enforcement: Type.Object({ enforcement: enforcementChange, by }),
  hindrance: Type.Object({ hindrance, by }),
  unitEvent: Type.Object({
    serial: Type.String({ maxLength: 20 }),
    event: Type.String({ maxLength: 32 }),
    source: Type.Union([Type.Literal('console'), Type.Literal('crew')]),
    atMs: Type.Optional(Type.Integer({ minimum: 0, description: 'when; left out: now' })),
    by,
  }),
  merge: Type.Object({
    firstId: Type.String({ maxLength: 64 }),
    secondId: Type.String({ maxLength: 64 }),
    accept: Type.Boolean(),
    by,
  }),
} as const;

const parties = Type.Array(Type.Object(party.properties));
const nearUnit = Type.Object({
  serial: Type.String(),
  unitId: Type.Integer(),
  vehicleId: textOrNull,
  unfit: nullable(Type.String({ description: 'why it is not to be sent' })),
  lengthM: nullable(Type.Integer({ description: 'metres by road' })),
  minutes: nullable(Type.Number({ description: 'at 80 km/h, on ramps 40, without traffic' })),
  by: nullable(Type.Union([Type.Literal('network'), Type.Literal('straight')])),
  positionAgeS: nullable(Type.Integer()),
});
const proposal = Type.Object({
  firstId: Type.String(),
  secondId: Type.String(),
  distanceM: Type.Integer(),
  proposedAtMs: momentMs,
  decision: textOrNull,
  decidedAtMs: momentMsOrNull,
  decidedBy: textOrNull,
});
const changed = Type.Object({
  id: Type.String(),
  stage: Type.String(),
  parties,
  warnings: Type.Array(Type.String()),
});
const nearestQuery = Type.Object({
  rows: Type.Optional(Type.String({ pattern: '^[0-9]{1,2}$', description: '1 to 50; 10' })),
});
const contracts = {
  party: jsonContract('add a party, or correct one', { body: bodies.party, answer: changed }),
  removal: jsonContract('take a party back', { body: bodies.removal, answer: changed }),
  enforcement: jsonContract('say more of an act of enforcement', {
    ...{ body: bodies.enforcement, answer: changed },
  }),
  hindrance: jsonContract('note a closure or a jam', { body: bodies.hindrance, answer: changed }),
  unitEvent: jsonContract('state a stage of one unit, also afterwards', {
    ...{ body: bodies.unitEvent, answer: changed },
  }),
  nearest: jsonContract('units by the time they need by road', {
    ...{ query: nearestQuery, answer: Type.Array(nearUnit) },
  }),
  proposals: jsonContract('incidents that may be one', { answer: Type.Array(proposal) }),
  merge: jsonContract('make one of two incidents, or not', { body: bodies.merge, answer: changed }),
} as const;

/** Units of a kind shown when the caller does not say. */
const rows = { standard: 10, max: 50 } as const;
/** Who acts when the caller does not say: whoever holds the administration token. */
const defaultBy = 'admin';

interface IdParams {
  readonly id: string;
}

function refuse(reply: FastifyReply, given: Refusal) {
  const { status, body } = refusalAnswer(given);
  return reply.code(status).send(body);
}

function answer(reply: FastifyReply, result: IncidentResult) {
  if (!result.ok) return refuse(reply, result);
  const { incident } = result;
  return { ...incident, warnings: warningsOf(incident.enforcement, incident.officersAboard) };
}

/** One change of an incident by a body of its schema. */
function changing<Body extends TObject>(
  app: FastifyInstance,
  path: string,
  { body: schema, contract }: { readonly body: Body; readonly contract: object },
  change: (id: string, body: Record<string, unknown>) => Promise<IncidentResult>,
): void {
  app.post<{ Params: IdParams }>(
    `/incidents/:id/${path}`,
    { config: contract },
    async ({ params, body }, reply) => {
      if (!Value.Check(schema as TSchema, body)) {
        return refuse(reply, refusal('bad-request', `fields: ${Object.keys(schema.properties)}`));
      }
      return answer(reply, await change(params.id, body as Record<string, unknown>));
    },
  );
}

/** Parties, enforcement, stages of units and nearest units, on the administration listener. */
export function registerDetailRoutes(app: FastifyInstance, deps: DetailRouteDeps): void {
  const { incidents, nearest, env } = deps;
  changing(app, 'parties', { body: bodies.party, contract: contracts.party }, (id, given) => {
    const { party: named, by: who = defaultBy } = Value.Parse(bodies.party, given);
    return incidents.change(id, (one, atMs) => partyStep(one, named, who, atMs));
  });
  const removal = { body: bodies.removal, contract: contracts.removal };
  changing(app, 'parties/remove', removal, (id, given) => {
    const { partyId, by: who = defaultBy } = Value.Parse(bodies.removal, given);
    return incidents.change(id, (one, atMs) => withoutPartyStep(one, partyId, who, atMs));
  });
  const enforcement = { body: bodies.enforcement, contract: contracts.enforcement };
  changing(app, 'enforcement', enforcement, (id, given) => {
    const { enforcement: said, by: who = defaultBy } = Value.Parse(bodies.enforcement, given);
    return incidents.change(id, (one, atMs) => enforcementStep(one, said, who, atMs));
  });
  const noted = { body: bodies.hindrance, contract: contracts.hindrance };
  changing(app, 'hindrances', noted, (id, given) => {
    const { hindrance: said, by: who = defaultBy } = Value.Parse(bodies.hindrance, given);
    return incidents.change(id, (one, atMs) => hindranceStep(one, said, who, atMs));
  });
  const stated = { body: bodies.unitEvent, contract: contracts.unitEvent };
  changing(app, 'unit-events', stated, async (id, given) => {
    const {
      serial,
      event,
      source,
      atMs,
      by: who = defaultBy,
    } = Value.Parse(bodies.unitEvent, given);
    if (!isUnitEvent(event)) {
      return refusal('bad-request', `event is one of ${unitEvents.join(', ')}`);
    }
    const said = { event, source, by: who, ...(atMs !== undefined && { atMs }) };
    return incidents.state(id, serial, said);
  });
  app.get<{ Params: IdParams }>(
    '/incidents/:id/nearest',
    { config: contracts.nearest },
    async ({ params, query }, reply) => {
      const incident = incidents.get(params.id);
      if (incident === undefined) return refuse(reply, refusal('not-found'));
      if (!Value.Check(nearestQuery, query)) return refuse(reply, refusal('bad-request', 'rows'));
      const wanted = Number(query.rows ?? rows.standard);
      return nearest.of(incident, env.nowMs(), Math.max(1, Math.min(rows.max, wanted)));
    },
  );
  app.get('/incident-merges', { config: contracts.proposals }, () => incidents.proposals());
  app.post('/incident-merges', { config: contracts.merge }, async ({ body }, reply) => {
    if (!Value.Check(bodies.merge, body)) {
      return refuse(reply, refusal('bad-request', 'firstId, secondId and accept are needed'));
    }
    return answer(reply, await incidents.decide({ ...body, by: body.by ?? defaultBy }));
  });
}
