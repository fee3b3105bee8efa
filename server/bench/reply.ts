import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorTable } from '../../protocols/errors.ts';
import { sendDesk, signedInContext } from '../access/desk-reply.ts';
import type { FleetRefusal } from '../fleet/fleet-client.ts';
import { refusedPage } from '../web/bench/refused-page.ts';

/** Why something was not done, as the gateway said it. */
export interface Refused {
  readonly ok: false;
  readonly code: FleetRefusal;
  readonly message: string;
}

const awayStatus = 503;

function statusOf(code: FleetRefusal): number {
  return code === 'gateway-away' || code === 'gateway-not-linked'
    ? awayStatus
    : errorTable[code].status;
}

/** The page that says why not and what to do. `serial`: of the unit it was about, when known. */
export function sendRefused(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, message }: Refused,
  serial: string | null = null,
): FastifyReply {
  const page = refusedPage(signedInContext(request, reply), { code, message, serial });
  return sendDesk(reply, statusOf(code), page);
}
