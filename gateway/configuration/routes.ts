import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { momentMs, nullable, textOrNull } from '../../protocols/http/json-parts.ts';
import { refusal, refusalAnswer } from '../http/refusal.ts';
import type { DesiredConfig } from '../live/desired-config.ts';
import type { FleetUnit } from '../registry/fleet-table.ts';
import type { FleetRegistry } from '../registry/registry.ts';
import { driftOf, type ReportedConfig } from './reported.ts';
import type { SettingBook } from './setting-book.ts';
import { fleetId, scopes } from './settings.ts';

export interface ConfigurationRouteDeps {
  readonly registry: FleetRegistry;
  readonly settings: SettingBook;
  readonly reported: ReportedConfig;
  readonly desired: DesiredConfig;
}

const change = Type.Object({
  scope: Type.Union(scopes.map((scope) => Type.Literal(scope))),
  scopeId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  key: Type.String({ maxLength: 32 }),
  value: Type.Unknown(),
  reason: Type.String({ minLength: 1, maxLength: 200 }),
  by: Type.Optional(Type.String({ maxLength: 64 })),
});

const standingAnswer = Type.Object({
  serial: Type.String(),
  desiredVersion: nullable(Type.Integer()),
  reported: nullable(
    Type.Object({
      version: Type.Integer(),
      applied: Type.Boolean(),
      reason: textOrNull,
      reportedAtMs: momentMs,
    }),
  ),
  drift: Type.Union(['none', 'waiting', 'refused'].map((one) => Type.Literal(one))),
});
const contracts = {
  drift: jsonContract('units that are not as they should be', {
    answer: Type.Array(standingAnswer),
  }),
  unit: jsonContract('what one unit should be, and is', { answer: standingAnswer }),
  set: jsonContract('set one key for the fleet or a part of it', {
    body: change,
    answer: Type.Object({ ok: Type.Literal(true) }),
  }),
} as const;

/** Configuration on the administration listener: what is wanted, whence, and what is. */
export function registerConfigurationRoutes(
  app: FastifyInstance,
  { registry, settings, reported, desired }: ConfigurationRouteDeps,
): void {
  const standing = async ({ serial }: FleetUnit) => {
    const wanted = await desired.of(serial);
    const desiredVersion = wanted?.version ?? null;
    const said = reported.of(serial) ?? null;
    return {
      serial,
      desiredVersion,
      reported: said,
      drift: driftOf(desiredVersion, said ?? undefined),
    };
  };

  app.get('/config/drift', { config: contracts.drift }, async () => {
    const enrolled = registry.all().filter(({ enrolment }) => enrolment > 0);
    const units = await Promise.all(enrolled.map(standing));
    return units.filter(({ drift }) => drift !== 'none');
  });

  app.get<{ Params: { serial: string } }>(
    '/config/units/:serial',
    { config: contracts.unit },
    async ({ params }, reply) => {
      const unit = registry.bySerial(params.serial);
      if (unit === undefined) {
        const { status, body } = refusalAnswer(refusal('unknown-serial'));
        return reply.code(status).send(body);
      }
      const wanted = await desired.of(unit.serial);
      return { ...(await standing(unit)), desired: wanted, settings: settings.effective(unit) };
    },
  );

  app.post('/config', { config: contracts.set }, async ({ body }, reply) => {
    const done = Value.Check(change, body)
      ? await settings.set({
          ...{ scope: body.scope, scopeId: body.scopeId ?? fleetId, key: body.key },
          ...{ value: body.value ?? null, reason: body.reason, by: body.by ?? 'admin' },
        })
      : refusal('bad-request', `scope (${scopes.join(', ')}), key, value and reason are needed`);
    if (done.ok) return done;
    const answer = refusalAnswer(done);
    return reply.code(answer.status).send(answer.body);
  });
}
