import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
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
const eventBody = Type.Object({ event: Type.String({ maxLength: 32 }), by });

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
  app.get('/incidents', () => incidents.all());
  app.get<{ Params: IdParams }>('/incidents/:id', async ({ params }, reply) => {
    const incident = incidents.get(params.id);
    if (incident === undefined) return answer(reply, refusal('not-found', 'no such incident'));
    return { ...incident, log: await incidents.log(params.id) };
  });
  app.post('/incidents', async ({ body }, reply) => {
    if (!Value.Check(reportBody, body)) return badRequest(reply, 'section, stake, kind, summary');
    return answer(reply, await report(incidents, body));
  });
  app.post<{ Params: IdParams }>('/incidents/:id/assign', async ({ params, body }, reply) => {
    if (!Value.Check(unitBody, body)) return badRequest(reply, 'serial is needed');
    return answer(reply, await incidents.assign(params.id, body.serial, body.by ?? defaultBy));
  });
  app.post<{ Params: IdParams }>('/incidents/:id/release', async ({ params, body }, reply) => {
    if (!Value.Check(unitBody, body)) return badRequest(reply, 'serial is needed');
    return answer(reply, await incidents.release(params.id, body.serial, body.by ?? defaultBy));
  });
  app.post<{ Params: IdParams }>('/incidents/:id/events', async ({ params, body }, reply) => {
    if (!Value.Check(eventBody, body) || !isStageEvent(body.event)) {
      return badRequest(reply, `event is one of ${stageEvents.join(', ')}`);
    }
    return answer(reply, await incidents.apply(params.id, body.event, body.by ?? defaultBy));
  });
}
