import type { Reader, Writer } from '../../protocols/store/store.ts';

/** A photo, a recording or a paper that belongs to an incident: known by its hash. Unix ms. */
export interface IncidentFile {
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string;
  readonly kind: 'photo' | 'body-recorder' | 'document';
  /** Number of the file in the recorder, or how it is called. */
  readonly name: string;
  /** Serial of the body recorder (执法记录仪). */
  readonly recorder: string | null;
  readonly takenAtMs: number | null;
  readonly addedAtMs: number;
  readonly addedBy: string;
}

/** Files of one incident. */
export const filesMax = 1_000;

/** Adds a reference; the same hash again says nothing new. False: the incident has too many. */
export async function addFile(tx: Writer, incidentId: string, file: IncidentFile) {
  const row = await tx.get<{ n: number }>(
    'SELECT count(*) AS n FROM incident_file WHERE incident_id = ? AND sha256 <> ?',
    [incidentId, file.sha256],
  );
  if ((row?.n ?? 0) >= filesMax) return false;
  const { sha256, kind, name, recorder, takenAtMs, addedAtMs, addedBy } = file;
  await tx.run(
    `INSERT INTO incident_file (incident_id, sha256, kind, name, recorder, taken_at_ms,
       added_at_ms, added_by, kept)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
     ON CONFLICT (incident_id, sha256) DO NOTHING`,
    [incidentId, sha256, kind, name, recorder, takenAtMs, addedAtMs, addedBy],
  );
  return true;
}

/** In the order in which they were added. */
export function filesOf(reader: Reader, incidentId: string): Promise<IncidentFile[]> {
  return reader.all<IncidentFile>(
    `SELECT sha256, kind, name, recorder, taken_at_ms AS takenAtMs, added_at_ms AS addedAtMs,
       added_by AS addedBy
     FROM incident_file WHERE incident_id = ? ORDER BY added_at_ms, sha256`,
    [incidentId],
  );
}
