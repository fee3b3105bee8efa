import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type LifeAct, lifeActs } from '../../protocols/http/fleet-bodies.ts';
import type { FleetCaller } from '../../protocols/http/fleet-operations.ts';
import { isSerial } from '../../protocols/messages/topics.ts';
import { goOn, sendDesk, signedInContext } from '../access/desk-reply.ts';
import { deskFormBytesMax } from '../access/routes.ts';
import { organisationById } from '../directory/identity.ts';
import { cleanWords, textField } from '../scan-page/forms.ts';
import { type ActView, actPage } from '../web/bench/act-page.ts';
import { labelPage } from '../web/bench/label-page.ts';
import type { BenchMessageKey } from '../web/bench/messages.ts';
import { unitPage } from '../web/bench/unit-page.ts';
import { nameOf } from '../web/organisations/fields.ts';
import { type BenchParts, callerOf, recordAct, vehiclesOf } from './bench-parts.ts';
import { findVehicles } from './find-vehicle.ts';
import { photoOf } from './mount-photos.ts';
import { sendRefused } from './reply.ts';

const reasonCharsMax = 200;

export type UnitRequest = FastifyRequest<{ Params: { serial: string } }>;
type ActRequest = FastifyRequest<{ Params: { serial: string; act: string } }>;

const dones = { acted: 'done_acted', sent: 'done_sent' } as const;

async function show(parts: BenchParts, request: UnitRequest, reply: FastifyReply) {
  const { serial } = request.params;
  const { fleet, store } = parts;
  const caller = await callerOf(parts, request);
  const [reading, glass, commands] = await Promise.all([
    fleet.call('units.get', { serial }, caller),
    fleet.call('units.glass', { serial }, caller),
    fleet.call('commands.list', { serial }, caller),
  ]);
  if (!reading.ok) return sendRefused(request, reply, reading, serial);
  const unit = reading.body;
  const context = { ...signedInContext(request, reply), path: `/bench/units/${serial}` };
  const place = await organisationById(store, unit.depot ?? unit.organisation);
  const { done } = request.query as { done?: unknown };
  const told = done === 'acted' || done === 'sent' ? dones[done] : null;
  const page = unitPage(context, {
    unit,
    organisation: place === null ? (unit.depot ?? '') : nameOf(place, context.language),
    glass: glass.ok ? glass.body.glass : null,
    commands: commands.ok ? commands.body.commands : [],
    knownCommands: commands.ok ? commands.body.known : [],
    photoSha256: (await photoOf(store, unit))?.sha256 ?? null,
    notice: told,
  });
  return sendDesk(reply, 200, page);
}

function typedOf({ body }: FastifyRequest): ActView['typed'] {
  const reason = cleanWords(textField(body, 'reason')).slice(0, reasonCharsMax);
  return { reason, plate: textField(body, 'plate'), spare: textField(body, 'spare').trim() };
}

async function showAct(
  parts: BenchParts,
  request: ActRequest,
  reply: FastifyReply,
  problem: BenchMessageKey | null,
) {
  const { serial } = request.params;
  const act = lifeActs.find((name) => name === request.params.act);
  const caller = await callerOf(parts, request);
  const reading = await parts.fleet.call('units.get', { serial }, caller);
  if (!reading.ok) return sendRefused(request, reply, reading, serial);
  if (act === undefined) {
    const none = { ok: false, code: 'not-found', message: request.params.act } as const;
    return sendRefused(request, reply, none, serial);
  }
  const unit = reading.body;
  const context = { ...signedInContext(request, reply), path: `/bench/units/${serial}/act/${act}` };
  const all = await vehiclesOf(parts, request);
  const vehicles = all.filter(({ role }) => role === unit.role);
  const page = actPage(context, { unit, act, vehicles, typed: typedOf(request), problem });
  return sendDesk(reply, problem === null ? 200 : 400, page);
}

type Typed = ActView['typed'];

/** Asks the gateway for a change; a message: what was typed does not do. */
async function change(
  parts: BenchParts,
  request: ActRequest,
  act: LifeAct,
  { reason, plate, spare }: Typed,
  caller: FleetCaller,
) {
  const { fleet } = parts;
  const { serial } = request.params;
  if (act === 'replace') {
    if (!isSerial(spare)) return 'actNoSpare' as const;
    return fleet.call('units.replace', { serial, spare, reason }, caller);
  }
  if (act !== 'move') return fleet.call('units.act', { serial, act, reason }, caller);
  const found = plate === '' ? [null] : findVehicles(await vehiclesOf(parts, request), plate);
  const [vehicle] = found;
  if (found.length !== 1 || vehicle === undefined) return 'actNoPlate' as const;
  const vehicleId = vehicle?.vehicleId ?? null;
  return fleet.call('units.move', { serial, vehicleId, reason }, caller);
}

async function doAct(parts: BenchParts, request: ActRequest, reply: FastifyReply) {
  const { serial } = request.params;
  const typed = typedOf(request);
  const act = lifeActs.find((name) => name === request.params.act);
  if (act === undefined) return showAct(parts, request, reply, null);
  if (typed.reason === '') return showAct(parts, request, reply, 'actNoReason');
  const done = await change(parts, request, act, typed, await callerOf(parts, request));
  if (typeof done === 'string') return showAct(parts, request, reply, done);
  if (!done.ok) return sendRefused(request, reply, done, serial);
  const told = { action: `unit.${act}`, subject: `unit:${serial}`, reason: typed.reason };
  const { state, vehicleId } = done.body;
  await recordAct(parts, request, told, { state, vehicleId });
  return goOn(reply, `/bench/units/${serial}?done=acted`);
}

async function command(parts: BenchParts, request: UnitRequest, reply: FastifyReply) {
  const { serial } = request.params;
  const name = textField(request.body, 'name');
  const caller = await callerOf(parts, request);
  const asked = await parts.fleet.call('commands.ask', { serial, name }, caller);
  if (!asked.ok) return sendRefused(request, reply, asked, serial);
  const told = { action: 'unit.command', subject: `unit:${serial}` };
  await recordAct(parts, request, told, { name, commandId: asked.body.id });
  return goOn(reply, `/bench/units/${serial}?done=sent`);
}

async function label(parts: BenchParts, request: UnitRequest, reply: FastifyReply) {
  const { serial } = request.params;
  const caller = await callerOf(parts, request);
  const reading = await parts.fleet.call('units.get', { serial }, caller);
  if (!reading.ok) return sendRefused(request, reply, reading, serial);
  const { language } = signedInContext(request, reply);
  return sendDesk(reply, 200, labelPage(language, reading.body, parts.publicUrl));
}

/** One unit: seen, changed with a reason, told what to do, labelled. */
export function unitRoutes(app: FastifyInstance, parts: BenchParts): void {
  type Unit = { Params: { serial: string } };
  type Act = { Params: { serial: string; act: string } };
  const limit = { bodyLimit: deskFormBytesMax };
  app.get<Unit>('/bench/units/:serial', (request, reply) => show(parts, request, reply));
  app.get<Unit>('/bench/units/:serial/label', (request, reply) => label(parts, request, reply));
  app.post<Unit>('/bench/units/:serial/commands', limit, (request, reply) =>
    command(parts, request, reply),
  );
  app.get<Act>('/bench/units/:serial/act/:act', (request, reply) =>
    showAct(parts, request, reply, null),
  );
  app.post<Act>('/bench/units/:serial/act/:act', limit, (request, reply) =>
    doAct(parts, request, reply),
  );
}
