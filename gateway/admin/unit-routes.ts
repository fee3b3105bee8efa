import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { keyFingerprint } from '../../protocols/enrolment/request.ts';
import { momentMs, momentMsOrNull, nullable, textOrNull } from '../../protocols/http/json-parts.ts';
import { isSerial, serialPattern } from '../../protocols/messages/topics.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import { requestsOf } from '../enrolment/requests-table.ts';
import { refusal, refusalAnswer } from '../http/refusal.ts';
import type { LiveUnits } from '../parts.ts';
import { auditOf, type FleetUnit, roles } from '../registry/fleet-table.ts';
import type { FleetRegistry, UnitResult } from '../registry/registry.ts';
import { isOperatorEvent, operatorEvents } from '../registry/states.ts';
import { depotPattern, simPattern } from '../registry/unit-csv.ts';

export interface UnitAdminDeps {
  readonly store: Store;
  readonly registry: FleetRegistry;
  readonly enrolment: Enrolment;
  readonly live: LiveUnits;
  readonly nowMs: () => number;
}

const by = Type.Optional(Type.String({ maxLength: 64 }));
const newUnit = Type.Object({
  serial: Type.String({ pattern: serialPattern.source }),
  model: Type.String({ minLength: 1, maxLength: 64 }),
  role: Type.Union(roles.map((role) => Type.Literal(role))),
  vehicleId: Type.Optional(Type.Union([Type.Null(), Type.String({ maxLength: 64 })])),
  depot: Type.Optional(nullable(Type.String({ pattern: depotPattern.source }))),
  sim: Type.Optional(nullable(Type.String({ pattern: simPattern.source }))),
  by,
});
const approval = Type.Object({ fingerprint: Type.String({ maxLength: 64 }), by });
const operatorEvent = Type.Object({
  event: Type.String(),
  reason: Type.String({ minLength: 1, maxLength: 200 }),
  by,
});
/** A year: whoever trains for longer says so again. */
const trainingHoursMax = 8_760;
const hourMs = 3_600_000;
const training = Type.Object({
  training: Type.Boolean(),
  hours: Type.Optional(Type.Integer({ minimum: 1, maximum: trainingHoursMax })),
  by,
});

/** One serial of the registry, with its line. */
export const unitAnswer = Type.Object({
  serial: Type.String(),
  unitId: nullable(Type.Integer({ description: 'number in the codes' })),
  kind: Type.Integer({ minimum: 0, maximum: 3 }),
  role: Type.Union(roles.map((role) => Type.Literal(role))),
  model: Type.String(),
  state: Type.String(),
  enrolment: Type.Integer({ description: 'grows with every new key set' }),
  vehicleId: textOrNull,
  depot: textOrNull,
  sim: textOrNull,
  training: Type.Boolean({ description: '演练，不计入评价' }),
  trainingUntilMs: momentMsOrNull,
});
const unitLine = Type.Object({
  ...unitAnswer.properties,
  online: Type.Boolean(),
  lastContactMs: momentMsOrNull,
});
const unitDetail = Type.Object({
  ...unitLine.properties,
  clockOffsetS: Type.Number({ description: 'unit clock − gateway clock' }),
  key: Type.Optional(Type.Object({ keyId: Type.String(), fingerprint: Type.String() })),
  waiting: Type.Array(
    Type.Object({ fingerprint: Type.String(), source: Type.String(), askedAtMs: momentMs }),
    { description: 'enrolment requests that wait for an approval' },
  ),
  events: Type.Array(Type.Object({ atMs: momentMs, event: Type.String() })),
});
const contracts = {
  list: jsonContract('every unit', { answer: Type.Array(unitLine) }),
  show: jsonContract('one unit with its key, requests and history', { answer: unitDetail }),
  register: jsonContract('load a serial', { body: newUnit, answer: unitLine }),
  approve: jsonContract('approve an enrolment', { body: approval, answer: unitLine }),
  event: jsonContract('suspend, resume, revoke, retire …', {
    body: operatorEvent,
    answer: unitLine,
  }),
  training: jsonContract('training on or off', { body: training, answer: unitLine }),
} as const;

