import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CodedError } from '../../protocols/errors.ts';
import type { Reader, Store } from '../../protocols/store/store.ts';
import type { ServerEnvironment } from '../environment.ts';
import { textField } from '../scan-page/forms.ts';
import type { SecretBox } from '../secrets.ts';
import { type AccessRow, accessRowOf, scopeParameterOf } from './access-table.ts';
import type { AuditSink } from './audit-sink.ts';
import { cookieNames } from './cookies.ts';
import { type GivenRight, organisationOf, rightsCover, rightsOf } from './right-table.ts';
import type { Role } from './roles.ts';
import { sessionOf, touchSession } from './session-table.ts';

/** Who is signed in, with the rights in force at this request. */
export interface Principal {
  readonly accountId: string;
  readonly loginName: string;
  readonly realName: string;
  readonly rights: readonly GivenRight[];
  /** To stand in every form as `token`. */
  readonly formToken: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    access?: AccessRow;
  }
}

/** Why a request goes no further. */
export type Denial = 'signed-out' | 'forbidden' | 'lapsed';

export interface GateParts {
  readonly store: Store;
  readonly secrets: SecretBox;
  readonly env: ServerEnvironment;
  readonly cookieSecure: boolean;
  readonly audit: AuditSink;
  /** The page that says no. */
  readonly deny: (request: FastifyRequest, reply: FastifyReply, why: Denial) => FastifyReply;
}

/** The token of the forms that belong to a cookie. */
export function formTokenOf(secrets: SecretBox, cookie: string): string {
  return secrets.derive('xinlu.csrf.v1', `session\0${cookie}`);
}

/**
 * For what a table row cannot know, e.g. the organisation somebody moves to: whether the principal
 * holds one of the roles there.
 */
export function requireRole(
  reader: Reader,
  principal: Principal | null,
  roles: readonly Role[],
  organisationId: string | null,
): Promise<boolean> {
  return rightsCover(reader, principal?.rights ?? [], roles, organisationId);
}

/** The principal of a request that a role or `signed-in` row let through. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error('the access table has let nobody in here');
  return request.principal;
}

/** Who a request's cookie signs in, where the table asks for nobody; null: nobody. */
export async function signIn(parts: GateParts, request: FastifyRequest): Promise<Principal | null> {
  const { store, secrets, env, cookieSecure } = parts;
  const cookie = request.cookies[cookieNames(cookieSecure).session];
  if (cookie === undefined) return null;
  const session = await sessionOf(store, cookie, env.nowMs());
  if (session === undefined) return null;
  await touchSession(store, session, env.nowMs());
  const { accountId, loginName, realName } = session;
  const rights = await rightsOf(store, accountId);
  return { accountId, loginName, realName, rights, formToken: formTokenOf(secrets, cookie) };
}

/** Whether a row lets this principal call this address. */
async function isAllowed(
  reader: Reader,
  row: AccessRow,
  principal: Principal,
  params: Readonly<Record<string, string>>,
): Promise<boolean> {
  if (typeof row.who === 'string') return row.who === 'signed-in';
  const parameter = scopeParameterOf(row);
  if (parameter === null) return principal.rights.some(({ role }) => row.who.includes(role));
  const id = await organisationOf(reader, parameter, params[parameter] ?? '');
  return rightsCover(reader, principal.rights, row.who, id);
}

async function recordRefusal({ store, audit, env }: GateParts, row: AccessRow, who: Principal) {
  const event = {
    actor: `user:${who.accountId}`,
    action: 'access.refused',
    subject: `route:${row.method} ${row.url}`,
    reason: 'no right of these roles covers this',
    before: null,
    after: null,
  };
  await store.write((tx) => audit(tx, event, env.nowMs()));
}

function sameText(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The token that a form of this request has to carry; null: no form is expected of it. */
function expectedToken({ secrets, cookieSecure }: GateParts, request: FastifyRequest) {
  if (request.principal !== null) return request.principal.formToken;
  const cookie = request.cookies[cookieNames(cookieSecure).visitor];
  return cookie === undefined ? null : formTokenOf(secrets, cookie);
}

/**
 * Puts the access table in front of every route registered after this call: a route without a row
 * is refused when it is registered, a request without a right before its body is read.
 */
export function installAccessGate(app: FastifyInstance, parts: GateParts): void {
  app.decorateRequest('principal', null);

  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      const row = accessRowOf(method, route.url);
      if (row === undefined) {
        const text = `${method} ${route.url} has no row in server/access/access-table.ts`;
        throw new CodedError('bad-config', `${text}: say there who may call it`);
      }
      route.config = { ...route.config, access: row };
    }
  });

  app.addHook('onRequest', async (request, reply) => {
    const row = request.routeOptions.config.access;
    if (request.is404 || row?.who === 'public' || row?.who === 'link') return;
    if (row?.who === 'visitor') return;
    request.principal = await signIn(parts, request);
    if (request.principal === null || row === undefined) {
      return parts.deny(request, reply, 'signed-out');
    }
    const params = request.params as Record<string, string>;
    if (await isAllowed(parts.store, row, request.principal, params)) return;
    await recordRefusal(parts, row, request.principal);
    return parts.deny(request, reply, 'forbidden');
  });

  app.addHook('preHandler', async (request, reply) => {
    const who = request.routeOptions.config.access?.who;
    const hasForm = request.method === 'POST' && who !== 'public' && who !== 'link';
    if (request.is404 || !hasForm) return;
    const expected = expectedToken(parts, request);
    if (expected !== null && sameText(textField(request.body, 'token'), expected)) return;
    return parts.deny(request, reply, 'lapsed');
  });
}
