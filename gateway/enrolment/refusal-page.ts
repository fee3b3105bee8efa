import type { FastifyReply } from 'fastify';
import { errorTable } from '../../protocols/errors.ts';
import type { Refusal } from '../http/refusal.ts';
import { html } from '../scan/html.ts';
import { both, pageHeaders, pageOf } from '../scan/page-frame.ts';
import { enrolmentRefusals, unreadableCode } from './refusal-texts.ts';

const nothing = { verdict: '', unitId: null, issuedAt: null, lat: null, lon: null, match: null };

/**
 * Sends the page; of the request nothing stands on it but the serial of a code that was good.
 * @param serverUrl of the pages for technicians
 */
export function sendEnrolmentRefusal(
  reply: FastifyReply,
  { code, serial }: Refusal & { readonly serial: string | null },
  serverUrl: string,
): FastifyReply {
  const { title, advice, next } = enrolmentRefusals[code] ?? unreadableCode;
  const link =
    next === undefined || serial === null
      ? null
      : html`<p><a href="${serverUrl}${next.path(serial)}">${both(next.label)}</a></p>`;
  const inside = html`<p>${both(advice)}</p>${link}`;
  const page = pageOf(nothing, 'warn', title, { above: null, inside, marks: [] });
  return reply.code(errorTable[code].status).headers(pageHeaders).send(page);
}
