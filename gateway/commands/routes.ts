import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { documentContract, jsonContract } from '../../protocols/contracts/route-contract.ts';
import { momentMs, momentMsOrNull, textOrNull } from '../../protocols/http/json-parts.ts';
import { crewTextCharsMax } from '../../protocols/messages/down-schemas.ts';
import type { Store } from '../../protocols/store/store.ts';
import { type Refusal, refusal, refusalAnswer } from '../http/refusal.ts';
import { type CommandDesk, lifeSMax } from './command-desk.ts';
import { commandsOf } from './command-table.ts';
import { type UploadedLog, uploadedLog } from './log-table.ts';

/** A day: a text that should stand for longer is no message. */
const textSMax = 86_400;

const wish = Type.Object({
  name: Type.String({ maxLength: 32 }),
  lifeS: Type.Optional(Type.Integer({ minimum: 1, maximum: lifeSMax })),
  by: Type.Optional(Type.String({ maxLength: 64 })),
  text: Type.Optional(Type.String({ maxLength: 4 * crewTextCharsMax, description: 'of message' })),
  textS: Type.Optional(Type.Integer({ minimum: 1, maximum: textSMax })),
});

const command = Type.Object({
  id: Type.String(),
  serial: Type.String(),
  name: Type.String(),
  askedAtMs: momentMs,
  askedBy: Type.String(),
  expiresAtMs: momentMs,
  enrolment: Type.Union([Type.Integer(), Type.Null()]),
  text: textOrNull,
  untilMs: momentMsOrNull,
  sentTimes: Type.Integer(),
  endedAtMs: momentMsOrNull,
  outcome: textOrNull,
  code: textOrNull,
  detail: textOrNull,
});
const contracts = {
  list: jsonContract('commands of a unit, newest first', { answer: Type.Array(command) }),
  ask: jsonContract('have a unit do something', { body: wish, answer: command }),
  log: documentContract('the log that a log-upload brought, a line each', 'text/plain'),
} as const;

interface SerialParams {
  readonly serial: string;
}

/** Why there is no text yet. */
function logRefusal(log: Exclude<UploadedLog, { kind: 'whole' }>): Refusal {
  if (log.kind === 'none') return refusal('not-found', 'no piece of such a log has come');
  if (log.kind === 'damaged') return refusal('conflict', 'the pieces do not make a log');
  return refusal('conflict', `${log.arrived} of ${log.of} pieces have come: ask again later`);
}

/** Commands on the administration listener. */
export function registerCommandRoutes(
  app: FastifyInstance,
  { desk, store }: { readonly desk: CommandDesk; readonly store: Store },
): void {
  app.get<{ Params: SerialParams }>(
    '/units/:serial/commands',
    { config: contracts.list },
    ({ params }) => commandsOf(store, params.serial),
  );

  app.post<{ Params: SerialParams }>(
    '/units/:serial/commands',
    { config: contracts.ask },
    async ({ params, body }, reply) => {
      const { serial } = params;
      const asked = Value.Check(wish, body)
        ? await desk.ask({
            ...{ serial, name: body.name, lifeS: body.lifeS ?? null, by: body.by ?? 'admin' },
            ...{ text: body.text, textS: body.textS },
          })
        : refusal('bad-request', `name is needed; lifeS is 1 to ${lifeSMax}`);
      if (asked.ok) return asked.command;
      const answer = refusalAnswer(asked);
      return reply.code(answer.status).send(answer.body);
    },
  );

  app.get<{ Params: SerialParams & { readonly id: string } }>(
    '/units/:serial/logs/:id',
    { config: contracts.log },
    async ({ params }, reply) => {
      const log = await uploadedLog(store, params.serial, params.id);
      if (log.kind === 'whole') return reply.type('text/plain; charset=utf-8').send(log.text);
      const answer = refusalAnswer(logRefusal(log));
      return reply.code(answer.status).send(answer.body);
    },
  );
}
