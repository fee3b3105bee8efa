import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { nullable } from '../../protocols/http/json-parts.ts';
import type { Store } from '../../protocols/store/store.ts';
import { readChinaMoment } from '../calendar/china-day.ts';
import { describeCheck } from './describe-check.ts';
import { answerFeeCheck } from './fee-service.ts';
import { describeRefusal, type FeeRefusal, feeRefusals, refusal } from './refusals.ts';

/** Largest body of a check, in bytes. */
const checkBytesMax = 32 * 1024;

interface FeeParts {
  readonly store: Store;
  /** Whether a sample tariff may give a verdict. */
  readonly demonstration: boolean;
}

const id = Type.String({ minLength: 1, maxLength: 100 });
/** What says which tariff applies; the rest of the body is what was done. */
const selection = Type.Object({
  at: Type.Union([Type.String({ maxLength: 40 }), Type.Number()]),
  tariffId: Type.Optional(id),
  organisationId: Type.Optional(id),
});

const money = Type.Integer({ minimum: 0, description: 'fen' });
const tariffPin = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  sample: Type.Boolean({ description: '示例: gives a verdict in demonstrations only' }),
});
/** Beside `selection`: the input of the tariff, whose fields each tariff names. */
const checkContract = jsonContract('what a rescue may cost by the tariff in force', {
  body: Type.Object({ ...selection.properties, quotedFen: Type.Optional(money) }),
  answer: Type.Object({
    allowedFen: money,
    lines: Type.Array(Type.Object({ reasonText: nullable(Type.Unknown()) })),
    verdict: Type.Union(['within', 'over', 'unlisted', 'none'].map((one) => Type.Literal(one))),
    overFen: money,
    tariff: tariffPin,
    postedList: nullable(tariffPin),
  }),
});

function refuseFee(reply: FastifyReply, refused: FeeRefusal): FastifyReply {
  return reply.code(feeRefusals[refused.refused].status).send(describeRefusal(refused));
}

/** Why the body selects no tariff. */
function selectionRefusal(body: unknown): FeeRefusal {
  const field = Value.Errors(selection, body)[0]?.instancePath.split('/')[1];
  if (typeof body !== 'object' || body === null) return refusal('bad-input', 'body');
  if (!('at' in body) || field === 'at') return refusal('bad-moment', 'at');
  return refusal('bad-input', field ?? 'body');
}

/**
 * `POST /fee-check`, mounted at `/api`. Body: `{at, tariffId?, organisationId?, quotedFen?, …}`
 * with the input object of a fixture; `at` is the moment of the incident. Answers
 * `{allowedFen, lines, verdict, overFen, tariff: {id, version, sha256, sample}, …}`, or
 * `{code, about, message, messageZh}` with the status of `feeRefusals`. Keeps nothing.
 */
export function feeRoutes(app: FastifyInstance, { store, demonstration }: FeeParts): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) return refuseFee(reply, refusal('too-large'));
    if (status < 500) return refuseFee(reply, refusal('bad-input', error.message));
    request.log.error({ err: error }, 'a fee check failed');
    return reply.code(500).send({ code: 'failed', message: 'The server failed: try again.' });
  });

  app.post(
    '/fee-check',
    { bodyLimit: checkBytesMax, config: checkContract },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const { body } = request;
      if (!Value.Check(selection, body)) return refuseFee(reply, selectionRefusal(body));
      const { at, ...which } = body;
      const atMs = readChinaMoment(at);
      if (atMs === null) return refuseFee(reply, refusal('bad-moment', String(at)));
      const { tariffId, organisationId } = which;
      const answer = await answerFeeCheck(
        store,
        {
          atMs,
          ...(tariffId === undefined ? {} : { tariffId }),
          ...(organisationId === undefined ? {} : { organisationId }),
          input: body,
        },
        { demonstration },
      );
      if ('refused' in answer) return refuseFee(reply, answer);
      return reply.code(200).send(describeCheck(answer));
    },
  );
}
