import type { FastifyInstance, FastifyReply } from 'fastify';
import { refusalAnswer } from '../http/refusal.ts';
import type { Enrolment, EnrolmentAnswer } from './enrolment.ts';
import { sendEnrolmentRefusal } from './refusal-page.ts';
import type { Renewal, RenewalAnswer } from './renewal.ts';

/** A request has a serial, a key, a CSR and a signature. */
const requestBytesMax = 8 * 1024;

function answer(reply: FastifyReply, { status, body }: { status: number; body: unknown }) {
  return reply.code(status).header('cache-control', 'no-store').send(body);
}

function httpOf(given: EnrolmentAnswer | RenewalAnswer): { status: number; body: unknown } {
  switch (given.kind) {
    case 'challenge':
      return {
        status: 401,
        body: { code: 'bad-nonce', nonce: given.nonce, gatewayMs: given.gatewayMs },
      };
    case 'pending':
      return { status: 202, body: { status: 'pending', retryAfterS: given.retryAfterS } };
    case 'granted':
    case 'renewed':
      return { status: 200, body: given.grant };
    case 'refused':
      return refusalAnswer(given.refusal);
  }
}

/** `POST /enrol/requests` on the units' port. */
export function registerEnrolmentRoutes(app: FastifyInstance, enrolment: Enrolment): void {
  app.post('/enrol/requests', { bodyLimit: requestBytesMax }, async (request, reply) =>
    answer(reply, httpOf(await enrolment.ask(request.body))),
  );
}

/** `POST /enrol/renewals` on the units' port. */
export function registerRenewalRoute(app: FastifyInstance, renewal: Renewal): void {
  app.post('/enrol/renewals', { bodyLimit: requestBytesMax }, async (request, reply) =>
    answer(reply, httpOf(await renewal.ask(request.body))),
  );
}

/**
 * `GET /E/<digits>` on the codes' port: a technician's phone has read the code on a unit that is
 * not enrolled. 303 to the bench page, or a page that says why not. Scan code, "Enrolment code".
 * @param codePath path of the code address, `/` or `/PREFIX/`
 */
export function registerEnrolmentCodeRoute(
  app: FastifyInstance,
  enrolment: Enrolment,
  codePath: string,
  serverUrl: string,
): void {
  app.route<{ Params: { digits: string } }>({
    method: 'GET',
    url: `${codePath}E/:digits`,
    exposeHeadRoute: false,
    handler: async ({ params }, reply) => {
      const opened = await enrolment.openCode(params.digits);
      void reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
      if (!opened.ok) return sendEnrolmentRefusal(reply, opened);
      return reply.redirect(`${serverUrl}/bench/enrol/${opened.requestId}`, 303);
    },
  });
}
