import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { documentContract, jsonContract } from '../../protocols/contracts/route-contract.ts';
import { latLon, momentMs } from '../../protocols/http/json-parts.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal, refusalAnswer } from '../http/refusal.ts';
import type { Registry } from '../parts.ts';
import type { Places } from '../place/places.ts';
import { isTrackFormat, trackFormats, writtenTrack } from './formats.ts';
import { fixesOfSpan, type Span } from './track-pages.ts';
import { type TrackPoint, trackPoints } from './track-points.ts';
import { summaryOf } from './trips.ts';

export interface TrackExportDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly registry: Registry;
  readonly places: Places;
}

const query = Type.Object({
  from: Type.String({ maxLength: 40 }),
  to: Type.String({ maxLength: 40 }),
  format: Type.Optional(Type.String({ maxLength: 10 })),
  reason: Type.Optional(Type.String({ maxLength: 200 })),
  by: Type.Optional(Type.String({ maxLength: 64 })),
});

const stretch = { startMs: momentMs, endMs: momentMs } as const;
const contracts = {
  track: documentContract('the track of a unit; csv, or gpx or geojson', 'text/csv', query),
  trips: jsonContract('stops and trips of a unit', {
    query,
    answer: Type.Object({
      fixes: Type.Integer(),
      flagged: Type.Integer(),
      lengthM: Type.Number(),
      stops: Type.Array(Type.Object({ ...latLon.properties, ...stretch })),
      trips: Type.Array(
        Type.Object({ ...stretch, lengthM: Type.Number(), from: latLon, to: latLon }),
      ),
    }),
  }),
} as const;

/** A summary is made in memory: so many fixes at most, a week at one every 5 s. */
export const summaryFixesMax = 120_960;

/** Who asks when the caller does not say: whoever holds the administration token. */
const defaultBy = 'admin';

interface Asked {
  readonly serial: string;
  readonly unitId: number;
  readonly span: Span;
  readonly format: string;
  readonly reason: string;
  readonly by: string;
}

/** An ISO 8601 time with its zone, or Unix ms; NaN for anything else. */
function momentOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  return /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}

function askedOf(registry: Registry, serial: string, given: unknown): Asked | Refusal {
  if (!Value.Check(query, given)) return refusal('bad-request', 'from and to are needed');
  const unit = registry.bySerial(serial);
  if (unit === undefined) return refusal('unknown-serial');
  const span = { fromMs: momentOf(given.from), toMs: momentOf(given.to) };
  if (!(span.fromMs <= span.toMs)) {
    return refusal('bad-request', 'from and to are times such as 2026-03-01T08:00:00+08:00');
  }
  const { format = 'csv', reason = '', by = defaultBy } = given;
  return { serial, unitId: unit.unitId ?? -1, span, format, reason, by };
}

function refuse(reply: FastifyReply, refused: Refusal) {
  const { status, body } = refusalAnswer(refused);
  return reply.code(status).send(body);
}

/** Tracks of units on the administration listener; who read which is kept. */
export function registerTrackRoutes(app: FastifyInstance, deps: TrackExportDeps): void {
  const { store, env, registry, places } = deps;
  const pointsOf = ({ unitId, span }: Asked) =>
    trackPoints(fixesOfSpan(store, unitId, span), (fixes) => places.alongTrack(fixes));
  // reliability.md, "Privacy": access to tracks is logged.
  const note = async (what: string, { serial, span, reason, by }: Asked) => {
    const detail = JSON.stringify({ by, reason, ...span });
    await store.write((tx) =>
      tx.run('INSERT INTO audit_event (at_ms, subject, event, detail) VALUES (?, ?, ?, ?)', [
        env.nowMs(),
        serial,
        what,
        detail,
      ]),
    );
  };

  app.get<{ Params: { serial: string } }>(
    '/units/:serial/track',
    { config: contracts.track },
    async (request, reply) => {
      const asked = askedOf(registry, request.params.serial, request.query);
      if ('ok' in asked) return refuse(reply, asked);
      const { serial, format } = asked;
      if (!isTrackFormat(format)) {
        const known = Object.keys(trackFormats).join(', ');
        return refuse(reply, refusal('bad-request', `format is one of ${known}`));
      }
      await note('track-read', asked);
      void reply.type(trackFormats[format].contentType);
      return reply.send(Readable.from(writtenTrack(format, serial, pointsOf(asked))));
    },
  );

  app.get<{ Params: { serial: string } }>(
    '/units/:serial/trips',
    { config: contracts.trips },
    async (request, reply) => {
      const asked = askedOf(registry, request.params.serial, request.query);
      if ('ok' in asked) return refuse(reply, asked);
      await note('trips-read', asked);
      const points: TrackPoint[] = [];
      for await (const point of pointsOf(asked)) {
        points.push(point);
        if (points.length > summaryFixesMax) {
          return refuse(reply, refusal('too-large', 'ask for a shorter time, such as a week'));
        }
      }
      return summaryOf(points);
    },
  );
}
