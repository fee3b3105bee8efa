import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { documentContract, jsonContract } from '../../protocols/contracts/route-contract.ts';
import { momentMs, momentMsOrNull } from '../../protocols/http/json-parts.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal, refusalAnswer } from '../http/refusal.ts';
import { insertAudit } from '../registry/fleet-table.ts';
import type { RotatingAuthority } from './authority.ts';
import type { RevocationList } from './revocation-list.ts';
import type { TlsIdentity } from './tls-identity.ts';

export interface AuthorityRouteDeps {
  readonly authority: RotatingAuthority;
  readonly tls: TlsIdentity;
  readonly list: RevocationList;
  readonly store: Store;
  readonly env: GatewayEnv;
}

const rotation = Type.Object({
  reason: Type.String({ minLength: 1, maxLength: 200 }),
  by: Type.Optional(Type.String({ maxLength: 64 })),
});
const anchors = Type.Array(
  Type.Object({ name: Type.String(), notAfterMs: momentMs, trustedUntilMs: momentMsOrNull }),
);
const listType = 'application/x-pem-file';
const contracts = {
  show: jsonContract('fleet CAs trusted now, newest first', { answer: anchors }),
  crl: documentContract('revoked certificates of every CA trusted now, PEM', listType),
  rotate: jsonContract('a new fleet CA', { body: rotation, answer: anchors }),
} as const;
/** Subject of what is done to the fleet CA in the audit. */
const auditSubject = 'fleet-ca';

/** A new CA, its certificates on every listener, and the audit of it. */
async function rotate(deps: AuthorityRouteDeps, reason: string, by: string) {
  const { authority, tls, list, store, env } = deps;
  if (!(await authority.rotate())) {
    return refusal('conflict', 'not while an overlap is running, nor for an authority outside');
  }
  await tls.check();
  await list.write();
  const { name } = authority.anchors[0] ?? { name: '' };
  await store.write((tx) =>
    insertAudit(tx, env.nowMs(), auditSubject, 'rotate', { by, reason, name }),
  );
  return null;
}

/** The fleet CA on the administration listener. */
export function registerAuthorityRoutes(app: FastifyInstance, deps: AuthorityRouteDeps): void {
  app.get('/authority', { config: contracts.show }, () => deps.authority.anchors);

  app.get('/authority/crl', { config: contracts.crl }, (_request, reply) =>
    reply.type(listType).send(deps.list.text()),
  );

  app.post('/authority/rotate', { config: contracts.rotate }, async ({ body }, reply) => {
    const refused: Refusal | null = Value.Check(rotation, body)
      ? await rotate(deps, body.reason, body.by ?? 'admin')
      : refusal('bad-request', 'a reason is needed');
    if (refused === null) return deps.authority.anchors;
    const answer = refusalAnswer(refused);
    return reply.code(answer.status).send(answer.body);
  });
}
