import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { UnitDetail } from '../../protocols/http/fleet-bodies.ts';
import { goOn, sendDesk, signedInContext } from '../access/desk-reply.ts';
import { principalOf } from '../access/gate.ts';
import { deskFormBytesMax } from '../access/routes.ts';
import { scanById } from '../intake/scan-table.ts';
import { installPage, liveInstall } from '../web/bench/install-page.ts';
import { type MountProblem, mountPage } from '../web/bench/mount-page.ts';
import { type BenchParts, callerOf, recordAct } from './bench-parts.ts';
import { keepBytes, photoOf, putPhoto, readBytes } from './mount-photos.ts';
import { type Picture, readPicture } from './picture.ts';
import { type Refused, sendRefused } from './reply.ts';

/** A phone's photograph has some 4 MB. */
export const photoBytesMax = 12 * 1024 * 1024;
const photoMbMax = photoBytesMax / 1024 / 1024;
const degreesDigits = 5;

type UnitRequest = FastifyRequest<{ Params: { serial: string } }>;
type ScanRequest = FastifyRequest<{ Params: { scanId: string } }>;

/** A page that follows a unit runs our one script and asks us alone. */
const followingPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const dones = {
  approved: 'done_approved',
  proven: 'done_proven',
  commissioned: 'done_commissioned',
} as const;

function doneOf(request: FastifyRequest) {
  const { done } = request.query as { done?: unknown };
  return typeof done === 'string' && Object.hasOwn(dones, done)
    ? dones[done as keyof typeof dones]
    : null;
}

async function unitOf(parts: BenchParts, request: FastifyRequest, serial: string) {
  return parts.fleet.call('units.get', { serial }, await callerOf(parts, request));
}

async function install(
  parts: BenchParts,
  request: UnitRequest,
  reply: FastifyReply,
  isLive: boolean,
) {
  const { serial } = request.params;
  const reading = await unitOf(parts, request, serial);
  if (!reading.ok) return sendRefused(request, reply, reading, serial);
  const unit = reading.body;
  const hasPhoto = (await photoOf(parts.store, unit)) !== undefined;
  const context = { ...signedInContext(request, reply), path: `/bench/units/${serial}/install` };
  const view = { unit, hasPhoto, notice: doneOf(request) };
  if (isLive) return sendDesk(reply, 200, liveInstall(context, view));
  void reply.header('content-security-policy', followingPolicy);
  return sendDesk(reply, 200, installPage(context, view));
}

async function commission(parts: BenchParts, request: UnitRequest, reply: FastifyReply) {
  const { serial } = request.params;
  const reading = await unitOf(parts, request, serial);
  if (!reading.ok) return sendRefused(request, reply, reading, serial);
  if ((await photoOf(parts.store, reading.body)) === undefined) {
    const missing: Refused = { ok: false, code: 'conflict', message: 'photograph the mount first' };
    return sendRefused(request, reply, missing, serial);
  }
  const caller = await callerOf(parts, request);
  const done = await parts.fleet.call('units.commission', { serial }, caller);
  if (!done.ok) return sendRefused(request, reply, done, serial);
  await recordAct(parts, request, { action: 'unit.commissioned', subject: `unit:${serial}` });
  return goOn(reply, `/bench/units/${serial}/install?done=commissioned`);
}

/** The unit whose mounted screen was scanned, and where its code was signed. */
async function scanned(parts: BenchParts, request: ScanRequest) {
  const scan = await scanById(parts.store, request.params.scanId);
  if (scan === undefined) {
    return { ok: false, code: 'not-found', message: 'no such scan has arrived here' } as const;
  }
  const reading = await unitOf(parts, request, scan.report.unit.serial);
  if (!reading.ok) return reading;
  const at = scan.report.position ?? scan.report.signedPosition;
  const place =
    at === null ? null : `${at.lat.toFixed(degreesDigits)}, ${at.lon.toFixed(degreesDigits)}`;
  return { ok: true, unit: reading.body, place } as const;
}

