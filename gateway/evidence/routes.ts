import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { documentContract, jsonContract } from '../../protocols/contracts/route-contract.ts';
import { momentMs, momentMsOrNull, textOrNull } from '../../protocols/http/json-parts.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal, refusalAnswer } from '../http/refusal.ts';
import type { Incidents } from '../incidents/incidents.ts';
import type { BundleMaker } from './bundle-maker.ts';
import type { EvidenceKey } from './evidence-key.ts';
import { addFile, filesMax, filesOf } from './file-table.ts';

export interface EvidenceRouteDeps {
  readonly store: Store;
  readonly env: Pick<GatewayEnv, 'nowMs'>;
  readonly incidents: Pick<Incidents, 'get'>;
  readonly maker: BundleMaker;
  readonly key: EvidenceKey;
}

const bundleType = 'application/vnd.xinlu.evidence';
const kind = Type.Union([
  Type.Literal('photo'),
  Type.Literal('body-recorder'),
  Type.Literal('document'),
]);
const fileBody = Type.Object({
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'of its bytes' }),
  kind,
  name: Type.String({ minLength: 1, maxLength: 100 }),
  recorder: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  takenAtMs: Type.Optional(Type.Integer({ minimum: 0 })),
  by: Type.Optional(Type.String({ maxLength: 64 })),
});
const fileAnswer = Type.Object({
  sha256: Type.String(),
  kind,
  name: Type.String(),
  recorder: textOrNull,
  takenAtMs: momentMsOrNull,
  addedAtMs: momentMs,
  addedBy: Type.String(),
});
const keyAnswer = Type.Object({
  keyId: Type.String(),
  publicKey: Type.String({ description: 'raw Ed25519, base64url' }),
  use: Type.Literal('evidence'),
});
const contracts = {
  bundle: documentContract('the evidence of an incident in one signed file', bundleType),
  files: jsonContract('files that belong to an incident, by their hashes', {
    answer: Type.Array(fileAnswer),
  }),
  add: jsonContract('add a file by its hash', { body: fileBody, answer: Type.Array(fileAnswer) }),
  keys: jsonContract('the key that signs evidence, for KEYS.json', {
    answer: Type.Array(keyAnswer),
  }),
} as const;

interface IdParams {
  readonly id: string;
}

function refuse(reply: FastifyReply, given: Refusal) {
  const { status, body } = refusalAnswer(given);
  return reply.code(status).send(body);
}

/** Evidence on the administration listener. */
export function registerEvidenceRoutes(app: FastifyInstance, deps: EvidenceRouteDeps): void {
  const { store, env, incidents, maker, key } = deps;
  app.get('/evidence/keys', { config: contracts.keys }, () => {
    const publicKey = Buffer.from(key.signer.publicKey).toString('base64url');
    return [{ keyId: key.keyId, publicKey, use: 'evidence' }];
  });
  app.get<{ Params: IdParams }>(
    '/incidents/:id/evidence',
    { config: contracts.bundle },
    async ({ params }, reply) => {
      const made = await maker.make(params.id);
      return made.ok ? reply.type(bundleType).send(made.text) : refuse(reply, made);
    },
  );
  app.get<{ Params: IdParams }>('/incidents/:id/files', { config: contracts.files }, ({ params }) =>
    filesOf(store, params.id),
  );
  app.post<{ Params: IdParams }>(
    '/incidents/:id/files',
    { config: contracts.add },
    async ({ params, body }, reply) => {
      if (!Value.Check(fileBody, body)) {
        return refuse(reply, refusal('bad-request', 'sha256 (hex), kind and name are needed'));
      }
      if (incidents.get(params.id) === undefined) return refuse(reply, refusal('not-found'));
      const { recorder = null, takenAtMs = null, by = 'admin', ...named } = body;
      const file = { ...named, recorder, takenAtMs, addedAtMs: env.nowMs(), addedBy: by };
      const isAdded = await store.write((tx) => addFile(tx, params.id, file));
      if (!isAdded) return refuse(reply, refusal('too-many', `at most ${filesMax} files`));
      return filesOf(store, params.id);
    },
  );
}
