import type { FastifyInstance } from 'fastify';
import { jsonContract } from '../protocols/contracts/route-contract.ts';
import { healthAnswer } from '../protocols/http/json-parts.ts';
import type { Store } from '../protocols/store/store.ts';

const config = jsonContract('whether this process can do its work', { answer: healthAnswer });

/** `GET /healthz`: 200 `{ok: true}`, or 503 with the reasons as codes. architecture.md. */
export function healthRoute(app: FastifyInstance, store: Store): void {
  app.get('/healthz', { config }, async (request, reply) => {
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
