import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import QrCode from 'qrcode';
import type { Store } from '../../protocols/store/store.ts';
import { type ChinaDay, chinaDayOf, isDay } from '../calendar/china-day.ts';
import { documentById, organisations, selectRows } from '../directory/directory-table.ts';
import { sendPlainPage } from '../pages/routes.ts';
import { feeStandardPage } from '../web/documents/fee-standard-page.ts';
import { legalBasisPage } from '../web/documents/legal-basis-page.ts';
import { procedurePage } from '../web/documents/procedure-page.ts';
import { linkTo, readingOf } from '../web/http/reading.ts';
import { notFoundPage } from '../web/shared/pages.ts';
import { feeStandardOn } from './fee-standard.ts';
import { type DocumentQuery, documentAddress, feesDocument } from './references.ts';

/** Side of the picture in pixels: twice what a page shows it at, for sharp phone screens. */
const qrPx = 560;
const qrQuietModules = 4;
const idCharsMax = 100;

export interface DocumentParts {
  readonly store: Store;
  readonly nowMs: () => number;
  /** What people type to get here; the picture's code holds it. */
  readonly publicUrl: string;
}

type DocumentRequest = FastifyRequest<{ Params: { document: string } }>;

function known(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= idCharsMax
    ? value
    : undefined;
}

/** Only what a document understands, so that an address has one form. */
function queryOf(request: FastifyRequest): DocumentQuery {
  const { day, matter, org } = request.query as Record<string, unknown>;
  const asked = known(day);
  const chosen = known(matter);
  const firm = known(org);
  return {
    ...(asked !== undefined && isDay(asked) && { day: asked }),
    ...(chosen !== undefined && { matter: chosen }),
    ...(firm !== undefined && { org: firm }),
  };
}

/** The page of a document as HTML; null: there is no such document. */
async function pageOf(
  { store, nowMs }: DocumentParts,
  request: DocumentRequest,
): Promise<string | null> {
  const reading = readingOf(request);
  const query = queryOf(request);
  const { document: id } = request.params;
  const day: ChinaDay = query.day ?? chinaDayOf(nowMs());
  const address = documentAddress(id, query);
  if (id === feesDocument) {
    const standard = await feeStandardOn(store, day, query.org);
    const firm = (
      await selectRows(store, organisations, 'organisation_id = ?', [query.org ?? null])
    )[0];
    return feeStandardPage(reading, { standard, day, address, firm: firm ?? null });
  }
  const document = await documentById(store, id);
  if (document === null) return null;
  if (document.kind === 'procedure') return procedurePage(reading, { document, day, address });
  return legalBasisPage(reading, { document, day, address, matter: query.matter });
}

/** Legal basis, procedure and fee standard for reading, each with a code of its own (码中码). */
export function documentRoutes(app: FastifyInstance, parts: DocumentParts): void {
  const send = async (request: DocumentRequest, reply: FastifyReply) => {
    const page = await pageOf(parts, request);
    if (page === null) return sendPlainPage(request, reply, 404, notFoundPage);
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
  };
  app.get('/:document', (request, reply) => send(request as DocumentRequest, reply));

  app.get('/:document/qr.png', async (request, reply) => {
    const { document: id } = (request as DocumentRequest).params;
    const isThere = id === feesDocument || (await documentById(parts.store, id)) !== null;
    if (!isThere) return sendPlainPage(request, reply, 404, notFoundPage);
    const address = linkTo(readingOf(request), documentAddress(id, queryOf(request)));
    const picture = await QrCode.toBuffer(`${parts.publicUrl}${address}`, {
      errorCorrectionLevel: 'M',
      margin: qrQuietModules,
      width: qrPx,
    });
    return reply.type('image/png').header('cache-control', 'public, max-age=3600').send(picture);
  });
}
