import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Store } from '../../protocols/store/store.ts';
import type { ServerEnvironment } from '../environment.ts';
import { createLinkToken } from '../link/create-token.ts';
import { bearerOf, refuse } from '../link/gate.ts';
import { listLinks, revokeLink } from '../link/link-table.ts';
import { digestOf } from '../secrets.ts';

interface AdminParts {
  readonly store: Store;
  readonly env: ServerEnvironment;
  readonly token: string;
}

/** What the commands call on the loopback port; each request carries the token of `admin.token`. */
export function adminRoutes(app: FastifyInstance, { store, env, token }: AdminParts): void {
  const expected = Buffer.from(digestOf(token));
  app.addHook('onRequest', async (request, reply) => {
    const given = Buffer.from(digestOf(bearerOf(request.headers.authorization) ?? ''));
    if (!timingSafeEqual(given, expected)) return refuse(reply, 'unauthorised');
  });
  app.post('/admin/v1/link-tokens', async () => createLinkToken(store, env));
  app.get('/admin/v1/links', () => listLinks(store));
  app.post<{ Params: { linkId: string } }>(
    '/admin/v1/links/:linkId/revoke',
    async (request, reply) => {
      const { linkId } = request.params;
      const revoked = await revokeLink(store, linkId, env.nowMs());
      return revoked ? { linkId, revoked } : refuse(reply, 'not-found');
    },
  );
}
