import type { FleetAnswer, FleetCaller } from '../../protocols/http/fleet-operations.ts';
import { codeDigitsOf } from '../../protocols/scan-code/code.ts';
import { lateToleranceS } from '../../protocols/scan-code/verdict.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import { importUnits } from '../registry/import-units.ts';
import type { UnitResult } from '../registry/registry.ts';
import {
  byOf,
  covers,
  type FleetParts,
  type Handlers,
  organisationOf,
  unitFor,
  vehicleProblem,
} from './parts.ts';
import { proofOf } from './proof-table.ts';
import { provedBy } from './prove-mount.ts';
import { detailOf, freshLine, linesOf } from './views.ts';

async function lineAfter(parts: FleetParts, result: UnitResult) {
  return result.ok ? freshLine(parts, result.unit) : result;
}

/** A spare of the caller's for a unit of the caller's. */
async function replace(
  parts: FleetParts,
  ask: { readonly serial: string; readonly spare: string; readonly reason: string },
  caller: FleetCaller,
) {
  for (const serial of [ask.serial, ask.spare]) {
    const found = unitFor(parts, serial, caller);
    if (!found.ok) return found;
  }
  const { registry } = parts;
  const by = byOf(caller);
  return lineAfter(parts, await registry.replace(ask.serial, ask.spare, by, ask.reason));
}

/**
 * Nobody can redeem from a desk: the code is told only when its window has closed, by the clock
 * that is behind. architecture.md, "Ports and small contracts".
 */
async function glassOf(parts: FleetParts, serial: string, unitId: number | null) {
  const { env, live, proof } = parts;
  const offsetS = live.clockOffsetS(serial);
  const atMs = env.nowMs() + offsetS * 1000;
  const frame = unitId === null ? undefined : await proof.reproduction(unitId, atMs);
  if (frame === undefined) return null;
  const closedAtMs = frame.validUntilMs + (lateToleranceS + Math.abs(offsetS)) * 1000;
  const { shownAtMs, validUntilMs, isValid, layoutVersion, contentVersion } = frame;
  return {
    ...{ shownAtMs, validUntilMs, isValid, layoutVersion, contentVersion },
    decodedOk: frame.decodedOk,
    panelMode: frame.panelMode,
    frameHash: frame.frameHash?.toString('hex') ?? null,
    digits: env.nowMs() > closedAtMs ? codeDigitsOf(frame.code) : null,
  };
}

/** Units: seen, loaded, and what happens to them. */
export const unitHandlers: Handlers<
  | 'units.list'
  | 'units.get'
  | 'units.import'
  | 'units.act'
  | 'units.move'
  | 'units.replace'
  | 'units.prove'
  | 'units.commission'
  | 'units.glass'
> = {
  'units.list': async (parts, _ask, caller) => {
    const mine = parts.registry.all().filter((unit) => covers(caller, organisationOf(parts, unit)));
    return { units: await linesOf(parts, mine) };
  },

  'units.get': async (parts, { serial }, caller) => {
    const found = unitFor(parts, serial, caller);
    return found.ok ? detailOf(parts, found.unit) : found;
  },

  'units.import': async (parts, { csv, depot }, caller) => {
    const { registry, vehicles } = parts;
    const mayBeHere = (organisation: string | null) => covers(caller, organisation);
    const settings = { by: byOf(caller), vehicles, depot, covers: mayBeHere };
    const done = await importUnits(registry, csv, settings);
    return done.ok
      ? ({ rows: [...done.rows] } satisfies FleetAnswer<'units.import'>)
      : refusal('bad-request', done.message);
  },

  'units.act': async (parts, { serial, act, reason }, caller) => {
    const found = unitFor(parts, serial, caller);
    if (!found.ok) return found;
    return lineAfter(parts, await parts.registry.apply(serial, act, byOf(caller), reason));
  },

  'units.move': async (parts, { serial, vehicleId, reason }, caller) => {
    const found = unitFor(parts, serial, caller);
    if (!found.ok) return found;
    const { unit } = found;
    const problem = vehicleId === null ? null : vehicleProblem(parts, vehicleId, unit, caller);
    // Out of every vehicle a unit belongs to its depot: it must not fall out of all hands.
    const isLost = vehicleId === null && !covers(caller, unit.depot);
    if (isLost) return refusal('conflict', `${serial} has no depot to go back to`);
    if (problem !== null) return problem;
    return lineAfter(parts, await parts.registry.move(serial, vehicleId, byOf(caller), reason));
  },

  'units.replace': (parts, ask, caller) => replace(parts, ask, caller),

  'units.prove': async (parts, { serial, scanId }, caller) => {
    const found = unitFor(parts, serial, caller);
    if (!found.ok) return found;
    const refused = await provedBy(parts, found.unit, scanId, byOf(caller));
    return refused ?? freshLine(parts, found.unit);
  },

  'units.commission': async (
    parts,
    { serial },
    caller,
  ): Promise<Refusal | FleetAnswer<'units.commission'>> => {
    const found = unitFor(parts, serial, caller);
    if (!found.ok) return found;
    const { state } = found.unit;
    if (state !== 'active') return refusal('conflict', `${serial} is ${state}: it shows no code`);
    if ((await proofOf(parts.store, found.unit)) === undefined) {
      return refusal('conflict', 'scan the code on the mounted screen first');
    }
    return lineAfter(parts, await parts.registry.setTraining(serial, false, byOf(caller)));
  },

  'units.glass': async (parts, { serial }, caller) => {
    const found = unitFor(parts, serial, caller);
    return found.ok ? { glass: await glassOf(parts, serial, found.unit.unitId) } : found;
  },
};
