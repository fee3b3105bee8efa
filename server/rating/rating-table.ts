import type { Reader, Writer } from '../../protocols/store/store.ts';
import { appendAudit } from '../audit/append-audit.ts';
import type { StoredScan } from '../intake/scan-table.ts';
import type { RatedSubject, Rating, SubjectRating } from './rating.ts';

/** What identifies the incident and the party of a scan where ratings are counted. */
function keysOf({ report, partyDigest }: StoredScan) {
  const own = `presence:${report.presenceId}`;
  return {
    presenceId: report.presenceId,
    incidentKey: report.incident?.id ?? own,
    party: partyDigest ?? own,
  };
}

interface RatingRow {
  readonly ratingId: string;
  readonly kind: RatedSubject['kind'];
  readonly id: string;
  readonly score: number;
  readonly words: string;
  readonly phrases: string;
}

/** Ratings of this presence, and of the same party in the same incident; those of this one first. */
function rowsOf(reader: Reader, scan: StoredScan): Promise<RatingRow[]> {
  const { presenceId, incidentKey, party } = keysOf(scan);
  return reader.all<RatingRow>(
    `SELECT rating_id AS ratingId, subject_kind AS kind, subject_id AS id, score, words, phrases
     FROM ratings WHERE presence_id = ?1 OR (incident_key = ?2 AND party = ?3)
     ORDER BY presence_id = ?1 DESC, rating_id`,
    [presenceId, incidentKey, party],
  );
}

/** What the party of a scan said so far, one rating a subject. */
export async function ratingsOf(reader: Reader, scan: StoredScan): Promise<SubjectRating[]> {
  const rows = await rowsOf(reader, scan);
  return rows
    .filter(
      (row, at) => rows.findIndex(({ kind, id }) => kind === row.kind && id === row.id) === at,
    )
    .map(({ kind, id, score, words, phrases }) => ({
      subject: { kind, id },
      rating: { score, words, phrases: JSON.parse(phrases) as Rating['phrases'] },
    }));
}

async function keepVersion(tx: Writer, ratingId: string, rating: Rating, nowMs: number) {
  await tx.run(
    `INSERT INTO rating_versions (rating_id, version, score, words, phrases, said_at_ms)
     SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3, ?4, ?5
     FROM rating_versions WHERE rating_id = ?1`,
    [ratingId, rating.score, rating.words, JSON.stringify(rating.phrases), nowMs],
  );
}

/** Who said it is nobody's business: the event names the rating alone. */
async function auditRating(
  tx: Writer,
  { ratingId, nowMs, randomBytes }: Pick<RatingOrigin, 'ratingId' | 'nowMs' | 'randomBytes'>,
  before: Rating | null,
  after: Rating,
): Promise<void> {
  const event = { actor: 'driver', action: 'rating.save', subject: `rating:${ratingId}` };
  const reason = before === null ? 'first' : 'changed';
  const outside = { nowMs: () => nowMs, randomBytes };
  await appendAudit(
    tx,
    { ...event, reason, before: before && said(before), after: said(after) },
    outside,
  );
}

const said = ({ score, words, phrases }: Rating) => ({ score, words, phrases: [...phrases] });

async function changeRating(
  tx: Writer,
  before: RatingRow,
  rating: Rating,
  { nowMs, randomBytes }: RatingOrigin,
): Promise<void> {
  const phrases = JSON.stringify(rating.phrases);
  const isSame =
    before.score === rating.score && before.words === rating.words && before.phrases === phrases;
  if (isSame) return;
  await tx.run(
    'UPDATE ratings SET score = ?, words = ?, phrases = ?, changed_at_ms = ? WHERE rating_id = ?',
    [rating.score, rating.words, phrases, nowMs, before.ratingId],
  );
  await keepVersion(tx, before.ratingId, rating, nowMs);
  const earlier = { ...before, phrases: JSON.parse(before.phrases) as Rating['phrases'] };
  await auditRating(tx, { ratingId: before.ratingId, nowMs, randomBytes }, earlier, rating);
}

/** What a new rating carries beside what was said. */
interface RatingOrigin {
  readonly ratingId: string;
  readonly scan: StoredScan;
  readonly organisationId: string | null;
  readonly nowMs: number;
  readonly randomBytes: (bytes: number) => Buffer;
}

/**
 * Saves or changes a rating: one a subject, party and incident, and one a subject and presence,
 * which the table's keys hold as well. Every version stays. credit.md, "Ratings".
 */
export async function putRating(
  tx: Writer,
  origin: RatingOrigin,
  { subject, rating }: SubjectRating,
): Promise<void> {
  const { ratingId, scan, organisationId, nowMs } = origin;
  const before = (await rowsOf(tx, scan)).find(
    ({ kind, id }) => kind === subject.kind && id === subject.id,
  );
  if (before !== undefined) return changeRating(tx, before, rating, origin);
  const { report } = scan;
  const { presenceId, incidentKey, party } = keysOf(scan);
  const subjects = [subject.kind, subject.id, report.unit.vehicleId, organisationId];
  await tx.run(
    `INSERT INTO ratings (rating_id, presence_id, scan_id, incident_key, party, subject_kind,
       subject_id, vehicle_id, organisation_id, incident_id, score, words, phrases, training,
       rated_at_ms, changed_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[ratingId, presenceId, report.scanId, incidentKey, party, ...subjects],
      ...[report.incident?.id ?? null, rating.score, rating.words],
      ...[JSON.stringify(rating.phrases), Number(report.unit.training), nowMs, nowMs],
    ],
  );
  await keepVersion(tx, ratingId, rating, nowMs);
  await auditRating(tx, origin, null, rating);
}
