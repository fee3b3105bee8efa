import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Store } from '../../protocols/store/store.ts';
import { chinaDayOf } from '../calendar/china-day.ts';
import { shippedCalendar } from '../calendar/read-calendar.ts';
import { identityOf, organisationById } from '../directory/identity.ts';
import type { ServerEnvironment } from '../environment.ts';
import { sendPlainPage } from '../pages/routes.ts';
import { formTokenOf, mayPost, openerCookieName } from '../scan-page/form-guard.ts';
import { textField } from '../scan-page/forms.ts';
import { openingOf } from '../scan-page/openings.ts';
import { mayAct } from '../scan-page/standing.ts';
import type { SecretBox } from '../secrets.ts';
import { complaintFormPage, type FormView } from '../web/complaints/form-page.ts';
import { statePage } from '../web/complaints/state-page.ts';
import { RateLimit } from '../web/http/rate-limit.ts';
import { linkTo, readingOf } from '../web/http/reading.ts';
import {
  complaintNotFoundPage,
  lapsedPage,
  scanNotFoundPage,
  tooManyPage,
} from '../web/shared/pages.ts';
import { complaintClock } from './complaint-clock.ts';
import { complaintByLink } from './complaint-table.ts';
import { fileFromScan, fileWithoutScan, receiptNumberOf } from './file-complaint.ts';
import { readComplaint } from './read-complaint.ts';

/** Largest form, in bytes. */
const formBytesMax = 32 * 1024;
const linkBytes = 16;
const receiptBytes = 8;
const linkPattern = /^[0-9a-f]{32}$/;
/** Complaints without a scan from one address. */
const filingRule = { countMax: 10, windowMs: 3_600_000 };

export interface ComplaintParts {
  readonly store: Store;
  readonly secrets: SecretBox;
  readonly env: ServerEnvironment;
  /** Whether the organisations are the fictional ones. */
  readonly sample: boolean;
}

type ScanRequest = FastifyRequest<{ Params: { scanId: string } }>;

function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(page);
}

/** The link drawn for the form, so that a form sent twice files once; a new one if it is odd. */
function filingOf(request: FastifyRequest, { env }: ComplaintParts) {
  const given = textField(request.body, 'draft');
  const link = linkPattern.test(given) ? given : env.randomBytes(linkBytes).toString('hex');
  return {
    link,
    complaintId: env.randomBytes(linkBytes).toString('hex'),
    receiptNumber: receiptNumberOf(chinaDayOf(env.nowMs()), env.randomBytes(receiptBytes)),
  };
}

function toState(request: FastifyRequest, reply: FastifyReply, link: string): FastifyReply {
  const address = linkTo(readingOf(request), `/c/${link}`);
  return reply.header('cache-control', 'no-store').redirect(address, 303);
}

function newDraft({ env }: ComplaintParts): string {
  return env.randomBytes(linkBytes).toString('hex');
}

/** The form on the page of a scan; null: no such scan. */
async function scanFormOf(
  request: ScanRequest,
  parts: ComplaintParts,
  back: Pick<FormView, 'problem'>,
): Promise<FormView | null> {
  const { store, secrets } = parts;
  const { scanId } = request.params;
  const cookie = request.cookies[openerCookieName];
  const opening = await openingOf(store, scanId, cookie);
  if (opening === undefined) return null;
  const identity = await identityOf(store, opening.scan.report);
  return {
    ...back,
    address: `/v/${scanId}/complaint`,
    backTo: `/v/${scanId}`,
    token: cookie === undefined ? null : formTokenOf(secrets, scanId, cookie),
    draft: newDraft(parts),
    onTheSpot: mayAct(opening.standing),
    subject: {
      organisation: identity?.organisation ?? null,
      plate: identity?.vehicle?.plate ?? '',
    },
    training: opening.scan.report.unit.training,
    sample: parts.sample,
  };
}

/** Complaint from the page of a scan. Mounted at `/v`, where its cookie is sent. */
export function scanComplaintRoutes(app: FastifyInstance, parts: ComplaintParts): void {
  const { store, secrets, env } = parts;
  app.get('/:scanId/complaint', async (request, reply) => {
    const view = await scanFormOf(request as ScanRequest, parts, { problem: null });
    if (view === null) return sendPlainPage(request, reply, 404, scanNotFoundPage);
    return sendPage(reply, 200, complaintFormPage(readingOf(request), view));
  });

  app.post('/:scanId/complaint', { bodyLimit: formBytesMax }, async (request, reply) => {
    const { scanId } = (request as ScanRequest).params;
    if (!mayPost(secrets, request, scanId)) {
      return sendPlainPage(request, reply, 403, lapsedPage(scanId));
    }
    const read = readComplaint(request.body, false);
    if ('problem' in read) {
      const view = await scanFormOf(request as ScanRequest, parts, { problem: read });
      if (view === null) return sendPlainPage(request, reply, 404, scanNotFoundPage);
      return sendPage(reply, 400, complaintFormPage(readingOf(request), view));
    }
    const filing = filingOf(request, parts);
    const cookie = request.cookies[openerCookieName];
    const { randomBytes } = env;
    const act = { scanId, cookie, nowMs: env.nowMs(), randomBytes };
    const result = await fileFromScan(store, act, filing, read.draft, env);
    if (result === 'unknown') return sendPlainPage(request, reply, 404, scanNotFoundPage);
    if (result === 'too-many') return sendPlainPage(request, reply, 429, tooManyPage);
    return toState(request, reply, filing.link);
  });
}

/** Complaint without a scan, and the state of any complaint from its link. */
export function complaintRoutes(app: FastifyInstance, parts: ComplaintParts): void {
  const { store, env } = parts;
  const limit = new RateLimit(filingRule);
  const calendar = shippedCalendar();
  const formOf = (problem: FormView['problem']): FormView => ({
    problem,
    address: '/complaint',
    backTo: '/',
    token: null,
    draft: newDraft(parts),
    onTheSpot: false,
    subject: null,
    training: false,
    sample: parts.sample,
  });
  app.get('/complaint', (request, reply) =>
    sendPage(reply, 200, complaintFormPage(readingOf(request), formOf(null))),
  );

  app.post('/complaint', { bodyLimit: formBytesMax }, async (request, reply) => {
    const read = readComplaint(request.body, true);
    if ('problem' in read) {
      return sendPage(reply, 400, complaintFormPage(readingOf(request), formOf(read)));
    }
    if (!limit.take(request.ip, env.nowMs())) {
      return sendPlainPage(request, reply, 429, tooManyPage);
    }
    const filing = filingOf(request, parts);
    await fileWithoutScan(store, filing, read.draft, env);
    return toState(request, reply, filing.link);
  });

  app.get<{ Params: { link: string } }>('/c/:link', async (request, reply) => {
    const { link } = request.params;
    const complaint = linkPattern.test(link) ? await complaintByLink(store, link) : undefined;
    if (complaint === undefined) return sendPlainPage(request, reply, 404, complaintNotFoundPage);
    const nowMs = env.nowMs();
    const clock = complaintClock(calendar, complaint, nowMs);
    const organisation = await organisationById(store, complaint.organisationId);
    const superior = await organisationById(store, organisation?.superiorId ?? null);
    const view = { complaint, clock, organisation, superior, link, sample: parts.sample };
    return sendPage(reply, 200, statePage(readingOf(request), view));
  });
}
