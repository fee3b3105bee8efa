import type { FastifyInstance } from 'fastify';
import type { Store } from '../protocols/store/store.ts';

/** `GET /healthz`: 200 `{ok: true}`, or 503 with the reasons as codes. architecture.md. */
export function healthRoute(app: FastifyInstance, store: Store): void {
  app.get('/healthz', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    try {
      await store.get('SELECT version FROM directory_state');
      return { ok: true };
    } catch (error) {
      request.log.error({ err: error }, 'the store does not answer');
      return reply.code(503).send({ ok: false, reasons: ['store'] });
    }
  });
}
