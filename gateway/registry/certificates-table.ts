import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { RevokedCertificate } from '../authority/authority.ts';

export interface CertificateRow {
  readonly fingerprint: string;
  readonly serial: string;
  readonly enrolment: number;
  readonly number: string;
  readonly authority: string;
  readonly issuedAtMs: number;
  readonly notAfterMs: number;
}

export function loadCertificates(store: Reader): Promise<CertificateRow[]> {
  return store.all<CertificateRow>(
    `SELECT fingerprint, serial, enrolment, number, authority, issued_at_ms AS issuedAtMs,
      not_after_ms AS notAfterMs
    FROM certificate ORDER BY issued_at_ms`,
  );
}

/**
 * Keeps the newest `kept` certificates of the serial; answers the fingerprints it dropped. What is
 * dropped is revoked: an outside broker would take it until its end.
 */
export async function insertCertificate(
  tx: Writer,
  row: CertificateRow,
  kept: number,
): Promise<string[]> {
  await tx.run(
    `INSERT INTO certificate
      (fingerprint, serial, enrolment, number, authority, issued_at_ms, not_after_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [
      row.fingerprint,
      row.serial,
      row.enrolment,
      row.number,
      row.authority,
      row.issuedAtMs,
      row.notAfterMs,
    ],
  );
  await revokeWhere(
    tx,
    `serial = ?2 AND fingerprint NOT IN (SELECT fingerprint FROM certificate WHERE serial = ?2
      ORDER BY issued_at_ms DESC, enrolment DESC, fingerprint LIMIT ?3)`,
    [row.issuedAtMs, row.serial, kept],
  );
  const dropped = await tx.all<{ fingerprint: string }>(
    `DELETE FROM certificate WHERE serial = ? AND fingerprint NOT IN
      (SELECT fingerprint FROM certificate WHERE serial = ?
        ORDER BY issued_at_ms DESC, enrolment DESC, fingerprint LIMIT ?)
    RETURNING fingerprint`,
    [row.serial, row.serial, kept],
  );
  return dropped.map(({ fingerprint }) => fingerprint);
}

/** Revokes every certificate of the serial but those of one enrolment; null: all of them. */
export function revokeCertificates(
  tx: Writer,
  serial: string,
  enrolmentInForce: number | null,
  atMs: number,
): Promise<void> {
  return revokeWhere(tx, 'serial = ?2 AND (CAST(?3 AS BIGINT) IS NULL OR enrolment <> ?3)', [
    atMs,
    serial,
    enrolmentInForce,
  ]);
}

/** `?1` is the moment; rows that stand on the list already keep theirs. */
async function revokeWhere(
  tx: Writer,
  condition: string,
  params: readonly (string | number | null)[],
): Promise<void> {
  await tx.run(
    `INSERT INTO revoked_certificate
      (authority, number, serial, revoked_at_ms, not_after_ms)
    SELECT authority, number, serial, ?1, not_after_ms FROM certificate
    WHERE not_after_ms >= ?1 AND ${condition}
    ON CONFLICT DO NOTHING`,
    params,
  );
}

/** The list, without what has ended by itself. */
export async function revokedCertificates(
  store: Reader,
  nowMs: number,
): Promise<RevokedCertificate[]> {
  return store.all<RevokedCertificate>(
    `SELECT number, authority, revoked_at_ms AS revokedAtMs FROM revoked_certificate
    WHERE not_after_ms >= ? ORDER BY revoked_at_ms, number`,
    [nowMs],
  );
}

/** Certificates that ended need no line any more. */
export async function forgetEnded(tx: Writer, nowMs: number): Promise<void> {
  await tx.run('DELETE FROM revoked_certificate WHERE not_after_ms < ?', [nowMs]);
}
