import type { Reader, Writer } from '../../protocols/store/store.ts';
import { digestOf } from '../secrets.ts';
import type { Complaint, ComplaintDraft, ComplaintStep } from './complaint.ts';

/** Where a complaint comes from, beside what was written. */
export interface ComplaintOrigin {
  readonly complaintId: string;
  /** What opens its page; only a digest is kept. */
  readonly link: string;
  readonly receiptNumber: string;
  readonly scanId: string | null;
  readonly onTheSpot: boolean;
  readonly vehicleId: string | null;
  readonly organisationId: string | null;
  readonly incidentId: string | null;
  readonly training: boolean;
  readonly nowMs: number;
}

/** Files a complaint; the same link a second time files nothing and gives false. */
export async function insertComplaint(
  tx: Writer,
  origin: ComplaintOrigin,
  { about, category, words, contact }: ComplaintDraft,
): Promise<boolean> {
  const { complaintId, link, receiptNumber, scanId, nowMs } = origin;
  const { changes } = await tx.run(
    `INSERT INTO complaints (complaint_id, link_digest, receipt_number, scan_id, on_the_spot,
       vehicle_id, organisation_id, incident_id, about, category, words, contact,
       contact_consent_at_ms, training, filed_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (link_digest) DO NOTHING`,
    [
      ...[complaintId, digestOf(link), receiptNumber, scanId, Number(origin.onTheSpot)],
      ...[origin.vehicleId, origin.organisationId, origin.incidentId, about, category, words],
      ...[contact, contact === null ? null : nowMs, Number(origin.training), nowMs],
    ],
  );
  if (changes === 0) return false;
  await addStep(tx, complaintId, { state: 'filed', note: '', atMs: nowMs });
  return true;
}

/** Adds a step at the end of a complaint's history. */
export async function addStep(
  tx: Writer,
  complaintId: string,
  { state, note, atMs }: ComplaintStep,
): Promise<void> {
  await tx.run(
    `INSERT INTO complaint_steps (complaint_id, number, state, note, at_ms)
     SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM complaint_steps
     WHERE complaint_id = ?1`,
    [complaintId, state, note, atMs],
  );
}

/** How many complaints rest on a scan. */
export async function complaintsOfScan(reader: Reader, scanId: string): Promise<number> {
  const row = await reader.get<{ count: number }>(
    'SELECT count(*) AS count FROM complaints WHERE scan_id = ?',
    [scanId],
  );
  return row?.count ?? 0;
}

interface ComplaintRow extends Omit<Complaint, 'steps' | 'onTheSpot' | 'training' | 'hasContact'> {
  readonly complaintId: string;
  readonly onTheSpot: number;
  readonly training: number;
  readonly hasContact: number;
}

/** The complaint that a link opens; undefined: there is none. */
export async function complaintByLink(
  reader: Reader,
  link: string,
): Promise<Complaint | undefined> {
  const row = await reader.get<ComplaintRow>(
    `SELECT complaint_id AS complaintId, receipt_number AS receiptNumber, category, words, about,
            contact IS NOT NULL AS hasContact, scan_id AS scanId,
            organisation_id AS organisationId, on_the_spot AS onTheSpot, training,
            filed_at_ms AS filedAtMs
     FROM complaints WHERE link_digest = ?`,
    [digestOf(link)],
  );
  if (row === undefined) return undefined;
  const { complaintId, ...rest } = row;
  const steps = await reader.all<ComplaintStep>(
    'SELECT state, note, at_ms AS atMs FROM complaint_steps WHERE complaint_id = ? ORDER BY number',
    [complaintId],
  );
  const { onTheSpot, training, hasContact } = rest;
  return {
    ...rest,
    onTheSpot: onTheSpot === 1,
    training: training === 1,
    hasContact: hasContact === 1,
    steps,
  };
}
