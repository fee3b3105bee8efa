import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { checkpointSchema } from '../../protocols/audit/checkpoint.ts';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { CodedError } from '../../protocols/errors.ts';
import { momentMs, momentMsOrNull, nullable, textOrNull } from '../../protocols/http/json-parts.ts';
import type { CodeHost } from '../../protocols/scan-code/link.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { AuditSink } from '../access/audit-sink.ts';
import { userAdminRoutes } from '../access/user-commands.ts';
import { verifyAudit } from '../audit/verify-audit.ts';
import { cardAdminRoutes } from '../cards/commands.ts';
import type { CardIssuer } from '../cards/issuer.ts';
import { setCrewPin } from '../directory/crews.ts';
import type { ServerEnvironment } from '../environment.ts';
import { createLinkToken } from '../link/create-token.ts';
import { bearerOf, refuse } from '../link/gate.ts';
import { listLinks, revokeLink } from '../link/link-table.ts';
import { digestOf } from '../secrets.ts';

/** Largest set of kept checkpoints, in bytes: some ten thousand. */
const heldBytesMax = 4 * 1024 * 1024;
const heldCheckpoints = Type.Object({ checkpoints: Type.Array(checkpointSchema) });

const crewPinWish = Type.Object({
  personId: Type.String({ maxLength: 64 }),
  pin: Type.Optional(Type.String({ maxLength: 12, description: '6 to 12 digits; else made' })),
});
const contracts = {
  crewPin: jsonContract('a PIN for a person to sign on with at a unit', {
    body: crewPinWish,
    answer: Type.Object({ personId: Type.String(), pin: Type.String() }),
  }),
  token: jsonContract('a one-time token for one gateway', {
    answer: Type.Object({ token: Type.String(), expiresAtMs: momentMs }),
  }),
  links: jsonContract('every link with a gateway', {
    answer: Type.Array(
      Type.Object({
        linkId: Type.String(),
        gatewayId: Type.String(),
        createdAtMs: momentMs,
        revokedAtMs: momentMsOrNull,
      }),
    ),
  }),
  revoke: jsonContract('the keys of a link are refused from now on', {
    answer: Type.Object({ linkId: Type.String(), revoked: Type.Boolean() }),
  }),
  audit: jsonContract('read the whole audit log, against checkpoints kept elsewhere', {
    body: heldCheckpoints,
    answer: Type.Object({
      ok: Type.Boolean(),
      events: Type.Integer(),
      erased: Type.Integer(),
      checkpoints: Type.Integer(),
      root: textOrNull,
      firstBreak: nullable(Type.Object({ where: Type.String(), reason: Type.String() })),
    }),
  }),
} as const;

interface AdminParts {
  readonly store: Store;
  readonly env: ServerEnvironment;
  readonly token: string;
  readonly audit: AuditSink;
  readonly publicUrl: string;
  readonly issuer: CardIssuer;
  readonly codeHost: CodeHost | null;
}

/** What the commands call on the loopback port; each request carries the token of `admin.token`. */
export function adminRoutes(app: FastifyInstance, parts: AdminParts): void {
  const { store, env, token } = parts;
  const expected = Buffer.from(digestOf(token));
  app.addHook('onRequest', async (request, reply) => {
    const given = Buffer.from(digestOf(bearerOf(request.headers.authorization) ?? ''));
    if (!timingSafeEqual(given, expected)) return refuse(reply, 'unauthorised');
  });
  app.post('/admin/v1/link-tokens', { config: contracts.token }, async () =>
    createLinkToken(store, env),
  );
  app.get('/admin/v1/links', { config: contracts.links }, () => listLinks(store));
  app.post<{ Params: { linkId: string } }>(
    '/admin/v1/links/:linkId/revoke',
    { config: contracts.revoke },
    async (request, reply) => {
      const { linkId } = request.params;
      const revoked = await revokeLink(store, linkId, env);
      return revoked ? { linkId, revoked } : refuse(reply, 'not-found');
    },
  );
  void app.register((users, _options, done) => {
    userAdminRoutes(users, parts);
    done();
  });
  app.post('/admin/v1/crew-pins', { config: contracts.crewPin }, async ({ body }, reply) => {
    if (!Value.Check(crewPinWish, body)) return refuse(reply, 'bad-request');
    try {
      return await setCrewPin(store, env, body.personId, body.pin ?? null);
    } catch (error) {
      if (error instanceof CodedError) return refuse(reply, error.code, error.message);
      throw error;
    }
  });
  cardAdminRoutes(app, parts);
  app.post(
    '/admin/v1/audit/verify',
    { bodyLimit: heldBytesMax, config: contracts.audit },
    async (request, reply) => {
      const { body } = request;
      if (!Value.Check(heldCheckpoints, body)) return refuse(reply, 'bad-request');
      return verifyAudit(store, body.checkpoints);
    },
  );
}
