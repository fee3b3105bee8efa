import type { FastifyReply } from 'fastify';

/** `__Host-`: only this host, only https, path `/`; browsers refuse the prefix without https. */
export function cookieNames(secure: boolean) {
  const prefix = secure ? '__Host-' : '';
  return { session: `${prefix}xinlu_session`, visitor: `${prefix}xinlu_visitor` } as const;
}

/** Cookie of the language chosen at the desk; carries nothing else. */
export const languageCookieName = 'xinlu_language';
export const languageCookieAgeSMax = 365 * 86_400;

/** Sets a cookie of this browser session that no script and no other site can use. */
export function setDeskCookie(
  reply: FastifyReply,
  name: string,
  value: string,
  secure: boolean,
): void {
  reply.setCookie(name, value, { path: '/', httpOnly: true, sameSite: 'lax', secure });
}

export function dropDeskCookie(reply: FastifyReply, name: string, secure: boolean): void {
  reply.clearCookie(name, { path: '/', httpOnly: true, sameSite: 'lax', secure });
}
