import { type Refusal, refusal } from '../http/refusal.ts';
import { type FleetUnit, insertAudit } from '../registry/fleet-table.ts';
import type { FleetParts } from './parts.ts';
import { insertProof, openingOf } from './proof-table.ts';

/** A scan proves the mount of the moment, not one of yesterday. */
export const proofMsMax = 10 * 60_000;

/**
 * Takes an opening as proof that the unit shows good codes where it is mounted: a first, fresh one
 * of the key in force, as this gateway itself judged it a moment ago. Null: proved.
 */
export async function provedBy(
  { store, env, registry }: Pick<FleetParts, 'store' | 'env' | 'registry'>,
  unit: FleetUnit,
  scanId: string,
  by: string,
): Promise<Refusal | null> {
  const { serial } = unit;
  const opening = await openingOf(store, scanId);
  if (opening === undefined || opening.unit.serial !== serial) {
    return refusal('not-found', 'this gateway knows no such scan of this unit');
  }
  const nowMs = env.nowMs();
  const keyId = registry.currentKeySet(serial)?.keyId;
  const isOurs = keyId !== undefined && opening.presenceId.startsWith(`${keyId}.`);
  const isFresh = opening.verdict === 'fresh' && nowMs - opening.scannedAtMs <= proofMsMax;
  const isHere = opening.unit.vehicleId === unit.vehicleId;
  if (!isOurs || !isFresh || !isHere) {
    return refusal('conflict', 'this scan is of an older code, key or vehicle: scan again');
  }
  const place = opening.position;
  const [lat, lon] = [place?.lat ?? null, place?.lon ?? null];
  const proof = {
    scanId,
    provedAtMs: nowMs,
    provedBy: by,
    lat,
    lon,
    errorM: place?.errorM ?? null,
  };
  await store.write(async (tx) => {
    await insertProof(tx, unit, proof);
    await insertAudit(tx, nowMs, serial, 'prove', { by, scanId, lat, lon });
  });
  return null;
}
