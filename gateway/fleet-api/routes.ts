import type { FastifyInstance, FastifyReply } from 'fastify';
import { Value } from 'typebox/value';
import {
  type FleetCaller,
  type FleetOperation,
  fleetEnvelope,
  fleetOperations,
  isFleetOperation,
} from '../../protocols/http/fleet-operations.ts';
import { requireChangingBearer } from '../http/bearer.ts';
import { type Refusal, refusal, refusalAnswer } from '../http/refusal.ts';
import { enrolmentHandlers } from './enrolment-operations.ts';
import { commandHandlers, configurationHandlers, imageHandlers } from './other-operations.ts';
import type { FleetParts, Handlers } from './parts.ts';
import { unitHandlers } from './unit-operations.ts';

/** A list of 2,000 units; quotes and line ends travel as two characters in JSON. */
const bodyBytesMax = 1536 * 1024;

const handlers: Handlers<FleetOperation> = {
  ...unitHandlers,
  ...enrolmentHandlers,
  ...configurationHandlers,
  ...commandHandlers,
  ...imageHandlers,
};

type AnyHandler = (
  parts: FleetParts,
  ask: unknown,
  caller: FleetCaller,
) => Promise<object> | object;

function isRefusal(answer: object): answer is Refusal {
  return 'ok' in answer && answer.ok === false;
}

async function answerOf(parts: FleetParts, name: string, body: unknown): Promise<object> {
  if (!isFleetOperation(name)) return refusal('not-found');
  if (!Value.Check(fleetEnvelope, body)) return refusal('bad-request', 'v, actor, scope and ask');
  const { ask, actor, scope } = body;
  if (!Value.Check(fleetOperations[name].ask, ask)) {
    return refusal('bad-request', `${name} is asked otherwise`);
  }
  return (handlers[name] as AnyHandler)(parts, ask, { actor, scope });
}

function send(reply: FastifyReply, answer: object): FastifyReply {
  void reply.header('cache-control', 'no-store');
  if (!isRefusal(answer)) return reply.send(answer);
  const { status, body } = refusalAnswer(answer);
  return reply.code(status).send(body);
}

/**
 * The fleet API on a listener of its own. Nothing is open without the key of the link, and nothing
 * of an organisation that the caller does not name as his.
 * @param linkKey null while there is no link: then nobody gets in
 */
export function registerFleetRoutes(
  app: FastifyInstance,
  parts: FleetParts,
  linkKey: () => string | null,
): void {
  requireChangingBearer(app, linkKey);
  app.post<{ Params: { operation: string } }>(
    '/fleet/v1/:operation',
    { bodyLimit: bodyBytesMax },
    async ({ params, body }, reply) => send(reply, await answerOf(parts, params.operation, body)),
  );
}
