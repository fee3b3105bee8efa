import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { documentContract, jsonContract } from '../../protocols/contracts/route-contract.ts';
import { type Refusal, refusal, refusalAnswer } from '../http/refusal.ts';
import type { EventLog } from './event-log.ts';
import type { EventStream } from './event-stream.ts';
import type { Webhooks } from './webhooks.ts';

export interface EventRouteDeps {
  readonly log: EventLog;
  readonly stream: EventStream;
  readonly webhooks: Webhooks;
}

const newHook = Type.Object({ url: Type.String() });

const hookAnswer = Type.Object({ id: Type.String(), url: Type.String() });
const contracts = {
  stream: documentContract(
    'events of the fleet as they come; Last-Event-ID or after goes on where a reader was',
    'text/event-stream',
    Type.Object({ after: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })) }),
  ),
  list: jsonContract('webhooks and how they fare', { answer: Type.Array(hookAnswer) }),
  add: jsonContract('a new webhook; its secret is told this once', {
    body: newHook,
    answer: hookAnswer,
  }),
  remove: jsonContract('no more events to this webhook', {
    answer: Type.Object({ id: Type.String(), removed: Type.Boolean() }),
  }),
} as const;

function refuse(reply: FastifyReply, given: Refusal) {
  const { status, body } = refusalAnswer(given);
  return reply.code(status).send(body);
}

/** Where the reader was: `Last-Event-ID`, or `?after=ID`; null: neither, it begins now. */
function cursorOf({ headers, query }: FastifyRequest): number | null | undefined {
  const given = headers['last-event-id'] ?? (query as { after?: string }).after;
  if (given === undefined) return null;
  return /^\d{1,15}$/.test(String(given)) ? Number(given) : undefined;
}

/** Events and webhooks on the administration listener. */
export function registerEventRoutes(
  app: FastifyInstance,
  { log, stream, webhooks }: EventRouteDeps,
): void {
  app.addHook('preClose', async () => stream.end());

  app.get('/fleet/events', { config: contracts.stream }, async (request, reply) => {
    const cursor = cursorOf(request);
    if (cursor === undefined) return refuse(reply, refusal('bad-request', 'after is an event id'));
    if (stream.isFull) return refuse(reply, refusal('too-many', 'too many event readers'));
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    void stream.serve(reply.raw, Math.min(cursor ?? log.lastId, log.lastId));
    return reply;
  });

  app.get('/webhooks', { config: contracts.list }, () => webhooks.list());
  app.post('/webhooks', { config: contracts.add }, async ({ body }, reply) => {
    if (!Value.Check(newHook, body)) return refuse(reply, refusal('bad-request', 'url is needed'));
    const made = await webhooks.create(body.url);
    return made.ok ? made.hook : refuse(reply, made);
  });
  app.post<{ Params: { id: string } }>(
    '/webhooks/:id/remove',
    { config: contracts.remove },
    async ({ params }, reply) => {
      const removed = await webhooks.remove(params.id);
      return removed.ok ? { id: params.id, removed: true } : refuse(reply, removed);
    },
  );
}
