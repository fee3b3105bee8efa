import type { FastifyReply } from 'fastify';
import { errorTable } from '../../protocols/errors.ts';
import type { Refusal } from '../http/refusal.ts';
import { html } from '../scan/html.ts';
import { both, pageHeaders, pageOf } from '../scan/page-frame.ts';
import { enrolmentRefusals, unreadableCode } from './refusal-texts.ts';

const nothing = { verdict: '', unitId: null, issuedAt: null, lat: null, lon: null, match: null };

/** Sends the page; nothing of the request stands on it. */
export function sendEnrolmentRefusal(reply: FastifyReply, { code }: Refusal): FastifyReply {
  const { title, advice } = enrolmentRefusals[code] ?? unreadableCode;
  const inside = html`<p>${both(advice)}</p>`;
  const page = pageOf(nothing, 'warn', title, { above: null, inside, marks: [] });
  return reply.code(errorTable[code].status).headers(pageHeaders).send(page);
}
