import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { type Refusal, refusal, refusalAnswer } from '../http/refusal.ts';
import type { VehicleFinder } from '../parts.ts';
import { importUnits } from '../registry/import-units.ts';
import type { FleetRegistry } from '../registry/registry.ts';
import { csvBytesMax } from '../registry/unit-csv.ts';
import { unitAnswer } from './unit-routes.ts';

const by = Type.Optional(Type.String({ maxLength: 64 }));
const reason = Type.String({ minLength: 1, maxLength: 200 });
const move = Type.Object({
  vehicleId: Type.Union([Type.Null(), Type.String({ minLength: 1, maxLength: 64 })]),
  reason,
  by,
});
const replacement = Type.Object({ spare: Type.String({ maxLength: 20 }), reason, by });
const file = Type.Object({ csv: Type.String({ maxLength: csvBytesMax }), by });
const defaultBy = 'admin';
const importedRow = Type.Object({
  row: Type.Integer(),
  serial: Type.String(),
  ok: Type.Boolean(),
  message: Type.String({ description: 'what became of the row' }),
});
const contracts = {
  move: jsonContract('on another vehicle, or off its own', { body: move, answer: unitAnswer }),
  replace: jsonContract('a spare takes its place', { body: replacement, answer: unitAnswer }),
  import: jsonContract('load a list of serials, a row each', {
    body: file,
    answer: Type.Array(importedRow),
  }),
} as const;
/** Quotes and line ends travel as two characters in JSON. */
const importBytesMax = 2 * csvBytesMax;

interface SerialParams {
  readonly serial: string;
}

function refused(reply: FastifyReply, why: Refusal) {
  const { status, body } = refusalAnswer(why);
  return reply.code(status).send(body);
}

/** What happens to units between their first day and their last, beside the plain events. */
export function registerLifeRoutes(
  app: FastifyInstance,
  { registry, vehicles }: { readonly registry: FleetRegistry; readonly vehicles: VehicleFinder },
): void {
  app.post<{ Params: SerialParams }>(
    '/units/:serial/move',
    { config: contracts.move },
    async ({ params, body }, reply) => {
      const done = Value.Check(move, body)
        ? await registry.move(params.serial, body.vehicleId, body.by ?? defaultBy, body.reason)
        : refusal('bad-request', 'vehicleId (null: none) and a reason are needed');
      return done.ok ? done.unit : refused(reply, done);
    },
  );

  app.post<{ Params: SerialParams }>(
    '/units/:serial/replace',
    { config: contracts.replace },
    async ({ params, body }, reply) => {
      const done = Value.Check(replacement, body)
        ? await registry.replace(params.serial, body.spare, body.by ?? defaultBy, body.reason)
        : refusal('bad-request', 'the serial of a spare unit and a reason are needed');
      return done.ok ? done.unit : refused(reply, done);
    },
  );

  app.post(
    '/units/import',
    { bodyLimit: importBytesMax, config: contracts.import },
    async ({ body }, reply) => {
      if (!Value.Check(file, body)) return refused(reply, refusal('bad-request', 'csv is needed'));
      const done = await importUnits(registry, body.csv, {
        ...{ by: body.by ?? defaultBy, vehicles, depot: null, covers: () => true },
      });
      return done.ok ? done.rows : refused(reply, refusal('bad-request', done.message));
    },
  );
}