interface SerialParams {
  readonly serial: string;
}

/** Who acts when the caller does not say: whoever holds the administration token. */
const defaultBy = 'admin';

function say(reply: FastifyReply, result: UnitResult, view: (unit: FleetUnit) => object) {
  if (result.ok) return view(result.unit);
  const { status, body } = refusalAnswer(result);
  return reply.code(status).send(body);
}

function badRequest(reply: FastifyReply, message: string) {
  return say(reply, refusal('bad-request', message), () => ({}));
}

/** Registry and enrolment on the administration listener. wire.md, "Enrolment", Bench CLI. */
export function registerUnitRoutes(app: FastifyInstance, deps: UnitAdminDeps): void {
  const { store, registry, enrolment, live } = deps;
  const view = (unit: FleetUnit) => ({
    ...unit,
    online: live.isOnline(unit.serial),
    lastContactMs: live.lastContactMs(unit.serial),
  });

  app.get('/units', { config: contracts.list }, () => registry.all().map(view));

  app.get<{ Params: SerialParams }>(
    '/units/:serial',
    { config: contracts.show },
    async ({ params }, reply) => {
      const unit = registry.bySerial(params.serial);
      if (unit === undefined) return say(reply, refusal('unknown-serial'), view);
      const keys = registry.currentKeySet(unit.serial);
      const requests = await requestsOf(store, unit.serial);
      return {
        ...view(unit),
        clockOffsetS: live.clockOffsetS(unit.serial),
        key: keys && { keyId: keys.keyId, fingerprint: keyFingerprint(keys.publicKey) },
        waiting: requests.map(({ publicKey, source, askedAtMs }) => ({
          fingerprint: keyFingerprint(publicKey),
          source,
          askedAtMs,
        })),
        events: await auditOf(store, unit.serial),
      };
    },
  );

  app.post('/units', { config: contracts.register }, async ({ body }, reply) => {
    if (!Value.Check(newUnit, body) || !isSerial(body.serial)) {
      return badRequest(reply, `serial (A-Z 0-9 -), model, role (${roles.join(', ')}), vehicleId`);
    }
    const { serial, model, role, vehicleId = null, depot = null, sim = null } = body;
    const given = { serial, model, role, vehicleId, depot, sim };
    return say(reply, await registry.register(given, body.by ?? defaultBy), view);
  });

  app.post<{ Params: SerialParams }>(
    '/units/:serial/approve',
    { config: contracts.approve },
    async ({ params, body }, reply) => {
      if (!Value.Check(approval, body)) return badRequest(reply, 'fingerprint is needed');
      const { fingerprint } = body;
      const result = await enrolment.approve(params.serial, fingerprint, body.by ?? defaultBy);
      return say(reply, result, view);
    },
  );

  app.post<{ Params: SerialParams }>(
    '/units/:serial/events',
    { config: contracts.event },
    async ({ params, body }, reply) => {
      if (!Value.Check(operatorEvent, body) || !isOperatorEvent(body.event)) {
        return badRequest(reply, `event (${operatorEvents.join(', ')}) and a reason are needed`);
      }
      const { event, reason } = body;
      return say(
        reply,
        await registry.apply(params.serial, event, body.by ?? defaultBy, reason),
        view,
      );
    },
  );

  app.post<{ Params: SerialParams }>(
    '/units/:serial/training',
    { config: contracts.training },
    async ({ params, body }, reply) => {
      if (!Value.Check(training, body)) return badRequest(reply, 'training is true or false');
      const { hours, by: who = defaultBy } = body;
      const untilMs = hours === undefined ? null : deps.nowMs() + hours * hourMs;
      const result = await registry.setTraining(params.serial, body.training, who, untilMs);
      return say(reply, result, view);
    },
  );
}
