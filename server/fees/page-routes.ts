import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Store } from '../../protocols/store/store.ts';
import { chinaDayOf, isDay, startOfDayMs } from '../calendar/china-day.ts';
import { identityOf, organisationById } from '../directory/identity.ts';
import { feeStandardOn } from '../documents/fee-standard.ts';
import { incidentMoment } from '../documents/references.ts';
import { scanById } from '../intake/scan-table.ts';
import { sendPlainPage } from '../pages/routes.ts';
import { textField } from '../scan-page/forms.ts';
import { type FeeCheckView, feeCheckPage } from '../web/fees/check-page.ts';
import { readingOf } from '../web/http/reading.ts';
import { scanNotFoundPage } from '../web/shared/pages.ts';
import { answerFeeCheck } from './fee-service.ts';
import { readFeeForm } from './read-fee-form.ts';

interface FeePageParts {
  readonly store: Store;
  readonly nowMs: () => number;
  /** Whether a sample tariff may give a verdict. */
  readonly demonstration: boolean;
}

/** When and where the fee arose: what the form may not choose. */
type FeeSetting = Pick<FeeCheckView, 'scanId' | 'day' | 'firm'> & { readonly atMs: number };

/** The form, and below it what the tariff allows when it was filled in. */
async function viewOf(
  { store, demonstration }: FeePageParts,
  { atMs, ...setting }: FeeSetting,
  fields: unknown,
): Promise<FeeCheckView> {
  const firmId = setting.firm?.organisationId;
  const standard = await feeStandardOn(store, setting.day, firmId);
  if (standard === null || textField(fields, 'go') === '') {
    return { ...setting, standard, form: null, outcome: null };
  }
  const read = readFeeForm(standard.tariff, fields);
  if ('problem' in read) {
    return { ...setting, standard, form: read.form, outcome: { problem: read.problem } };
  }
  const question = {
    atMs,
    input: read.input,
    ...(firmId === undefined ? {} : { organisationId: firmId }),
  };
  const outcome = await answerFeeCheck(store, question, { demonstration });
  return { ...setting, standard, form: read.form, outcome };
}

function send(request: FastifyRequest, reply: FastifyReply, view: FeeCheckView): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(feeCheckPage(readingOf(request), view));
}

/** `GET /v/{scanId}/fees`: day, firm and tariff come from the incident. Mounted at `/v`. */
export function scanFeeRoutes(app: FastifyInstance, parts: FeePageParts): void {
  app.get<{ Params: { scanId: string } }>('/:scanId/fees', async (request, reply) => {
    const { scanId } = request.params;
    const scan = await scanById(parts.store, scanId);
    if (scan === undefined) return sendPlainPage(request, reply, 404, scanNotFoundPage);
    const identity = await identityOf(parts.store, scan.report);
    const atMs = incidentMoment(scan.report);
    const firm = identity?.organisation ?? null;
    const setting = { scanId, atMs, day: chinaDayOf(atMs), firm };
    return send(request, reply, await viewOf(parts, setting, request.query));
  });
}

/** `GET /fees`: without a scan, for a day and, if named, a firm. Keeps nothing. */
export function feePageRoutes(app: FastifyInstance, parts: FeePageParts): void {
  app.get('/fees', async (request, reply) => {
    const asked = textField(request.query, 'day');
    const day = isDay(asked) ? asked : chinaDayOf(parts.nowMs());
    const firm = await organisationById(parts.store, textField(request.query, 'org'));
    const setting = { scanId: null, atMs: startOfDayMs(day), day, firm };
    return send(request, reply, await viewOf(parts, setting, request.query));
  });
}
