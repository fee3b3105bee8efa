import type { ScanReport } from '../../protocols/http/link-bodies.ts';
import type { Reader } from '../../protocols/store/store.ts';
import { type ChinaDay, chinaDayOf } from '../calendar/china-day.ts';
import type { DirectoryDocument } from '../directory/directory.ts';
import { documentById } from '../directory/directory-table.ts';
import type { Identity } from '../directory/identity.ts';
import { feeStandardHead } from './fee-standard.ts';
import { matterOf } from './matters.ts';

export type DocumentKind = DirectoryDocument['kind'] | 'fee-standard';

/** A paper that applies to a scan, and the address of its page. */
export interface DocumentReference {
  readonly kind: DocumentKind;
  readonly address: string;
  readonly titleZh: string;
  readonly titleEn: string;
  readonly version: string;
  readonly validFrom: ChinaDay;
}

/** In place of a document's id: the fee standard in force on the day. */
export const feesDocument = 'fees';

/** What narrows a document: the day it is read for, the matter at hand, the firm that asks. */
export interface DocumentQuery {
  readonly day?: ChinaDay;
  readonly matter?: string;
  readonly org?: string;
}

/** `/d/{document}?day=…&matter=…&org=…`. */
export function documentAddress(document: string, query: DocumentQuery): string {
  const params = new URLSearchParams({ ...query }).toString();
  return `/d/${encodeURIComponent(document)}${params === '' ? '' : `?${params}`}`;
}

/** The picture with the code of a document's page, for another phone or a long press. */
export function qrAddress(address: string): string {
  const [path = '', query] = address.split('?');
  return `${path}/qr.png${query === undefined ? '' : `?${query}`}`;
}

/** The moment whose prices and rules apply: of the incident, else of the scan. Unix ms. */
export function incidentMoment({ incident, scannedAtMs }: ScanReport): number {
  return incident?.reportedAtMs ?? scannedAtMs;
}

async function feeReference(
  reader: Reader,
  organisationId: string,
  day: ChinaDay,
): Promise<DocumentReference[]> {
  const head = await feeStandardHead(reader, day);
  if (head === null) return [];
  const address = documentAddress(feesDocument, { day, org: organisationId });
  return [{ kind: 'fee-standard', address, ...head }];
}

/** Legal basis, procedure and fee standard for a scan, in the order a driver needs them. */
export async function referencesOf(
  reader: Reader,
  { organisation }: Identity,
  report: ScanReport,
): Promise<DocumentReference[]> {
  const day = chinaDayOf(incidentMoment(report));
  const references: DocumentReference[] = [];
  for (const id of [organisation.legalBasisId, organisation.procedureId]) {
    const document = await documentById(reader, id);
    if (document === null) continue;
    const matter =
      document.kind === 'legal-basis' && report.incident?.kind === 'enforcement'
        ? matterOf(document.matters, report.incident.summary)?.code
        : undefined;
    const query = { day, ...(matter === undefined ? {} : { matter }) };
    const { kind, titleZh, titleEn, version, validFrom } = document;
    const address = documentAddress(document.documentId, query);
    references.push({ kind, address, titleZh, titleEn, version, validFrom });
  }
  if (organisation.kind !== 'rescue') return references;
  return [...references, ...(await feeReference(reader, organisation.organisationId, day))];
}
