import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import {
  latLon,
  momentMs,
  momentMsOrNull,
  nullable,
  textOrNull,
} from '../../protocols/http/json-parts.ts';
import { type Refusal, refusal, refusalAnswer } from '../http/refusal.ts';
import type { Incidents } from '../incidents/incidents.ts';
import { type IndicationDeps, indicationsOf } from './indications.ts';
import type { Terminal } from './terminal.ts';
import type { Terminals } from './terminals.ts';

const by = Type.Optional(Type.String({ maxLength: 64 }));
const newTerminal = Type.Object({
  phone: Type.String({ maxLength: 20 }),
  plate: Type.String({ minLength: 1, maxLength: 32 }),
  vehicleId: Type.Optional(Type.Union([Type.Null(), Type.String({ maxLength: 64 })])),
  by,
});
const revocation = Type.Object({ by });
const textBody = Type.Object({ text: Type.String({ minLength: 1, maxLength: 1024 }) });

const terminalAnswer = Type.Object({
  phone: Type.String(),
  plate: Type.String(),
  vehicleId: textOrNull,
  device: textOrNull,
  revoked: Type.Boolean(),
  registeredAtMs: momentMs,
  online: Type.Boolean(),
  screenFault: Type.Boolean(),
  position: nullable(
    Type.Object({
      ...latLon.properties,
      atMs: momentMs,
      speedMps: Type.Number(),
      courseDeg: Type.Number(),
      signed: Type.Literal(false),
    }),
  ),
});
const contracts = {
  list: jsonContract('every terminal', { answer: Type.Array(terminalAnswer) }),
  show: jsonContract('one terminal with its events', {
    answer: Type.Object({ ...terminalAnswer.properties, events: Type.Array(Type.Object({})) }),
  }),
  register: jsonContract('let a terminal in; its code is told this once', {
    body: newTerminal,
    answer: Type.Object({ ...terminalAnswer.properties, code: Type.String() }),
  }),
  revoke: jsonContract('let a terminal in no more', { body: revocation, answer: terminalAnswer }),
  text: jsonContract('show a text on a terminal', {
    body: textBody,
    answer: Type.Object({ phone: Type.String(), delivered: Type.Boolean() }),
  }),
  indications: jsonContract('what the terminals of its vehicles say of an incident, unsigned', {
    answer: Type.Array(
      Type.Object({
        serial: Type.String(),
        phone: Type.String(),
        signed: Type.Literal(false),
        arrivedAtMs: momentMsOrNull,
      }),
    ),
  }),
} as const;

interface PhoneParams {
  readonly phone: string;
}

/** Who acts when the caller does not say: whoever holds the administration token. */
const defaultBy = 'admin';

function refuse(reply: FastifyReply, refused: Refusal) {
  const { status, body } = refusalAnswer(refused);
  return reply.code(status).send(body);
}

/** Terminals on the administration listener, whose own check of the caller stands before these. */
export function registerTerminalRoutes(app: FastifyInstance, terminals: Terminals): void {
  const { book, positions, listener } = terminals;
  const view = ({ code: _code, no, ...shown }: Terminal) => {
    const position = positions.last(no);
    return {
      ...shown,
      online: listener.session(shown.phone) !== undefined,
      screenFault: positions.hasScreenFault(no),
      position: position === undefined ? null : { ...position, signed: false },
    };
  };

  app.get('/terminals', { config: contracts.list }, () => book.all().map(view));

  app.get<{ Params: PhoneParams }>(
    '/terminals/:phone',
    { config: contracts.show },
    async ({ params }, reply) => {
      const terminal = book.all().find(({ phone }) => phone === params.phone);
      if (terminal === undefined) return refuse(reply, refusal('not-found', 'no such terminal'));
      const frames = listener.session(terminal.phone)?.counts ?? null;
      return { ...view(terminal), frames, events: await positions.events(terminal.no) };
    },
  );

  app.post('/terminals', { config: contracts.register }, async ({ body }, reply) => {
    if (!Value.Check(newTerminal, body)) {
      return refuse(reply, refusal('bad-request', 'phone and plate are needed'));
    }
    const { phone, plate, vehicleId = null } = body;
    const result = await book.register({ phone, plate, vehicleId }, body.by ?? defaultBy);
    if (!result.ok) return refuse(reply, result);
    // The one time that the code is shown: for terminals that cannot register by themselves.
    return { ...view(result.terminal), code: result.terminal.code };
  });

  app.post<{ Params: PhoneParams }>(
    '/terminals/:phone/revoke',
    { config: contracts.revoke },
    async ({ params, body }, reply) => {
      if (!Value.Check(revocation, body ?? {})) return refuse(reply, refusal('bad-request'));
      const { by: actor = defaultBy } = (body ?? {}) as { by?: string };
      const result = await book.revoke(params.phone, actor);
      return result.ok ? view(result.terminal) : refuse(reply, result);
    },
  );

  app.post<{ Params: PhoneParams }>(
    '/terminals/:phone/text',
    { config: contracts.text },
    async ({ params, body }, reply) => {
      if (!Value.Check(textBody, body))
        return refuse(reply, refusal('bad-request', 'text is needed'));
      const result = await terminals.text(params.phone, body.text);
      return result.ok
        ? { phone: params.phone, delivered: result.delivered }
        : refuse(reply, result);
    },
  );
}

/** What terminals say of an incident's vehicles, beside what its units signed. */
export function registerIndicationRoutes(
  app: FastifyInstance,
  deps: IndicationDeps & { readonly incidents: Incidents },
): void {
  app.get<{ Params: { id: string } }>(
    '/incidents/:id/indications',
    { config: contracts.indications },
    ({ params }, reply) => {
      const incident = deps.incidents.get(params.id);
      if (incident === undefined) return refuse(reply, refusal('not-found', 'no such incident'));
      return indicationsOf(incident, deps);
    },
  );
}
