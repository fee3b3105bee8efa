import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { SecretBox } from '../secrets.ts';
import { textField } from './forms.ts';

/** Name of the first opener's cookie; its path is the one scan's. */
export const openerCookieName = 'xinlu_opener';

/** The token that the forms of a scan's page carry for the cookie they were shown to. */
export function formTokenOf(secrets: SecretBox, scanId: string, cookie: string): string {
  return secrets.derive('xinlu.csrf.v1', `${scanId}\0${cookie}`);
}

/**
 * True when the form carries the token of its own page, or no cookie at all: then nothing can be
 * done that takes presence, and the answer says why.
 */
export function mayPost(secrets: SecretBox, request: FastifyRequest, scanId: string): boolean {
  const cookie = request.cookies[openerCookieName];
  if (cookie === undefined) return true;
  const expected = Buffer.from(formTokenOf(secrets, scanId, cookie));
  const given = Buffer.from(textField(request.body, 'token'));
  return given.length === expected.length && timingSafeEqual(given, expected);
}
