import { keyFingerprint } from '../../protocols/enrolment/request.ts';
import type { FleetAnswer, FleetCaller } from '../../protocols/http/fleet-operations.ts';
import { type PendingRequest, requestById } from '../enrolment/requests-table.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { FleetUnit } from '../registry/fleet-table.ts';
import { byOf, type FleetParts, type Handlers, unitFor, vehicleProblem } from './parts.ts';
import { freshLine } from './views.ts';

/** A code that was scanned this long ago says nothing of who holds the unit now. */
export const approvalMsMax = 3600_000;
/** The first self-test is worth its answer also when the unit comes on line only tomorrow. */
const firstTestLifeS = 86_400;

type Found =
  | { readonly ok: true; readonly request: PendingRequest; readonly unit: FleetUnit }
  | Refusal;

/** A key that was read off a screen a while ago at most; what came over the network alone is none. */
async function requestFor(parts: FleetParts, id: string, caller: FleetCaller): Promise<Found> {
  const request = await requestById(parts.store, id);
  if (request === undefined || request.source !== 'code') {
    return refusal('not-found', 'no scanned code waits under this number: scan the screen again');
  }
  const found = unitFor(parts, request.serial, caller);
  if (!found.ok) return found;
  const isOld = parts.env.nowMs() - request.askedAtMs > approvalMsMax;
  return isOld ? refusal('code-expired') : { ok: true, request, unit: found.unit };
}

async function approve(
  parts: FleetParts,
  { request, unit }: { readonly request: PendingRequest; readonly unit: FleetUnit },
  vehicleId: string,
  by: string,
): Promise<FleetAnswer<'enrolment.approve'> | Refusal> {
  const { registry, enrolment, desk } = parts;
  const { serial } = unit;
  if (unit.vehicleId !== vehicleId) {
    const moved = await registry.move(serial, vehicleId, by, 'chosen at enrolment');
    if (!moved.ok) return moved;
  }
  const approved = await enrolment.approve(serial, keyFingerprint(request.publicKey), by);
  if (!approved.ok) return approved;
  await desk.ask({ serial, name: 'self-test', lifeS: firstTestLifeS, by });
  return freshLine(parts, approved.unit);
}

/** A scanned enrolment code, and the word that its key is the unit's. wire.md, "Enrolment" 3. */
export const enrolmentHandlers: Handlers<'enrolment.get' | 'enrolment.approve'> = {
  'enrolment.get': async (parts, { requestId }, caller) => {
    const found = await requestFor(parts, requestId, caller);
    if (!found.ok) return found;
    const { publicKey, source, askedAtMs } = found.request;
    const unit = await freshLine(parts, found.unit);
    return { requestId, fingerprint: keyFingerprint(publicKey), source, askedAtMs, unit };
  },

  'enrolment.approve': async (parts, { requestId, vehicleId }, caller) => {
    const found = await requestFor(parts, requestId, caller);
    if (!found.ok) return found;
    const chosen = vehicleId ?? found.unit.vehicleId;
    if (chosen === null) return refusal('conflict', 'choose the vehicle it is mounted in');
    const problem = vehicleProblem(parts, chosen, found.unit, caller);
    return problem ?? approve(parts, found, chosen, byOf(caller));
  },
};