async function showMount(
  parts: BenchParts,
  request: ScanRequest,
  reply: FastifyReply,
  problem: MountProblem | null,
) {
  const found = await scanned(parts, request);
  if (!found.ok) return sendRefused(request, reply, found);
  const { unit, place } = found;
  const { scanId } = request.params;
  const context = { ...signedInContext(request, reply), path: `/bench/scan/${scanId}` };
  const page = mountPage(context, { unit, scanId, place, photoMbMax, problem });
  return sendDesk(reply, problem === null ? 200 : 400, page);
}

/** The photograph of the form, or what is the matter with it. */
function photoIn(body: unknown): Picture | MountProblem {
  const sent = (body as { photo?: unknown } | null)?.photo;
  if (!Buffer.isBuffer(sent) || sent.length === 0) return 'noPhoto';
  if (sent.length > photoBytesMax) return 'tooLarge';
  return readPicture(sent) ?? 'notAPicture';
}

async function keepPhoto(
  parts: BenchParts,
  request: FastifyRequest,
  unit: UnitDetail,
  picture: Picture,
) {
  const { store, env, dataDir } = parts;
  const sha256 = await keepBytes(dataDir, picture);
  const takenBy = `user:${principalOf(request).accountId}`;
  const photo = {
    ...{ sha256, mediaType: picture.mediaType, bytes: picture.bytes.length },
    ...{ takenAtMs: env.nowMs(), takenBy },
  };
  await store.write((tx) => putPhoto(tx, unit, photo));
  const act = { action: 'unit.mount-proven', subject: `unit:${unit.serial}` };
  await recordAct(parts, request, act, { sha256 });
}

/** Scan and photograph together prove the mount: the scan at the gateway, the picture here. */
async function prove(parts: BenchParts, request: ScanRequest, reply: FastifyReply) {
  const picture = photoIn(request.body);
  if (typeof picture === 'string') return showMount(parts, request, reply, picture);
  const found = await scanned(parts, request);
  if (!found.ok) return sendRefused(request, reply, found);
  const { serial } = found.unit;
  const { scanId } = request.params;
  const caller = await callerOf(parts, request);
  const proved = await parts.fleet.call('units.prove', { serial, scanId }, caller);
  if (!proved.ok) return sendRefused(request, reply, proved, serial);
  await keepPhoto(parts, request, found.unit, picture);
  return goOn(reply, `/bench/units/${serial}/install?done=proven`);
}

async function sendPhoto(parts: BenchParts, request: UnitRequest, reply: FastifyReply) {
  const { serial } = request.params;
  const reading = await unitOf(parts, request, serial);
  if (!reading.ok) return sendRefused(request, reply, reading, serial);
  const photo = await photoOf(parts.store, reading.body);
  const bytes = photo && (await readBytes(parts.dataDir, photo.sha256));
  if (photo === undefined || bytes == null) {
    const gone: Refused = { ok: false, code: 'not-found', message: 'no photograph is kept' };
    return sendRefused(request, reply, gone, serial);
  }
  return reply.type(photo.mediaType).header('cache-control', 'private, no-store').send(bytes);
}

/** From the approval to the road: self-test, scan in place, photograph, commissioning. */
export function installRoutes(app: FastifyInstance, parts: BenchParts): void {
  type Unit = { Params: { serial: string } };
  type Scan = { Params: { scanId: string } };
  const limit = { bodyLimit: deskFormBytesMax };
  app.get<Unit>('/bench/units/:serial/install', (request, reply) =>
    install(parts, request, reply, false),
  );
  app.get<Unit>('/bench/units/:serial/live', (request, reply) =>
    install(parts, request, reply, true),
  );
  app.post<Unit>('/bench/units/:serial/commission', limit, (request, reply) =>
    commission(parts, request, reply),
  );
  app.get<Unit>('/bench/units/:serial/photo', (request, reply) => sendPhoto(parts, request, reply));
  app.get<Scan>('/bench/scan/:scanId', (request, reply) => showMount(parts, request, reply, null));
  app.post<Scan>(
    '/bench/scan/:scanId',
    { bodyLimit: photoBytesMax + 64 * 1024 },
    (request, reply) => prove(parts, request, reply),
  );
}
