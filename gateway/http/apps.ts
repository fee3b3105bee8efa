import Fastify, { type FastifyInstance } from 'fastify';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { followRoutes } from '../../protocols/contracts/route-list.ts';
import { healthAnswer } from '../../protocols/http/json-parts.ts';
import type { TlsIdentity } from '../authority/tls-identity.ts';
import type { GatewayEnv } from '../environment.ts';
import { refusal, refusalAnswer } from './refusal.ts';

/** Limits of every HTTP listener of the gateway. */
const bodyBytesMax = 64 * 1024;
const requestMsMax = 15_000;
/** Scan code, "Server notes": 294 digits of an enrolment code must fit. */
const paramCharsMax = 320;
const tooLarge = 413;

/** Reasons why this process cannot do its work just now; none: it is well. */
export type Health = () => Promise<readonly string[]>;

const basics = {
  bodyLimit: bodyBytesMax,
  requestTimeout: requestMsMax,
  exposeHeadRoutes: false,
  routerOptions: { maxParamLength: paramCharsMax, caseSensitive: false, ignoreTrailingSlash: true },
} as const;

const healthContract = jsonContract('whether this process can do its work', {
  answer: healthAnswer,
});

/** JSON answers for what no route answers, and `GET /healthz`. */
function furnish(app: FastifyInstance, env: GatewayEnv, health: Health): void {
  followRoutes(app);
  app.get('/healthz', { config: healthContract }, async (_request, reply) => {
    const reasons = await health();
    void reply.header('cache-control', 'no-store');
    return reasons.length === 0 ? { ok: true } : reply.code(503).send({ ok: false, reasons });
  });
  app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      env.log.error({ reason: error.message }, 'request failed');
      return reply.code(500).send({ code: 'internal', message: 'The gateway made a mistake.' });
    }
    const { body } = refusalAnswer(refusal(status === tooLarge ? 'too-large' : 'bad-request'));
    return reply.code(status).send(body);
  });
  app.setNotFoundHandler((_request, reply) => {
    const { status, body } = refusalAnswer(refusal('not-found'));
    return reply.code(status).send(body);
  });
}

/** Plain HTTP: the codes' listener and the administration. Not listening yet. */
export function createHttpApp(env: GatewayEnv, health: Health): FastifyInstance {
  const app = Fastify(basics);
  furnish(app, env, health);
  return app;
}

function httpsOf({ material }: TlsIdentity) {
  const { certificatePem: cert, privateKeyPem: key } = material.server;
  return { cert, key, ca: material.fleetCaPem, minVersion: 'TLSv1.2' } as const;
}

/** HTTPS for units, with the certificate of the moment. Not listening yet. */
export function createUnitsApp(env: GatewayEnv, health: Health, tls: TlsIdentity): FastifyInstance {
  // A unit that enrols has no certificate yet; routes that need one look for it in the registry.
  const asksForCertificate = { requestCert: true, rejectUnauthorized: false };
  const app = Fastify({ ...basics, https: { ...httpsOf(tls), ...asksForCertificate } });
  tls.onChanged(() => app.server.setSecureContext(httpsOf(tls)));
  furnish(app as unknown as FastifyInstance, env, health);
  return app as unknown as FastifyInstance;
}
