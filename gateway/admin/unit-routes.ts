import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { keyFingerprint } from '../../protocols/enrolment/request.ts';
import { isSerial, serialPattern } from '../../protocols/messages/topics.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import { requestsOf } from '../enrolment/requests-table.ts';
import { refusal, refusalAnswer } from '../http/refusal.ts';
import type { LiveUnits } from '../parts.ts';
import { auditOf, type FleetUnit, roles } from '../registry/fleet-table.ts';
import type { FleetRegistry, UnitResult } from '../registry/registry.ts';
import { isOperatorEvent, operatorEvents } from '../registry/states.ts';

export interface UnitAdminDeps {
  readonly store: Store;
  readonly registry: FleetRegistry;
  readonly enrolment: Enrolment;
  readonly live: LiveUnits;
}

const by = Type.Optional(Type.String({ maxLength: 64 }));
const newUnit = Type.Object({
  serial: Type.String({ pattern: serialPattern.source }),
  model: Type.String({ minLength: 1, maxLength: 64 }),
  role: Type.Union(roles.map((role) => Type.Literal(role))),
  vehicleId: Type.Optional(Type.Union([Type.Null(), Type.String({ maxLength: 64 })])),
  by,
});
const approval = Type.Object({ fingerprint: Type.String({ maxLength: 64 }), by });
const operatorEvent = Type.Object({
  event: Type.String(),
  reason: Type.String({ minLength: 1, maxLength: 200 }),
  by,
});
const training = Type.Object({ training: Type.Boolean(), by });

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

  app.get('/units', () => registry.all().map(view));

  app.get<{ Params: SerialParams }>('/units/:serial', async ({ params }, reply) => {
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
  });

  app.post('/units', async ({ body }, reply) => {
    if (!Value.Check(newUnit, body) || !isSerial(body.serial)) {
      return badRequest(reply, `serial (A-Z 0-9 -), model, role (${roles.join(', ')}), vehicleId`);
    }
    const { serial, model, role, vehicleId = null } = body;
    const given = { serial, model, role, vehicleId };
    return say(reply, await registry.register(given, body.by ?? defaultBy), view);
  });

  app.post<{ Params: SerialParams }>('/units/:serial/approve', async ({ params, body }, reply) => {
    if (!Value.Check(approval, body)) return badRequest(reply, 'fingerprint is needed');
    const { fingerprint } = body;
    const result = await enrolment.approve(params.serial, fingerprint, body.by ?? defaultBy);
    return say(reply, result, view);
  });

  app.post<{ Params: SerialParams }>('/units/:serial/events', async ({ params, body }, reply) => {
    if (!Value.Check(operatorEvent, body) || !isOperatorEvent(body.event)) {
      return badRequest(reply, `event (${operatorEvents.join(', ')}) and a reason are needed`);
    }
    const { event, reason } = body;
    return say(
      reply,
      await registry.apply(params.serial, event, body.by ?? defaultBy, reason),
      view,
    );
  });

  app.post<{ Params: SerialParams }>('/units/:serial/training', async ({ params, body }, reply) => {
    if (!Value.Check(training, body)) return badRequest(reply, 'training is true or false');
    const result = await registry.setTraining(params.serial, body.training, body.by ?? defaultBy);
    return say(reply, result, view);
  });
}
