import type { FastifyInstance } from 'fastify';
import type { Store } from '../../protocols/store/store.ts';
import { sendPlainPage } from '../pages/routes.ts';
import { cleanWords, textField } from '../scan-page/forms.ts';
import { RateLimit } from '../web/http/rate-limit.ts';
import { readingOf } from '../web/http/reading.ts';
import { lookupPage } from '../web/lists/lookup-page.ts';
import { tooManyPage } from '../web/shared/pages.ts';
import { queryCharsMax } from './list-table.ts';
import { lookUp } from './lookup.ts';

/** Look-ups from one address: enough for a driver, too few to copy the register. */
const lookupRule = { countMax: 20, windowMs: 60_000 };

interface LookupParts {
  readonly store: Store;
  readonly nowMs: () => number;
  readonly sample: boolean;
}

/** `GET /lookup?q=`: is this a registered rescue vehicle? product.md, "with no code on the truck". */
export function lookupRoute(app: FastifyInstance, { store, nowMs, sample }: LookupParts): void {
  const limit = new RateLimit(lookupRule);
  app.get('/lookup', async (request, reply) => {
    const query = cleanWords(textField(request.query, 'q')).slice(0, queryCharsMax);
    const isAsked = query !== '';
    if (isAsked && !limit.take(request.ip, nowMs())) {
      return sendPlainPage(request, reply, 429, tooManyPage);
    }
    const answer = isAsked ? await lookUp(store, query) : null;
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(lookupPage(readingOf(request), { query, answer, sample }));
  });
}
