import type { FastifyInstance } from 'fastify';
import { sendPlainPage } from '../pages/routes.ts';
import { dataFiles, writeFileSafely } from '../secrets.ts';
import { failedPage } from '../web/shared/pages.ts';
import { AccountPages } from './account-routes.ts';
import { sayTooLarge } from './desk-reply.ts';
import { type AccessParts, accessRoutes, readDeskStyle } from './routes.ts';
import { firstAdministrator, setupLink } from './setup.ts';

/** Everything behind the login, with error pages that say what to do. Registered at the root. */
export async function registerDesk(
  app: FastifyInstance,
  parts: AccessParts,
  more: (desk: FastifyInstance) => void,
): Promise<void> {
  const style = readDeskStyle();
  await app.register((desk, _options, done) => {
    desk.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status === 413) return sayTooLarge(request, reply);
      if (status < 500) throw error;
      request.log.error({ err: error }, 'a page of the desk failed');
      return sendPlainPage(request, reply, 500, failedPage);
    });
    accessRoutes(desk, parts, style);
    new AccountPages(parts).register(desk);
    more(desk);
    done();
  });
}

/**
 * At the first start, and at each until somebody has used one: a one-time link by which the first
 * system administrator sets up the account, in the log and in a file of mode 0600.
 */
export async function offerFirstSetup(parts: AccessParts, dataDir: string): Promise<void> {
  const token = await firstAdministrator(parts);
  if (token === null) return;
  const link = setupLink(parts.publicUrl, token);
  writeFileSafely(dataFiles.setupLink(dataDir), `${link}\n`);
  parts.env.log.warn(
    { setupLink: link },
    'nobody can log in yet: open this link, once, within a day',
  );
}
