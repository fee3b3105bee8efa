import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { momentMs, nullable, textOrNull } from '../../protocols/http/json-parts.ts';
import { codeDigitsOf } from '../../protocols/scan-code/code.ts';
import { lateToleranceS } from '../../protocols/scan-code/verdict.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal, refusalAnswer } from '../http/refusal.ts';
import type { LiveUnits, Registry } from '../parts.ts';
import type { DisplayProof, Reproduction } from './display-proof.ts';

export interface DisplayRouteDeps {
  readonly proof: DisplayProof;
  readonly registry: Pick<Registry, 'bySerial'>;
  readonly live: Pick<LiveUnits, 'clockOffsetS'>;
  readonly env: Pick<GatewayEnv, 'nowMs'>;
}

const contract = jsonContract(
  'what stood on the glass of a unit at a moment, or stands there now',
  {
    query: Type.Object({ at: Type.Optional(Type.String({ description: 'Unix ms or ISO 8601' })) }),
    answer: Type.Object({
      serial: Type.String(),
      shownAtMs: momentMs,
      validUntilMs: momentMs,
      isValid: Type.Boolean(),
      digits: nullable(Type.String({ description: 'null: its window is still open' })),
      frameHash: textOrNull,
    }),
  },
);

interface Asked {
  Params: { serial: string };
  Querystring: { at?: string };
}

/** Unix ms or ISO 8601; undefined: neither. */
function momentOf(text: string): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const atMs = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}

function refuse(reply: FastifyReply, given: Refusal) {
  const { status, body } = refusalAnswer(given);
  return reply.code(status).send(body);
}

/**
 * Nobody can redeem from a desk: a code and what is read beside it are told only when its window
 * has closed, by the clock that is behind. architecture.md, "Ports and small contracts".
 */
function viewOf(frame: Reproduction, nowMs: number, offsetS: number) {
  const { code, frameHash, match, ...rest } = frame;
  const closedAtMs = frame.validUntilMs + (lateToleranceS + Math.abs(offsetS)) * 1000;
  const isClosed = nowMs > closedAtMs;
  return {
    ...rest,
    digits: isClosed ? codeDigitsOf(code) : null,
    match: isClosed ? match : null,
    frameHash: frameHash?.toString('hex') ?? null,
  };
}

/** `GET /units/:serial/display?at=MOMENT`: what stood on the glass then, or stands there now. */
export function registerDisplayRoutes(app: FastifyInstance, deps: DisplayRouteDeps): void {
  const { proof, registry, live, env } = deps;
  app.get<Asked>(
    '/units/:serial/display',
    { config: contract },
    async ({ params, query }, reply) => {
      const unit = registry.bySerial(params.serial);
      if (unit === undefined) return refuse(reply, refusal('unknown-serial'));
      const unitNowMs = env.nowMs() + live.clockOffsetS(unit.serial) * 1000;
      const atMs = query.at === undefined ? unitNowMs : momentOf(query.at);
      if (atMs === undefined) {
        return refuse(reply, refusal('bad-request', 'at is a Unix time in ms, or ISO 8601'));
      }
      const frame = unit.unitId === null ? undefined : await proof.reproduction(unit.unitId, atMs);
      if (frame === undefined) {
        return refuse(reply, refusal('not-found', 'nothing is kept of what was shown then'));
      }
      return viewOf(frame, env.nowMs(), live.clockOffsetS(unit.serial));
    },
  );
}
