import { createHash } from 'node:crypto';
import type { ScanReport } from '../../../protocols/http/link-bodies.ts';
import { signCode } from '../../../protocols/scan-code/code.ts';
import { signerFromSeed } from '../../../protocols/signed/ed25519.ts';
import { deliver, Phone, type Rig, reportOf } from '../rig.ts';

/** A report as the gateway makes it, with the code that was scanned and its key. */
export function scannedReportOf(name: string, changes: Partial<ScanReport> = {}): ScanReport {
  const report = reportOf(name, changes);
  const unit = signerFromSeed(createHash('sha256').update(`unit of ${name}`).digest());
  const code = signCode(
    {
      kind: 0,
      unitId: report.unit.unitId,
      issuedAt: report.issuedAt,
      ttlS: 600,
      duty: 4,
      lat: 38.04,
      lon: 114.51,
      fixAgeS: 2,
      incidentRef: 12,
    },
    unit,
  );
  const unitKey = Buffer.from(unit.publicKey).toString('base64url');
  return { ...report, code: { hex: code.toString('hex'), unitKey } };
}

/** A phone that has scanned and opened the page, with the token of its forms. */
export async function scanned(rig: Rig, report: ScanReport) {
  await deliver(rig, report);
  const phone = new Phone(rig);
  const { token, html } = await phone.open(report.scanId);
  return { phone, token, html };
}

/** Keeps the receipt and gives its address without the query. */
export async function keep(phone: Phone, { scanId }: ScanReport, token: string): Promise<string> {
  const page = await phone.post(`/v/${scanId}/receipt`, { token });
  const location = String(page.response.headers.location ?? '');
  if (page.status !== 303) throw new Error(`not kept: ${page.status} ${page.html}`);
  return location.split('?')[0] ?? '';
}

export async function fileOf(rig: Rig, address: string): Promise<Buffer> {
  const response = await rig.server.app.inject({ url: `${address}/receipt.json` });
  if (response.statusCode !== 200) throw new Error(`no file: ${response.statusCode}`);
  return response.rawPayload;
}

export async function keyFileOf(rig: Rig): Promise<string> {
  return (await rig.server.app.inject({ url: '/audit/keys.json' })).body;
}
