import type { FastifyInstance } from 'fastify';
import { refusal, refusalAnswer } from '../http/refusal.ts';
import type { PresenceWatch } from './presence-watch.ts';

interface AlertQuery {
  readonly serial?: string;
  readonly open?: string;
}

/** Presence and alerts on the administration listener. product.md, fleet manager. */
export function registerPresenceRoutes(app: FastifyInstance, presence: PresenceWatch): void {
  app.get('/presence', () => presence.all());

  app.get<{ Params: { serial: string } }>('/units/:serial/presence', async ({ params }, reply) => {
    const found = presence.of(params.serial);
    if (found === undefined) {
      const { status, body } = refusalAnswer(refusal('unknown-serial'));
      return reply.code(status).send(body);
    }
    return { ...found, alerts: await presence.alerts(params.serial, true) };
  });

  app.get<{ Querystring: AlertQuery }>('/alerts', ({ query }) =>
    presence.alerts(query.serial, query.open === '1'),
  );
}
