import type { KeyObject } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { momentMs, nullable, textOrNull } from '../../protocols/http/json-parts.ts';
import { refusal, refusalAnswer } from '../http/refusal.ts';
import type { DeployKey } from './deploy-key.ts';
import { bundleFile } from './import-bundle.ts';
import type { ReleaseAnswer, ReleaseDesk } from './release-desk.ts';
import type { RunningRelease } from './rollout.ts';

export interface ReleaseRouteDeps {
  readonly desk: ReleaseDesk;
  readonly deployKey: DeployKey;
  readonly releaseKey: KeyObject | null;
  readonly folder: string;
}

const by = Type.Optional(Type.String({ maxLength: 64 }));
const reason = Type.String({ minLength: 1, maxLength: 200 });
const percent = (minimum: number) => Type.Integer({ minimum, maximum: 100 });
const importing = Type.Object({ path: Type.String({ minLength: 1, maxLength: 1024 }), by });
const rolling = Type.Object({
  percent: percent(1),
  organisation: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  failurePercentMax: Type.Optional(percent(0)),
  attemptsMin: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  reason,
  by,
});
const change = Type.Object({ reason, by });
const authorisation = Type.Object({
  statement: Type.String({ maxLength: 2048 }),
  signature: Type.String({ maxLength: 128 }),
});

const release = Type.Object({
  releaseId: Type.String(),
  version: Type.String(),
  counter: Type.Integer(),
  models: Type.Array(Type.String()),
  expiresS: Type.Integer(),
  bundleBytes: Type.Integer(),
  file: Type.String({ description: 'what a depot gets on a stick' }),
  importedAtMs: momentMs,
  importedBy: Type.String(),
  state: Type.String(),
  stateReason: Type.String(),
  stateAtMs: momentMs,
  failurePercentMax: Type.Integer(),
  attemptsMin: Type.Integer(),
  shares: Type.Array(Type.Object({ organisation: Type.String(), percent: Type.Integer() })),
  units: Type.Record(Type.String(), Type.Integer(), { description: 'units by state' }),
});
const unitProgress = Type.Object({
  serial: Type.String(),
  organisation: textOrNull,
  state: Type.String(),
  reason: textOrNull,
  receivedBytes: Type.Integer(),
  atMs: nullable(momentMs),
});
const key = Type.Object({ publicKey: Type.String(), statementNumber: nullable(Type.Integer()) });

const answered = (summary: string, body: TSchema) =>
  jsonContract(summary, { body, answer: release });
const contracts = {
  list: jsonContract('releases, newest first', { answer: Type.Array(release) }),
  units: jsonContract('how a release fares on each unit', { answer: Type.Array(unitProgress) }),
  import: answered('take a signed bundle in from a file on this machine', importing),
  start: answered('give a release to part of the fleet, or to more of it', rolling),
  pause: answered('offer a release to nobody for now', change),
  resume: answered('go on with a paused release', change),
  stop: answered('end a roll-out', change),
  key: jsonContract('the deploy key of this gateway', { answer: key }),
  authorise: jsonContract('take the release key’s statement about the deploy key', {
    body: authorisation,
    answer: key,
  }),
} as const;

const transitions = { pause: 'paused', resume: 'running', stop: 'stopped' } as const;

interface IdParams {
  readonly id: string;
}

/** Releases on the administration listener: `xinlu release …`. */
export function registerReleaseRoutes(app: FastifyInstance, deps: ReleaseRouteDeps): void {
  const { desk, deployKey, releaseKey, folder } = deps;

  const view = (running: RunningRelease): Static<typeof release> => {
    const { manifest: _manifest, watchedFromMs: _watchedFromMs, ...row } = running.row;
    const units: Record<string, number> = {};
    for (const { state } of desk.unitsOf(running)) units[state] = (units[state] ?? 0) + 1;
    const { models, expiresS } = running.manifest;
    const shares = running.shares.map(({ organisation, percent }) => ({ organisation, percent }));
    return { ...row, models, expiresS, shares, units, file: bundleFile(folder, row.releaseId) };
  };
  const say = (reply: FastifyReply, answer: ReleaseAnswer) => {
    const running = answer.ok ? desk.get(answer.release.releaseId) : undefined;
    if (running !== undefined) return view(running);
    const { status, body } = refusalAnswer(answer.ok ? refusal('not-found') : answer);
    return reply.code(status).send(body);
  };
  const keyView = () => ({
    publicKey: deployKey.publicKey,
    statementNumber: deployKey.statement?.read.number ?? null,
  });

  app.get('/releases', { config: contracts.list }, () => desk.list().map(view));

  app.get<{ Params: IdParams }>(
    '/releases/:id/units',
    { config: contracts.units },
    ({ params }, reply) => {
      const running = desk.get(params.id);
      return running === undefined
        ? say(reply, refusal('not-found', 'no such release: xinlu release list'))
        : desk.unitsOf(running);
    },
  );

  app.post('/releases', { config: contracts.import }, async ({ body }, reply) =>
    say(
      reply,
      Value.Check(importing, body)
        ? await desk.import(body.path, body.by ?? 'admin')
        : refusal('bad-request', 'path is needed'),
    ),
  );

  app.post<{ Params: IdParams }>(
    '/releases/:id/start',
    { config: contracts.start },
    async ({ params, body }, reply) => {
      if (!Value.Check(rolling, body)) {
        return say(reply, refusal('bad-request', 'percent (1 to 100) and a reason are needed'));
      }
      const { organisation = null, failurePercentMax = null, attemptsMin = null } = body;
      const limits = { failurePercentMax, attemptsMin };
      const { percent: share, reason: why, by: who = 'admin' } = body;
      const wish = { releaseId: params.id, organisation, percent: share, by: who, reason: why };
      return say(reply, await desk.roll({ ...wish, ...limits }));
    },
  );

  for (const [action, state] of Object.entries(transitions)) {
    app.post<{ Params: IdParams }>(
      `/releases/:id/${action}`,
      { config: contracts[action as keyof typeof transitions] },
      async ({ params, body }, reply) =>
        say(
          reply,
          Value.Check(change, body)
            ? await desk.setState(params.id, state, body.by ?? 'admin', body.reason)
            : refusal('bad-request', 'a reason is needed'),
        ),
    );
  }

  app.get('/deploy-key', { config: contracts.key }, keyView);

  app.post('/deploy-key', { config: contracts.authorise }, async ({ body }, reply) => {
    if (!Value.Check(authorisation, body)) {
      return say(reply, refusal('bad-request', 'a statement and its signature are needed'));
    }
    if (releaseKey === null) return say(reply, refusal('conflict', 'set gateway.releaseKey first'));
    const taken = await deployKey.authorise(body, releaseKey);
    return taken.ok ? keyView() : say(reply, taken);
  });
}
