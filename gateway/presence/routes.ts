import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { momentMs, momentMsOrNull, nullable, textOrNull } from '../../protocols/http/json-parts.ts';
import { refusal, refusalAnswer } from '../http/refusal.ts';
import type { PresenceWatch } from './presence-watch.ts';

const presenceAnswer = Type.Object({
  serial: Type.String(),
  unitId: nullable(Type.Integer()),
  state: Type.String(),
  reason: Type.String(),
  sinceMs: momentMs,
  conditions: Type.Array(
    Type.Object({ state: Type.String(), reason: Type.String(), sinceMs: momentMs }),
  ),
  lastWordMs: momentMsOrNull,
  clockOffsetS: Type.Number(),
});
const alertAnswer = Type.Object({
  id: Type.Integer(),
  serial: Type.String(),
  kind: Type.String(),
  reason: Type.String(),
  sinceMs: momentMs,
  openedAtMs: momentMs,
  endedAtMs: momentMsOrNull,
  closedAtMs: momentMsOrNull,
  closedReason: textOrNull,
});
const contracts = {
  all: jsonContract('how every unit is', { answer: Type.Array(presenceAnswer) }),
  one: jsonContract('how a unit is, with its open alerts', {
    answer: Type.Object({ ...presenceAnswer.properties, alerts: Type.Array(alertAnswer) }),
  }),
  alerts: jsonContract('outages that somebody was called for', {
    query: Type.Object({
      serial: Type.Optional(Type.String()),
      open: Type.Optional(Type.Literal('1')),
    }),
    answer: Type.Array(alertAnswer),
  }),
} as const;

interface AlertQuery {
  readonly serial?: string;
  readonly open?: string;
}

/** Presence and alerts on the administration listener. product.md, fleet manager. */
export function registerPresenceRoutes(app: FastifyInstance, presence: PresenceWatch): void {
  app.get('/presence', { config: contracts.all }, () => presence.all());

  app.get<{ Params: { serial: string } }>(
    '/units/:serial/presence',
    { config: contracts.one },
    async ({ params }, reply) => {
      const found = presence.of(params.serial);
      if (found === undefined) {
        const { status, body } = refusalAnswer(refusal('unknown-serial'));
        return reply.code(status).send(body);
      }
      return { ...found, alerts: await presence.alerts(params.serial, true) };
    },
  );

  app.get<{ Querystring: AlertQuery }>('/alerts', { config: contracts.alerts }, ({ query }) =>
    presence.alerts(query.serial, query.open === '1'),
  );
}
