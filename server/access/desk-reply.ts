import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DeskContext } from '../web/access/desk-frame.ts';
import { sayPage } from '../web/access/desk-page.ts';
import { chooseLanguage, type Language } from '../web/http/language.ts';
import { languageCookieAgeSMax, languageCookieName } from './cookies.ts';
import { type Denial, type Principal, principalOf } from './gate.ts';

/** The path of a request without its language. */
function pathOf(request: FastifyRequest): string {
  const { pathname, searchParams } = new URL(request.url, 'http://desk');
  searchParams.delete('lang');
  const query = searchParams.toString();
  return query === '' ? pathname : `${pathname}?${query}`;
}

/** The language: what was just tapped (and is kept), what was kept, what the browser prefers. */
function languageOf(request: FastifyRequest, reply: FastifyReply): Language {
  const { lang } = request.query as { lang?: unknown };
  const kept = request.cookies[languageCookieName];
  const accepted = request.headers['accept-language'];
  const language = chooseLanguage(lang ?? kept, accepted);
  if (lang !== undefined && language !== kept) {
    reply.setCookie(languageCookieName, language, {
      path: '/',
      sameSite: 'lax',
      httpOnly: true,
      maxAge: languageCookieAgeSMax,
    });
  }
  return language;
}

/** What a desk page needs of its request. */
export function deskContext(request: FastifyRequest, reply: FastifyReply): DeskContext {
  return {
    language: languageOf(request, reply),
    principal: request.principal,
    path: pathOf(request),
  };
}

/** The same for pages that need somebody signed in. */
export function signedInContext(
  request: FastifyRequest,
  reply: FastifyReply,
): DeskContext & { readonly principal: Principal } {
  return { ...deskContext(request, reply), principal: principalOf(request) };
}

/** Sends a page of the desk; none is ever kept by a browser or a proxy. */
export function sendDesk(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(page);
}

/** Goes on to another page of the desk after a form. */
export function goOn(reply: FastifyReply, path: string): FastifyReply {
  return reply.header('cache-control', 'no-store').redirect(path, 303);
}

/** The page that says no, or the way to the login page. */
export function denyAtDesk(
  request: FastifyRequest,
  reply: FastifyReply,
  why: Denial,
): FastifyReply {
  if (why === 'signed-out' && request.method === 'GET') {
    return goOn(reply, `/login?next=${encodeURIComponent(pathOf(request))}`);
  }
  const context = deskContext(request, reply);
  const home = { href: '/desk', name: 'backToDesk' } as const;
  if (why === 'signed-out') {
    const link = { href: '/login', name: 'signedOutLink' } as const;
    const say = { title: 'signedOutTitle', text: 'signedOutText', link } as const;
    return sendDesk(reply, 401, sayPage(context, say));
  }
  const say =
    why === 'forbidden'
      ? ({ title: 'deniedTitle', text: 'deniedText', link: home } as const)
      : ({ title: 'lapsedTitle', text: 'lapsedText', link: home } as const);
  return sendDesk(reply, 403, sayPage(context, say));
}

/** Says that a form was too large. */
export function sayTooLarge(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const link = { href: '/desk', name: 'backToDesk' } as const;
  const say = { title: 'tooLargeTitle', text: 'tooLargeText', link } as const;
  return sendDesk(reply, 413, sayPage(deskContext(request, reply), say));
}
