import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readingOf } from '../web/http/reading.ts';
import { badRequestPage, failedPage, notFoundPage, startPage } from '../web/shared/pages.ts';
import { baseStylesheet, type PlainPage, plainPage } from '../web/shared/plain-page.ts';
import { publicStylesheet } from '../web/shared/public-page.ts';

/** Styles may be kept this long by a browser, in seconds. */
const styleAgeSMax = 600;

/** Sends a short page in the reader's language. */
export function sendPlainPage(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  page: PlainPage,
): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(plainPage(page, readingOf(request)));
}

interface PageParts {
  readonly baseStyle: string;
  readonly publicStyle: string;
  readonly sampleData: boolean;
}

/** Start page, style; and the pages for what is not there and what failed. */
export function pageRoutes(app: FastifyInstance, parts: PageParts): void {
  app.setNotFoundHandler((request, reply) => sendPlainPage(request, reply, 404, notFoundPage));
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return sendPlainPage(request, reply, status, badRequestPage);
    request.log.error({ err: error }, 'a page failed');
    return sendPlainPage(request, reply, 500, failedPage);
  });

  app.get('/', (request, reply) => sendPlainPage(request, reply, 200, startPage(parts.sampleData)));
  const styles = { [baseStylesheet]: parts.baseStyle, [publicStylesheet]: parts.publicStyle };
  for (const [address, style] of Object.entries(styles)) {
    app.get(address, (_request, reply) =>
      reply
        .type('text/css; charset=utf-8')
        .header('cache-control', `public, max-age=${styleAgeSMax}`)
        .send(style),
    );
  }
}
