import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { refusal, refusalAnswer } from './refusal.ts';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Every route but `/healthz` needs this token. */
export function requireBearer(app: FastifyInstance, token: string): void {
  const wanted = digest(`Bearer ${token}`);
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url === '/healthz') return;
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), wanted)) return;
    const { status, body } = refusalAnswer(refusal('unauthorised'));
    await reply.code(status).send(body);
  });
}
