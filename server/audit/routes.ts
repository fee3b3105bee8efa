import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { checkpointSchema } from '../../protocols/audit/checkpoint.ts';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { keyFileSchema } from '../../protocols/scan-code/key-file.ts';
import type { Store } from '../../protocols/store/store.ts';
import { readingOf } from '../web/http/reading.ts';
import { checkpointsPage } from '../web/receipt/small-pages.ts';
import { newestCheckpoints } from './checkpoints.ts';
import { keyFileEntry, listSigningKeys } from './signing-keys.ts';

const contracts = {
  checkpoints: jsonContract('signed states of the audit log, newest first; a page for browsers', {
    query: Type.Object({ format: Type.Optional(Type.Literal('json')) }),
    answer: Type.Object({ checkpoints: Type.Array(checkpointSchema), keys: keyFileSchema }),
  }),
  keys: jsonContract('KEYS.json of receipts and checkpoints', { answer: keyFileSchema }),
} as const;

/** Checkpoints on the page, and in the file: a day of one a minute. */
const shownMax = 50;
const fileMax = 1440;

/**
 * What anybody may see of the audit log: `GET /audit/checkpoints`, a page for people and, by
 * `Accept` or `?format=json`, `{checkpoints, keys}` for programs, newest first; and
 * `GET /audit/keys.json`, the KEYS.json for receipts. Neither says what was decided.
 */
export function auditRoutes(app: FastifyInstance, store: Store): void {
  const keyFile = async () => (await listSigningKeys(store)).map(keyFileEntry);
  app.get('/audit/checkpoints', { config: contracts.checkpoints }, async (request, reply) => {
    const { format } = request.query as { format?: unknown };
    reply.header('cache-control', 'no-store');
    const wantsPage = String(request.headers.accept ?? '').includes('text/html');
    if (format !== 'json' && wantsPage) {
      const checkpoints = await newestCheckpoints(store, shownMax);
      return reply
        .type('text/html; charset=utf-8')
        .send(checkpointsPage(readingOf(request), checkpoints));
    }
    const checkpoints = await newestCheckpoints(store, fileMax);
    return reply.send({ checkpoints, keys: await keyFile() });
  });
  app.get('/audit/keys.json', { config: contracts.keys }, async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return reply.send(await keyFile());
  });
}
