import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { refusal, refusalAnswer } from './refusal.ts';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Every route but `/healthz` needs the token of the moment.
 * @param tokenNow null while there is none: then nobody gets in
 */
export function requireChangingBearer(app: FastifyInstance, tokenNow: () => string | null): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url === '/healthz') return;
    const token = tokenNow();
    const given = digest(request.headers.authorization ?? '');
    if (token !== null && timingSafeEqual(given, digest(`Bearer ${token}`))) return;
    const { status, body } = refusalAnswer(refusal('unauthorised'));
    await reply.code(status).send(body);
  });
}

/** Every route but `/healthz` needs this token. */
export function requireBearer(app: FastifyInstance, token: string): void {
  requireChangingBearer(app, () => token);
}
