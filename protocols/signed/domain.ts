/**
 * Everything this project signs or authenticates begins with its own ASCII name and a zero byte,
 * so that a signature made for one purpose is worth nothing for another.
 */
export const domains = {
  scanCode: 'xinlu.scan.v1',
  matchWord: 'xinlu.match.v1',
  batch: 'xinlu.batch.v1',
  down: 'xinlu.down.v1',
  enrolmentCode: 'xinlu.enrol.v1',
  enrolmentRequest: 'xinlu.enrol-request.v1',
  renewalRequest: 'xinlu.renewal.v1',
  receipt: 'xinlu.receipt.v1',
  auditRow: 'xinlu.audit-row.v1',
  checkpoint: 'xinlu.checkpoint.v1',
  evidence: 'xinlu.evidence.v1',
  release: 'xinlu.release.v1',
  deployStatement: 'xinlu.deploy-statement.v1',
  deployment: 'xinlu.deployment.v1',
} as const;

export type Domain = (typeof domains)[keyof typeof domains];

/** ASCII of `domain`, one zero byte, then `parts` as they are. */
export function domainBytes(domain: Domain, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.from(`${domain}\0`, 'ascii'), ...parts]);
}
