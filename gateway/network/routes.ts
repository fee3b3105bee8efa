import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { documentContract, jsonContract } from '../../protocols/contracts/route-contract.ts';
import { isLatLon } from '../../protocols/geo/geo.ts';
import { momentMs, momentMsOrNull, nullable, textOrNull } from '../../protocols/http/json-parts.ts';
import { place } from '../../protocols/http/link-parts.ts';
import { readMoment } from '../../protocols/network/validity.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal, refusalAnswer } from '../http/refusal.ts';
import type { Places } from '../place/places.ts';
import { networkLimits } from './limits.ts';
import type { ActivationResult, NetworkBook } from './network-book.ts';

export interface NetworkRouteDeps {
  readonly networks: NetworkBook;
  readonly places: Places;
  readonly env: Pick<GatewayEnv, 'nowMs'>;
}

const by = Type.Optional(Type.String({ maxLength: 64 }));
const reason = Type.String({ minLength: 1, maxLength: 200 });
const moment = Type.String({ maxLength: 32, description: 'a date in China, or ISO 8601' });
const bodies = {
  file: Type.Object({
    content: Type.String({ maxLength: networkLimits.fileCharsMax, description: 'GeoJSON text' }),
    by,
  }),
  activation: Type.Object({
    hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    validFrom: moment,
    validTo: Type.Optional(moment),
    reason,
    by,
  }),
  withdrawal: Type.Object({ reason, by }),
} as const;

/** Quotes and line ends travel as two characters in JSON. */
const fileBytesMax = 2 * networkLimits.fileCharsMax;
const defaultBy = 'admin';
const hashPattern = /^[0-9a-f]{64}$/;

const activation = Type.Object({
  id: Type.Integer(),
  hash: Type.String(),
  validFromMs: momentMs,
  validToMs: momentMsOrNull,
  activatedAtMs: momentMs,
  activatedBy: Type.String(),
  reason: Type.String(),
  withdrawnAtMs: momentMsOrNull,
});
const file = Type.Object({
  hash: Type.String({ description: 'SHA-256 of the file' }),
  name: textOrNull,
  sections: Type.Integer(),
  lines: Type.Integer(),
  vertices: Type.Integer(),
  areas: Type.Integer(),
  lengthM: Type.Integer(),
  importedAtMs: momentMs,
  importedBy: Type.String(),
});
const contracts = {
  list: jsonContract('network files, and when each counts', {
    answer: Type.Array(
      Type.Object({
        ...file.properties,
        isInForce: Type.Boolean(),
        activations: Type.Array(activation),
      }),
    ),
  }),
  import: jsonContract('keep a network file; a wrong one is told everything that is wrong', {
    body: bodies.file,
    answer: Type.Object({ ...file.properties, isNew: Type.Boolean() }),
  }),
  content: documentContract('a network file as it was imported', 'application/geo+json'),
  activate: jsonContract('have a file count for a time', {
    body: bodies.activation,
    answer: activation,
  }),
  withdraw: jsonContract('take an activation back', {
    body: bodies.withdrawal,
    answer: activation,
  }),
  place: jsonContract('where a position is, and who is responsible there', {
    query: Type.Object({
      lat: Type.String(),
      lon: Type.String(),
      course: Type.Optional(Type.String()),
      at: Type.Optional(moment),
      organisation: Type.Optional(Type.String()),
    }),
    answer: Type.Object({
      hash: textOrNull,
      place: nullable(place),
      organisations: Type.Array(Type.String()),
      standing: Type.Optional(Type.String({ description: 'inside, outside or undeclared' })),
    }),
  }),
} as const;

interface PlaceQuery {
  readonly lat?: string;
  readonly lon?: string;
  readonly course?: string;
  readonly at?: string;
  readonly organisation?: string;
}

function refuse(reply: FastifyReply, given: Refusal, more: object = {}) {
  const { status, body } = refusalAnswer(given);
  return reply.code(status).send({ ...body, ...more });
}

