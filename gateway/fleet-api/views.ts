import { keyFingerprint } from '../../protocols/enrolment/request.ts';
import type { LifeAct, Progress, UnitDetail, UnitLine } from '../../protocols/http/fleet-bodies.ts';
import { auditOf, type FleetUnit } from '../registry/fleet-table.ts';
import { isOver } from '../registry/registry-change.ts';
import { operatorEvents, rights, transitions } from '../registry/states.ts';
import { checksOf, saidBy } from './checks.ts';
import { type FleetParts, organisationOf } from './parts.ts';
import { mountName, proofOf, provedMounts } from './proof-table.ts';

/** How far a unit is; what is set aside or over comes before everything else. */
export function progressOf(unit: FleetUnit, isProved: boolean): Progress {
  if (isOver(unit)) return 'over';
  if (unit.state === 'registered' || unit.state === 'pending') return unit.state;
  if (!rights[unit.state].codes) return 'aside';
  if (!unit.training) return 'commissioned';
  return isProved ? 'proven' : 'enrolled';
}

/** Acts that the state of a unit allows; each is refused or done by the registry itself. */
export function actsOf(unit: FleetUnit): LifeAct[] {
  const events = operatorEvents.filter((event) => transitions[unit.state][event] !== undefined);
  const moves: LifeAct[] = isOver(unit) ? [] : ['move'];
  const isReplaceable = events.includes('rma') && unit.vehicleId !== null;
  return [...moves, ...(isReplaceable ? (['replace'] as const) : []), ...events];
}

export function lineOf(parts: FleetParts, unit: FleetUnit, isProved: boolean): UnitLine {
  const { live, vehicles, presence } = parts;
  const { serial, unitId, role, model, state, enrolment, vehicleId, depot, sim, training } = unit;
  const found = presence.of(serial);
  return {
    ...{ serial, unitId, role, model, state, enrolment, vehicleId, depot, sim, training },
    progress: progressOf(unit, isProved),
    plate: vehicleId === null ? null : (vehicles.screenOf(vehicleId)?.plate ?? null),
    organisation: organisationOf(parts, unit),
    online: live.isOnline(serial),
    lastContactMs: live.lastContactMs(serial),
    presence: found ? { state: found.state, reason: found.reason, sinceMs: found.sinceMs } : null,
  };
}

/** One line of a unit as it now is. */
export async function freshLine(parts: FleetParts, unit: FleetUnit): Promise<UnitLine> {
  return lineOf(parts, unit, (await proofOf(parts.store, unit)) !== undefined);
}

/** Lines of many, with one look at the proofs. */
export async function linesOf(parts: FleetParts, units: readonly FleetUnit[]): Promise<UnitLine[]> {
  const proved = await provedMounts(parts.store);
  return units.map((unit) => lineOf(parts, unit, proved.has(mountName(unit))));
}

function textIn(detail: unknown, name: string): string | null {
  const value = (detail as Record<string, unknown> | null)?.[name];
  return typeof value === 'string' ? value : null;
}

/** Everything a technician wants to know of one unit. */
export async function detailOf(parts: FleetParts, unit: FleetUnit): Promise<UnitDetail> {
  const { store, registry, live, presence } = parts;
  const { serial } = unit;
  const keys = registry.currentKeySet(serial);
  const proof = (await proofOf(store, unit)) ?? null;
  const clockOffsetS = live.clockOffsetS(serial);
  const sinceMs = (keys?.validFromS ?? 0) * 1000;
  const alerts = await presence.alerts(serial, true);
  const events = await auditOf(store, serial);
  return {
    ...lineOf(parts, unit, proof !== null),
    key: keys ? { keyId: keys.keyId, fingerprint: keyFingerprint(keys.publicKey) } : null,
    clockOffsetS,
    proof,
    checks: checksOf(await saidBy(store, unit, sinceMs), clockOffsetS),
    acts: actsOf(unit),
    alerts: alerts.map(({ kind, reason, sinceMs }) => ({ kind, reason, sinceMs })),
    events: events.map(({ atMs, event, detail }) => ({
      ...{ atMs, event, by: textIn(detail, 'by'), reason: textIn(detail, 'reason') },
    })),
  };
}
