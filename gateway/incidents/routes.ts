import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import {
  latLon,
  momentMs,
  momentMsOrNull,
  nullable,
  textOrNull,
} from '../../protocols/http/json-parts.ts';
import { parseStake } from '../../protocols/network/stake.ts';
import { refusal, refusalAnswer } from '../http/refusal.ts';
import type { IncidentResult, Incidents } from './incidents.ts';
import { isStageEvent, stageEvents } from './stage-table.ts';

const by = Type.Optional(Type.String({ maxLength: 64 }));
const reportBody = Type.Object({
  section: Type.String({ minLength: 1, maxLength: 32 }),
  stake: Type.String({ maxLength: 16 }),
  direction: Type.Optional(Type.Union([Type.Literal('INC'), Type.Literal('DEC'), Type.Null()])),
  kind: Type.Union([Type.Literal('rescue'), Type.Literal('enforcement')]),
  summary: Type.String({ maxLength: 200 }),
  by,
});
const unitBody = Type.Object({ serial: Type.String({ maxLength: 20 }), by });
const assignBody = Type.Object({
  ...unitBody.properties,
  role: Type.Optional(
    Type.Union([Type.Literal('rescue'), Type.Literal('enforcement'), Type.Literal('replacement')]),
  ),
});
const eventBody = Type.Object({ event: Type.String({ maxLength: 32 }), by });

const scene = Type.Object({
  point: nullable(latLon),
  section: textOrNull,
  stakeM: nullable(Type.Integer()),
  direction: textOrNull,
  text: Type.String({ description: 'the place for people' }),
});
const assignment = Type.Object({
  unitId: Type.Integer(),
  serial: Type.String(),
  assignedAtMs: momentMs,
  releasedAtMs: momentMsOrNull,
});
const incidentAnswer = Type.Object({
  id: Type.String(),
  ref: Type.Integer({ minimum: 1, maximum: 0xff_ff }),
  kind: Type.String(),
  stage: Type.String(),
  summary: Type.String(),
  scene,
  reportedAtMs: momentMs,
  closedAtMs: momentMsOrNull,
  assignments: Type.Array(assignment),
});
const contracts = {
  list: jsonContract('incidents, newest first', { answer: Type.Array(incidentAnswer) }),
  show: jsonContract('one incident with its log', {
    answer: Type.Object({ ...incidentAnswer.properties, log: Type.Array(Type.Object({})) }),
  }),
  report: jsonContract('report an incident', { body: reportBody, answer: incidentAnswer }),
  assign: jsonContract('send a unit', { body: assignBody, answer: incidentAnswer }),
  release: jsonContract('let a unit go', { body: unitBody, answer: incidentAnswer }),
  event: jsonContract('state a stage', { body: eventBody, answer: incidentAnswer }),
} as const;

interface IdParams {
  readonly id: string;
}

/** Who acts when the caller does not say: whoever holds the administration token. */
const defaultBy = 'admin';

function answer(reply: FastifyReply, result: IncidentResult) {
  if (result.ok) return result.incident;
  const { status, body } = refusalAnswer(result);
  return reply.code(status).send(body);
}

function badRequest(reply: FastifyReply, message: string) {
  const { status, body } = refusalAnswer(refusal('bad-request', message));
  return reply.code(status).send(body);
}

function report(incidents: Incidents, body: Static<typeof reportBody>): Promise<IncidentResult> {
  const { section, stake, direction = null, kind, summary } = body;
  const parsed = parseStake(stake);
  if (parsed === null) {
    return Promise.resolve(refusal('bad-request', `"${stake}" is no stake such as K234+567`));
  }
  const at = { ...parsed, section, direction };
  return incidents.report({ kind, summary, at }, body.by ?? defaultBy);
}

/** Incidents on the administration listener, whose own check of the caller stands before these. */
export function registerIncidentRoutes(app: FastifyInstance, incidents: Incidents): void {
  app.get('/incidents', { config: contracts.list }, () => incidents.all());
  app.get<{ Params: IdParams }>(
    '/incidents/:id',
    { config: contracts.show },
    async ({ params }, reply) => {
      const incident = incidents.get(params.id);
      if (incident === undefined) return answer(reply, refusal('not-found', 'no such incident'));
      return { ...incident, log: await incidents.log(params.id) };
    },
  );
  app.post('/incidents', { config: contracts.report }, async ({ body }, reply) => {
    if (!Value.Check(reportBody, body)) return badRequest(reply, 'section, stake, kind, summary');
    return answer(reply, await report(incidents, body));
  });
  app.post<{ Params: IdParams }>(
    '/incidents/:id/assign',
    { config: contracts.assign },
    async ({ params, body }, reply) => {
      if (!Value.Check(assignBody, body)) return badRequest(reply, 'serial is needed');
      const { serial, role, by: who = defaultBy } = body;
      return answer(reply, await incidents.assign(params.id, serial, who, role));
    },
  );
  app.post<{ Params: IdParams }>(
    '/incidents/:id/release',
    { config: contracts.release },
    async ({ params, body }, reply) => {
      if (!Value.Check(unitBody, body)) return badRequest(reply, 'serial is needed');
      return answer(reply, await incidents.release(params.id, body.serial, body.by ?? defaultBy));
    },
  );
  app.post<{ Params: IdParams }>(
    '/incidents/:id/events',
    { config: contracts.event },
    async ({ params, body }, reply) => {
      if (!Value.Check(eventBody, body) || !isStageEvent(body.event)) {
        return badRequest(reply, `event is one of ${stageEvents.join(', ')}`);
      }
      return answer(reply, await incidents.apply(params.id, body.event, body.by ?? defaultBy));
    },
  );
}
