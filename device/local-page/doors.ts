import { isIP } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isOwnForm, type LocalSession, type LocalSessions } from './sessions.ts';

/**
 * Where somebody comes in: a browser on this very machine, or one on a cable to the service port.
 * Through the first a few pages are open to whoever sits there; the second needs the PIN for all.
 */
export type Door = 'loopback' | 'service';

/** What a route says of itself; without a word it needs the PIN, and a form of one's own. */
export interface RouteAccess {
  readonly openAt?: readonly Door[];
  /** A form without a session: other pages of the browser are kept away all the same. */
  readonly isOpenForm?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig extends RouteAccess {}
  interface FastifyRequest {
    localSession: LocalSession | null;
  }
}

export const atLoopback = { config: { openAt: ['loopback'] } } as const;
export const atEveryDoor = { config: { openAt: ['loopback', 'service'] } } as const;

/** Names by which a browser on this very machine calls it. */
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

function hostName(header: string | undefined): string {
  return (header ?? '').replace(/:\d+$/, '').toLowerCase();
}

/** A name of the web that somebody points here is none of ours: ours are addresses. */
function isOwnName(name: string, ownHost: string, door: Door): boolean {
  if (loopbackNames.has(name) || name === ownHost.toLowerCase()) return true;
  return door === 'service' && isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}

/** Another page of the browser must not press buttons here. */
export function isForeign({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== headers.host;
}

/** One cookie a unit: several units of a bench share the name of the machine. */
export function cookieName(serial: string): string {
  return `xinlu-${serial}`;
}

export function tokenOf({ headers }: FastifyRequest, serial: string): string | null {
  const name = cookieName(serial);
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=');
    if (key === name && value !== undefined && value !== '') return value;
  }
  return null;
}

export interface DoorKeeping {
  readonly door: Door;
  readonly ownHost: string;
  readonly serial: string;
  readonly sessions: LocalSessions;
}

function turnAway(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const wantsPage = request.method === 'GET' && request.headers.accept?.includes('text/html');
  if (wantsPage) return reply.redirect('/pin', 303);
  return reply.code(401).send({ code: 'unauthorised' });
}

/** Asks everybody at the door. */
export function keepDoor(app: FastifyInstance, keeping: DoorKeeping): void {
  const { door, ownHost, serial, sessions } = keeping;
  app.decorateRequest('localSession', null);
  app.addHook('onRequest', async (request, reply) => {
    if (!isOwnName(hostName(request.headers.host), ownHost, door)) {
      return reply.code(403).send({ code: 'forbidden' });
    }
    request.localSession = sessions.find(tokenOf(request, serial));
    const { openAt = [] } = request.routeOptions.config ?? {};
    if (request.localSession === null && !openAt.includes(door)) return turnAway(request, reply);
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST') return;
    const { isOpenForm = false } = request.routeOptions.config ?? {};
    const { csrf } = (request.body ?? {}) as { csrf?: string };
    const { localSession } = request;
    const isOwn = isOpenForm || (localSession !== null && isOwnForm(localSession, csrf));
    if (isForeign(request) || !isOwn) return reply.code(403).send({ code: 'forbidden' });
  });
}
