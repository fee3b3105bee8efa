import type { Store, Writer } from '../../protocols/store/store.ts';
import { type AuditOutside, appendAudit } from '../audit/append-audit.ts';
import { identityOf } from '../directory/identity.ts';
import { type Act, redeem } from '../scan-page/acts.ts';
import { type Opening, openingOf } from '../scan-page/openings.ts';
import { mayAct } from '../scan-page/standing.ts';
import type { ComplaintDraft } from './complaint.ts';
import { type ComplaintOrigin, complaintsOfScan, insertComplaint } from './complaint-table.ts';

/** Most complaints that rest on one scan. */
export const complaintsOfScanMax = 5;
/** Letters and digits that nobody mistakes for one another. */
const receiptAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const receiptChars = 6;

/** `TS260601-7KQ2MX`: the day in China, and what cannot be counted through. */
export function receiptNumberOf(day: string, random: Buffer): string {
  const drawn = [...random.subarray(0, receiptChars)];
  const letters = drawn.map((byte) => receiptAlphabet[byte % receiptAlphabet.length]).join('');
  return `TS${day.replaceAll('-', '').slice(2)}-${letters}`;
}

type Filing = Pick<ComplaintOrigin, 'complaintId' | 'link' | 'receiptNumber'>;

async function insertAndLog(
  tx: Writer,
  origin: ComplaintOrigin,
  draft: ComplaintDraft,
  outside: AuditOutside,
) {
  if (!(await insertComplaint(tx, origin, draft))) return;
  const { complaintId, receiptNumber, organisationId, onTheSpot } = origin;
  const after = { receiptNumber, organisationId, onTheSpot, category: draft.category };
  const event = { actor: 'driver', action: 'complaint.file', subject: `complaint:${complaintId}` };
  await appendAudit(tx, { ...event, reason: draft.category, before: null, after }, outside);
}

/** Who a complaint from a scan is about. */
async function subjectOf(tx: Writer, { scan: { report } }: Opening) {
  const identity = await identityOf(tx, report);
  return {
    scanId: report.scanId,
    vehicleId: identity?.vehicle?.vehicleId ?? report.unit.vehicleId,
    organisationId: identity?.organisation.organisationId ?? null,
    incidentId: report.incident?.id ?? null,
    training: report.unit.training,
  };
}

export type FilingResult = 'filed' | 'unknown' | 'too-many';

/**
 * Files a complaint from the page of a scan. Who may act redeems the presence by it; anybody else
 * who has the page may complain too, but not as somebody who was there.
 */
export function fileFromScan(
  store: Store,
  { scanId, cookie, nowMs }: Act,
  filing: Filing,
  draft: ComplaintDraft,
  outside: AuditOutside,
): Promise<FilingResult> {
  return store.write(async (tx) => {
    const opening = await openingOf(tx, scanId, cookie);
    if (opening === undefined) return 'unknown';
    if ((await complaintsOfScan(tx, scanId)) >= complaintsOfScanMax) return 'too-many';
    const onTheSpot = mayAct(opening.standing);
    if (onTheSpot) await redeem(tx, opening.scan, 'complaint', nowMs);
    const subject = await subjectOf(tx, opening);
    await insertAndLog(tx, { ...filing, ...subject, onTheSpot, nowMs }, draft, outside);
    return 'filed';
  });
}

/** Files a complaint of somebody who has no scan. */
export function fileWithoutScan(
  store: Store,
  filing: Filing,
  draft: ComplaintDraft,
  outside: AuditOutside,
): Promise<void> {
  const nobody = { scanId: null, vehicleId: null, organisationId: null, incidentId: null };
  const origin = { ...filing, ...nobody, onTheSpot: false, training: false };
  return store.write((tx) =>
    insertAndLog(tx, { ...origin, nowMs: outside.nowMs() }, draft, outside),
  );
}
