import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { momentMs, momentMsOrNull, textOrNull } from '../../protocols/http/json-parts.ts';
import type { Store } from '../../protocols/store/store.ts';
import { refusal, refusalAnswer } from '../http/refusal.ts';
import { type CommandDesk, lifeSMax } from './command-desk.ts';
import { commandsOf } from './command-table.ts';

const wish = Type.Object({
  name: Type.String({ maxLength: 32 }),
  lifeS: Type.Optional(Type.Integer({ minimum: 1, maximum: lifeSMax })),
  by: Type.Optional(Type.String({ maxLength: 64 })),
});

const command = Type.Object({
  id: Type.String(),
  serial: Type.String(),
  name: Type.String(),
  askedAtMs: momentMs,
  askedBy: Type.String(),
  expiresAtMs: momentMs,
  sentTimes: Type.Integer(),
  endedAtMs: momentMsOrNull,
  outcome: textOrNull,
  code: textOrNull,
  detail: textOrNull,
});
const contracts = {
  list: jsonContract('commands of a unit, newest first', { answer: Type.Array(command) }),
  ask: jsonContract('have a unit do something', { body: wish, answer: command }),
} as const;

interface SerialParams {
  readonly serial: string;
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
          })
        : refusal('bad-request', `name is needed; lifeS is 1 to ${lifeSMax}`);
      if (asked.ok) return asked.command;
      const answer = refusalAnswer(asked);
      return reply.code(answer.status).send(answer.body);
    },
  );
}
