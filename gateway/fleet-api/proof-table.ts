import type { MountProof } from '../../protocols/http/fleet-bodies.ts';
import type { ScanReport } from '../../protocols/http/link-bodies.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { FleetUnit } from '../registry/fleet-table.ts';

/** A mount is one enrolment in one vehicle: another key or vehicle must be proved anew. */
type Mount = Pick<FleetUnit, 'serial' | 'enrolment' | 'vehicleId'>;

/** No vehicle in a primary key. */
const noVehicle = '';

const columns = `scan_id AS scanId, proved_at_ms AS provedAtMs, proved_by AS provedBy, lat, lon,
  error_m AS errorM`;

/** The proof of a unit's present mount; undefined: none yet. */
export function proofOf(reader: Reader, mount: Mount): Promise<MountProof | undefined> {
  const { serial, enrolment, vehicleId } = mount;
  return reader.get<MountProof>(
    `SELECT ${columns} FROM unit_proof WHERE serial = ? AND enrolment = ? AND vehicle_id = ?`,
    [serial, enrolment, vehicleId ?? noVehicle],
  );
}

/** A name of a mount that stands in a set. */
export function mountName({ serial, enrolment, vehicleId }: Mount): string {
  return JSON.stringify([serial, enrolment, vehicleId ?? noVehicle]);
}

/** Names of all mounts that were ever proved. */
export async function provedMounts(reader: Reader): Promise<ReadonlySet<string>> {
  const rows = await reader.all<{ serial: string; enrolment: number; vehicleId: string }>(
    'SELECT serial, enrolment, vehicle_id AS vehicleId FROM unit_proof',
  );
  return new Set(rows.map(mountName));
}

/** The first proof of a mount stays. */
export async function insertProof(tx: Writer, mount: Mount, proof: MountProof): Promise<void> {
  const { scanId, provedAtMs, provedBy, lat, lon, errorM } = proof;
  await tx.run(
    `INSERT INTO unit_proof
      (serial, enrolment, vehicle_id, scan_id, proved_at_ms, proved_by, lat, lon, error_m)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (serial, enrolment, vehicle_id) DO NOTHING`,
    [
      ...[mount.serial, mount.enrolment, mount.vehicleId ?? noVehicle],
      ...[scanId, provedAtMs, provedBy, lat, lon, errorM],
    ],
  );
}

/** The opening with this id, as this gateway judged it; undefined: there was none. */
export async function openingOf(reader: Reader, scanId: string): Promise<ScanReport | undefined> {
  const row = await reader.get<{ report: string }>(
    'SELECT report FROM scan_opening WHERE scan_id = ?',
    [scanId],
  );
  return row && (JSON.parse(row.report) as ScanReport);
}
