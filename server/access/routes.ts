import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerEnvironment } from '../environment.ts';
import { textField } from '../scan-page/forms.ts';
import { accessPage } from '../web/access/access-page.ts';
import { deskStylesheet } from '../web/access/desk-frame.ts';
import { deskHomePage, sayPage } from '../web/access/desk-page.ts';
import { type LoginView, loginPage } from '../web/access/login-page.ts';
import { setupPage } from '../web/access/setup-page.ts';
import { type Account, accountOfSetup } from './account-table.ts';
import { cookieNames, dropDeskCookie, setDeskCookie } from './cookies.ts';
import { deskContext, goOn, sendDesk, signedInContext } from './desk-reply.ts';
import { formTokenOf, principalOf } from './gate.ts';
import { type LoginParts, logIn, logOut, safeNext } from './login.ts';
import { offeredSecret, setUp } from './setup.ts';

/** Largest form of the desk, in bytes. */
export const deskFormBytesMax = 16 * 1024;
const styleAgeSMax = 600;
const visitorBytes = 16;

export interface AccessParts extends LoginParts {
  readonly env: ServerEnvironment;
  readonly cookieSecure: boolean;
  readonly publicUrl: string;
}

/** Style of the desk, the base included. */
export function readDeskStyle(): string {
  const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
  const names = [
    'shared/base',
    'access/desk',
    'access/forms',
    'access/tables',
    'bench/bench',
    'cards/cards',
  ];
  return names.map((name) => read(`../web/${name}.css`)).join('\n');
}

/** The token of the visitor's forms; draws the visitor's cookie when there is none. */
function visitorToken(parts: AccessParts, request: FastifyRequest, reply: FastifyReply): string {
  const name = cookieNames(parts.cookieSecure).visitor;
  const known = request.cookies[name];
  const cookie = known ?? parts.env.randomBytes(visitorBytes).toString('base64url');
  if (known === undefined) setDeskCookie(reply, name, cookie, parts.cookieSecure);
  return formTokenOf(parts.secrets, cookie);
}

const arrivals = { setup: 'loginSetupDone', out: 'loginOut' } as const;

function arrivalNotice(done: unknown): LoginView['notice'] {
  if (done !== 'setup' && done !== 'out') return null;
  return { kind: 'done', text: arrivals[done] };
}

function loginRoutes(app: FastifyInstance, parts: AccessParts): void {
  const names = cookieNames(parts.cookieSecure);
  const show = (
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    view: Omit<LoginView, 'formToken'>,
  ) => {
    const context = { ...deskContext(request, reply), path: '/login' };
    const formToken = visitorToken(parts, request, reply);
    return sendDesk(reply, status, loginPage(context, { ...view, formToken }));
  };

  app.get('/login', (request, reply) => {
    const { next, done } = request.query as { next?: unknown; done?: unknown };
    const notice = arrivalNotice(done);
    return show(request, reply, 200, { loginName: '', next: safeNext(next), notice });
  });

  app.post('/login', { bodyLimit: deskFormBytesMax }, async (request, reply) => {
    const { body } = request;
    const next = safeNext(textField(body, 'next'));
    const attempt = {
      loginName: textField(body, 'name'),
      password: textField(body, 'password'),
      code: textField(body, 'code'),
      address: request.ip,
      oldCookie: request.cookies[names.session],
    };
    const result = await logIn(parts, attempt);
    if (result.outcome === 'done') {
      setDeskCookie(reply, names.session, result.cookie, parts.cookieSecure);
      dropDeskCookie(reply, names.visitor, parts.cookieSecure);
      return goOn(reply, next);
    }
    const wait = result.outcome === 'wait';
    const text = wait ? 'loginWait' : 'loginRefused';
    const loginName = attempt.loginName.slice(0, 64);
    const view = { loginName, next, notice: { kind: 'mark', text } } as const;
    return show(request, reply, wait ? 429 : 403, view);
  });

  app.post('/logout', { bodyLimit: deskFormBytesMax }, async (request, reply) => {
    const cookie = request.cookies[names.session] ?? '';
    await logOut(parts, principalOf(request).accountId, cookie);
    dropDeskCookie(reply, names.session, parts.cookieSecure);
    return goOn(reply, '/login?done=out');
  });
}

type SetupRequest = FastifyRequest<{ Params: { token: string } }>;

function setupRoutes(app: FastifyInstance, parts: AccessParts): void {
  const gone = (request: FastifyRequest, reply: FastifyReply) => {
    const link = { href: '/login', name: 'signedOutLink' } as const;
    const say = { title: 'setupGoneTitle', text: 'setupGone', link } as const;
    return sendDesk(reply, 404, sayPage(deskContext(request, reply), say));
  };
  const show = (
    request: SetupRequest,
    reply: FastifyReply,
    account: Account,
    problem: string | null,
  ) => {
    const { token } = request.params;
    const typed = textField(request.body, 'realName').slice(0, 60);
    const view = {
      formToken: visitorToken(parts, request, reply),
      loginName: account.loginName,
      realName: problem === null ? account.realName : typed,
      secret: offeredSecret(parts.secrets, token),
      problem,
    };
    const status = problem === null ? 200 : 400;
    return sendDesk(reply, status, setupPage(deskContext(request, reply), view));
  };

  app.get<{ Params: { token: string } }>('/setup/:token', async (request, reply) => {
    const { token } = request.params;
    const account = await accountOfSetup(parts.store, token, parts.env.nowMs());
    return account === undefined ? gone(request, reply) : show(request, reply, account, null);
  });

  app.post<{ Params: { token: string } }>(
    '/setup/:token',
    { bodyLimit: deskFormBytesMax },
    async (request, reply) => {
      const { body } = request;
      const result = await setUp(parts, request.params.token, {
        realName: textField(body, 'realName'),
        password: textField(body, 'password'),
        again: textField(body, 'again'),
        code: textField(body, 'code'),
      });
      if (result.outcome === 'unknown') return gone(request, reply);
      if (result.outcome === 'problem') {
        return show(request, reply, result.account, result.problem);
      }
      return goOn(reply, '/login?done=setup');
    },
  );
}

/** Login, logout, setting up, the desk's first page and the access table as it is enforced. */
export function accessRoutes(app: FastifyInstance, parts: AccessParts, style: string): void {
  loginRoutes(app, parts);
  setupRoutes(app, parts);
  app.get('/desk', (request, reply) =>
    sendDesk(reply, 200, deskHomePage(signedInContext(request, reply))),
  );
  app.get('/access', (request, reply) =>
    sendDesk(reply, 200, accessPage(signedInContext(request, reply))),
  );
  app.get(deskStylesheet, (_request, reply) =>
    reply
      .type('text/css; charset=utf-8')
      .header('cache-control', `public, max-age=${styleAgeSMax}`)
      .send(style),
  );
}
