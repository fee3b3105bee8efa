import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { isLatLon } from '../../protocols/geo/geo.ts';
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
/** Bodies of this feature; the contract shows them. */
export const networkBodies = {
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
  if (!Value.Check(networkBodies.activation, body)) {
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

  app.get('/network/versions', () => networks.list());

  app.post('/network/versions', { bodyLimit: fileBytesMax }, async ({ body }, reply) => {
    if (!Value.Check(networkBodies.file, body)) {
      return refuse(reply, refusal('bad-request', 'content is the text of a network file'));
    }
    const done = await networks.import(body.content, body.by ?? defaultBy);
    if (done.ok) return { ...done.file, isNew: done.isNew };
    const { problems } = done;
    return refuse(reply, refusal('bad-request', 'the network file is wrong'), { problems });
  });

  app.get<{ Params: { hash: string } }>(
    '/network/versions/:hash/content',
    async ({ params }, reply) => {
      const isHash = hashPattern.test(params.hash);
      const content = isHash ? await networks.content(params.hash) : undefined;
      if (content === undefined) return refuse(reply, refusal('not-found'));
      return reply.type('application/geo+json').send(content);
    },
  );

  app.post('/network/activations', async ({ body }, reply) =>
    say(reply, await activate(networks, body)),
  );

  app.post<{ Params: { id: string } }>(
    '/network/activations/:id/withdraw',
    async ({ params, body }, reply) => {
      if (!Value.Check(networkBodies.withdrawal, body)) {
        return refuse(reply, refusal('bad-request', 'a reason is needed'));
      }
      const said = { by: body.by ?? defaultBy, reason: body.reason };
      return say(reply, await networks.withdraw(Number(params.id), said));
    },
  );

  app.get<{ Querystring: PlaceQuery }>('/network/place', ({ query }, reply) => {
    const found = placeAt(deps, query);
    return found ?? refuse(reply, refusal('bad-request', 'lat, lon; course, at, organisation'));
  });
}