function say(reply: FastifyReply, result: ActivationResult) {
  return result.ok ? result.activation : refuse(reply, result);
}

async function activate(networks: NetworkBook, body: unknown): Promise<ActivationResult> {
  if (!Value.Check(bodies.activation, body)) {
    return refusal('bad-request', 'hash, validFrom and a reason are needed');
  }
  const [validFromMs, validToMs] = [readMoment(body.validFrom), readMoment(body.validTo ?? '')];
  const isEndGood = body.validTo === undefined || (validToMs ?? 0) > (validFromMs ?? 0);
  if (validFromMs === null || !isEndGood) {
    return refusal('bad-request', 'validFrom and validTo are dates, the end later');
  }
  const said = { by: body.by ?? defaultBy, reason: body.reason };
  return networks.activate(body.hash, { validFromMs, validToMs }, said);
}

/** Where a position is, on which version, and who is responsible there. */
function placeAt({ networks, places, env }: NetworkRouteDeps, query: PlaceQuery) {
  const position = { lat: Number(query.lat ?? 'x'), lon: Number(query.lon ?? 'x') };
  const courseDeg = query.course === undefined ? null : Number(query.course);
  const atMs = query.at === undefined ? env.nowMs() : readMoment(query.at);
  if (!isLatLon(position) || Number.isNaN(courseDeg) || atMs === null) return null;
  const place = places.placeOf(position, courseDeg, atMs);
  const { organisation } = query;
  return {
    hash: networks.at(atMs)?.hash ?? null,
    place,
    organisations: places.organisationsAt(position, place, atMs),
    ...(organisation !== undefined && {
      standing: places.areaStanding(organisation, position, place, atMs),
    }),
  };
}

/** Road networks on the administration listener. wire.md, "Linking a scan". */
export function registerNetworkRoutes(app: FastifyInstance, deps: NetworkRouteDeps): void {
  const { networks } = deps;

  app.get('/network/versions', { config: contracts.list }, () => networks.list());

  app.post(
    '/network/versions',
    { bodyLimit: fileBytesMax, config: contracts.import },
    async ({ body }, reply) => {
      if (!Value.Check(bodies.file, body)) {
        return refuse(reply, refusal('bad-request', 'content is the text of a network file'));
      }
      const done = await networks.import(body.content, body.by ?? defaultBy);
      if (done.ok) return { ...done.file, isNew: done.isNew };
      const { problems } = done;
      return refuse(reply, refusal('bad-request', 'the network file is wrong'), { problems });
    },
  );

  app.get<{ Params: { hash: string } }>(
    '/network/versions/:hash/content',
    { config: contracts.content },
    async ({ params }, reply) => {
      const isHash = hashPattern.test(params.hash);
      const content = isHash ? await networks.content(params.hash) : undefined;
      if (content === undefined) return refuse(reply, refusal('not-found'));
      return reply.type('application/geo+json').send(content);
    },
  );

  app.post('/network/activations', { config: contracts.activate }, async ({ body }, reply) =>
    say(reply, await activate(networks, body)),
  );

  app.post<{ Params: { id: string } }>(
    '/network/activations/:id/withdraw',
    { config: contracts.withdraw },
    async ({ params, body }, reply) => {
      if (!Value.Check(bodies.withdrawal, body)) {
        return refuse(reply, refusal('bad-request', 'a reason is needed'));
      }
      const said = { by: body.by ?? defaultBy, reason: body.reason };
      return say(reply, await networks.withdraw(Number(params.id), said));
    },
  );

  app.get<{ Querystring: PlaceQuery }>(
    '/network/place',
    { config: contracts.place },
    ({ query }, reply) => {
      const found = placeAt(deps, query);
      return found ?? refuse(reply, refusal('bad-request', 'lat, lon; course, at, organisation'));
    },
  );
}
