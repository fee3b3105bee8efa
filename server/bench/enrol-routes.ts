import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { goOn, sendDesk, signedInContext } from '../access/desk-reply.ts';
import { deskFormBytesMax } from '../access/routes.ts';
import type { Vehicle } from '../directory/directory.ts';
import { organisationById } from '../directory/identity.ts';
import { textField } from '../scan-page/forms.ts';
import { enrolPage } from '../web/bench/enrol-page.ts';
import { nameOf } from '../web/organisations/fields.ts';
import { type BenchParts, callerOf, recordAct, vehiclesOf } from './bench-parts.ts';
import { findVehicles } from './find-vehicle.ts';
import { sendRefused } from './reply.ts';

type EnrolRequest = FastifyRequest<{ Params: { requestId: string } }>;

/** The page of a scanned code; `found`: what the typed plate may mean, null: nothing typed. */
async function show(
  parts: BenchParts,
  request: EnrolRequest,
  reply: FastifyReply,
  found: readonly Vehicle[] | null,
): Promise<FastifyReply> {
  const { requestId } = request.params;
  const reading = await parts.fleet.call(
    'enrolment.get',
    { requestId },
    await callerOf(parts, request),
  );
  if (!reading.ok) return sendRefused(request, reply, reading);
  const enrolment = reading.body;
  const place = await organisationById(parts.store, enrolment.unit.organisation);
  const context = { ...signedInContext(request, reply), path: `/bench/enrol/${requestId}` };
  const all = await vehiclesOf(parts, request);
  const page = enrolPage(context, {
    enrolment,
    organisation: place === null ? '' : nameOf(place, context.language),
    vehicles: all.filter(({ role }) => role === enrolment.unit.role),
    typedPlate: textField(request.body, 'plate'),
    found,
  });
  return sendDesk(reply, found === null ? 200 : 400, page);
}

/** The vehicle of the form: chosen, typed so that one fits, or none and then those that do. */
async function chosen(parts: BenchParts, request: EnrolRequest) {
  const picked = textField(request.body, 'vehicle');
  const typed = textField(request.body, 'plate');
  const all = await vehiclesOf(parts, request);
  if (picked !== '') return all.filter(({ vehicleId }) => vehicleId === picked);
  return typed === '' ? null : findVehicles(all, typed);
}

async function approve(parts: BenchParts, request: EnrolRequest, reply: FastifyReply) {
  const found = await chosen(parts, request);
  if (found !== null && found.length !== 1) return show(parts, request, reply, found);
  const vehicleId = found?.[0]?.vehicleId ?? null;
  const { requestId } = request.params;
  const caller = await callerOf(parts, request);
  const done = await parts.fleet.call('enrolment.approve', { requestId, vehicleId }, caller);
  if (!done.ok) return sendRefused(request, reply, done);
  const { serial, unitId } = done.body;
  const act = { action: 'unit.approved', subject: `unit:${serial}` };
  await recordAct(parts, request, act, { unitId, vehicleId: done.body.vehicleId });
  return goOn(reply, `/bench/units/${serial}/install?done=approved`);
}

/** From the code on a unit's screen to its approval. wire.md, "Enrolment" 3. */
export function enrolRoutes(app: FastifyInstance, parts: BenchParts): void {
  type Params = { Params: { requestId: string } };
  const limit = { bodyLimit: deskFormBytesMax };
  app.get<Params>('/bench/enrol/:requestId', (request, reply) => show(parts, request, reply, null));
  app.post<Params>('/bench/enrol/:requestId/approve', limit, (request, reply) =>
    approve(parts, request, reply),
  );
}
