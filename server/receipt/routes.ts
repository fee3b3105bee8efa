import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { receiptSchema, receiptText, sha256Hex } from '../../protocols/receipt/receipt.ts';
import { readReturnCode } from '../../protocols/receipt/return-code.ts';
import type { Store } from '../../protocols/store/store.ts';
import { keyFileEntry, listSigningKeys } from '../audit/signing-keys.ts';
import type { ServerEnvironment } from '../environment.ts';
import { sendPlainPage } from '../pages/routes.ts';
import { mayPost, openerCookieName } from '../scan-page/form-guard.ts';
import { textField } from '../scan-page/forms.ts';
import { digestOf } from '../secrets.ts';
import { RateLimit } from '../web/http/rate-limit.ts';
import { linkTo, readingOf } from '../web/http/reading.ts';
import { receiptPage } from '../web/receipt/receipt-page.ts';
import { erasedPage, type FindProblem, findPage, refusedPage } from '../web/receipt/small-pages.ts';
import { verifierPage, verifierPolicy } from '../web/receipt/verifier-page.ts';
import { lapsedPage, notFoundPage, scanNotFoundPage } from '../web/shared/pages.ts';
import { keepReceipt, type ReceiptMaker } from './keep-receipt.ts';
import { readReceipt } from './read-receipt.ts';
import { receiptIdOf, returnCodeFor } from './receipt-names.ts';
import { receiptBy } from './receipt-table.ts';

/** Return codes that may be tried from one address: 31^11 there are. */
const findRule = { countMax: 20, windowMs: 10 * 60_000 };
/** Largest form, in bytes. */
const formBytesMax = 16 * 1024;
const receiptIdPattern = /^[0-9a-f]{32}$/;

export interface ReceiptParts {
  readonly store: Store;
  readonly maker: ReceiptMaker;
  readonly env: ServerEnvironment;
  /** What people type to get here. */
  readonly publicUrl: string;
}

type ReceiptRequest = FastifyRequest<{ Params: { receiptId: string } }>;

function sendHtml(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(page);
}

/** `POST /v/{scanId}/receipt`: keeps the receipt, and leads to it. Mounted at `/v`. */
export function scanReceiptRoutes(app: FastifyInstance, { store, maker, env }: ReceiptParts): void {
  app.post<{ Params: { scanId: string } }>(
    '/:scanId/receipt',
    { bodyLimit: formBytesMax },
    async (request, reply) => {
      const { scanId } = request.params;
      if (!mayPost(maker.secrets, request, scanId)) {
        return sendPlainPage(request, reply, 403, lapsedPage(scanId));
      }
      const cookie = request.cookies[openerCookieName];
      const act = { scanId, cookie, nowMs: env.nowMs(), randomBytes: env.randomBytes };
      const { outcome } = await keepReceipt(store, act, maker);
      const reading = readingOf(request);
      if (outcome === 'unknown') return sendPlainPage(request, reply, 404, scanNotFoundPage);
      if (outcome === 'refused') return sendHtml(reply, 409, refusedPage(reading, scanId));
      const address = linkTo(reading, `/r/${receiptIdOf(maker.secrets, scanId)}`);
      return reply.header('cache-control', 'no-store').redirect(address, 303);
    },
  );
}

/** The receipt of an address; null: there is none. */
async function findReceipt({ store }: ReceiptParts, { params: { receiptId } }: ReceiptRequest) {
  if (!receiptIdPattern.test(receiptId)) return null;
  const stored = await receiptBy(store, 'receipt_digest', digestOf(receiptId));
  return stored === undefined ? null : { stored, read: await readReceipt(store, stored) };
}

async function showReceipt(parts: ReceiptParts, request: ReceiptRequest, reply: FastifyReply) {
  const found = await findReceipt(parts, request);
  if (found === null) return sendPlainPage(request, reply, 404, notFoundPage);
  const { receiptId } = request.params;
  const { stored, read } = found;
  const reading = readingOf(request);
  if (read === 'erased') return sendHtml(reply, 410, erasedPage(reading, receiptId));
  const page = receiptPage(reading, {
    ...read,
    receiptId,
    returnCode: returnCodeFor(parts.maker.secrets, stored.scanId, stored.returnCodeAttempt),
    fileSha256: sha256Hex(Buffer.from(receiptText(read.receipt))),
    returnAddress: `${parts.publicUrl}/r`,
  });
  return sendHtml(reply, 200, page);
}

async function sendFile(parts: ReceiptParts, request: ReceiptRequest, reply: FastifyReply) {
  const found = await findReceipt(parts, request);
  if (found === null || found.read === 'erased') {
    return sendPlainPage(request, reply, found === null ? 404 : 410, notFoundPage);
  }
  const { receipt, facts } = found.read;
  const name = `xinlu-receipt-${facts.unitId}-${facts.issuedAt}-${facts.issue}.json`;
  return reply
    .type('application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(Buffer.from(receiptText(receipt)));
}

const fileContract = jsonContract('a receipt as a file, for `receipt verify`', {
  answer: receiptSchema,
});

/** Receipts by their address or return code, and the page that verifies them. */
export function receiptRoutes(app: FastifyInstance, parts: ReceiptParts): void {
  const { store, maker, env } = parts;
  const tries = new RateLimit(findRule);
  app.get('/r', (request, reply) => sendHtml(reply, 200, findPage(readingOf(request), null, '')));
  app.post('/r', { bodyLimit: formBytesMax }, async (request, reply) => {
    const typed = textField(request.body, 'code');
    const reading = readingOf(request);
    const again = (status: number, problem: FindProblem) =>
      sendHtml(reply, status, findPage(reading, problem, typed));
    if (!tries.take(request.ip, env.nowMs())) return again(429, 'findTooMany');
    const code = readReturnCode(typed);
    if (code === null) return again(400, 'findWrong');
    const stored = await receiptBy(store, 'return_code_digest', digestOf(code));
    if (stored === undefined) return again(404, 'findUnknown');
    const address = linkTo(reading, `/r/${receiptIdOf(maker.secrets, stored.scanId)}`);
    return reply.header('cache-control', 'no-store').redirect(address, 303);
  });
  app.get('/r/:receiptId', (request, reply) =>
    showReceipt(parts, request as ReceiptRequest, reply),
  );
  app.get('/r/:receiptId/receipt.json', { config: fileContract }, (request, reply) =>
    sendFile(parts, request as ReceiptRequest, reply),
  );
  app.get('/verify', async (request, reply) => {
    const keys = (await listSigningKeys(store)).map(keyFileEntry);
    const page = verifierPage(readingOf(request), { keys, nowMs: env.nowMs() });
    return sendHtml(reply.header('content-security-policy', verifierPolicy), 200, page);
  });
}
