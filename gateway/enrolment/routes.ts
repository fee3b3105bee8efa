import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { type RouteContract, refusalBody } from '../../protocols/contracts/route-contract.ts';
import { renewalGrant, renewalRequest } from '../../protocols/enrolment/renewal.ts';
import {
  enrolmentChallenge,
  enrolmentGrant,
  enrolmentPending,
  enrolmentRequest,
} from '../../protocols/enrolment/request.ts';
import { refusalAnswer } from '../http/refusal.ts';
import type { Enrolment, EnrolmentAnswer } from './enrolment.ts';
import { sendEnrolmentRefusal } from './refusal-page.ts';
import type { Renewal, RenewalAnswer } from './renewal.ts';

/** A request has a serial, a key, a CSR and a signature. */
const requestBytesMax = 8 * 1024;

const challenged = { schema: Type.Intersect([enrolmentChallenge, Type.Partial(refusalBody)]) };
const page = { contentType: 'text/html' } as const;
const contracts = {
  request: {
    summary: 'a unit without credentials asks for them; without a nonce it is given one: 401',
    body: { contentType: 'application/json', schema: Type.Partial(enrolmentRequest) },
    answers: {
      200: { schema: enrolmentGrant },
      202: { schema: enrolmentPending },
      401: challenged,
    },
  },
  renewal: {
    summary: 'a fresh client certificate for the key set in force',
    body: { contentType: 'application/json', schema: Type.Partial(renewalRequest) },
    answers: { 200: { schema: renewalGrant }, 401: challenged },
  },
  code: {
    summary: 'a phone has read the enrolment code of a unit: on to its page, or why not',
    answers: { 303: page, 400: page, 404: page, 410: page },
  },
} as const satisfies Record<string, RouteContract>;

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

function requestOptions(contract: RouteContract) {
  return { bodyLimit: requestBytesMax, config: { contract } };
}

/** `POST /enrol/requests` on the units' port. */
export function registerEnrolmentRoutes(app: FastifyInstance, enrolment: Enrolment): void {
  app.post('/enrol/requests', requestOptions(contracts.request), async (request, reply) =>
    answer(reply, httpOf(await enrolment.ask(request.body))),
  );
}

/** `POST /enrol/renewals` on the units' port. */
export function registerRenewalRoute(app: FastifyInstance, renewal: Renewal): void {
  app.post('/enrol/renewals', requestOptions(contracts.renewal), async (request, reply) =>
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
    config: { contract: contracts.code },
    handler: async ({ params }, reply) => {
      const opened = await enrolment.openCode(params.digits);
      void reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
      if (!opened.ok) return sendEnrolmentRefusal(reply, opened, serverUrl);
      return reply.redirect(`${serverUrl}/bench/enrol/${opened.requestId}`, 303);
    },
  });
}
