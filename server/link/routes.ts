import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import {
  directory,
  linkClaim,
  linkClaimAnswer,
  linkMessages,
  linkMessagesAnswer,
  linkVersion,
} from '../../protocols/http/link-bodies.ts';
import type { Store } from '../../protocols/store/store.ts';
import { printFeedRoute } from '../cards/feed.ts';
import { crewsTag } from '../directory/crews.ts';
import { directoryOf } from '../directory/screens.ts';
import type { ServerEnvironment } from '../environment.ts';
import { takeMessages } from '../intake/take-messages.ts';
import type { SecretBox } from '../secrets.ts';
import { secretBytes } from '../secrets.ts';
import { isSafeTransport, linkOf, refuse } from './gate.ts';
import { claimLink } from './link-table.ts';

/** Largest body of a batch of messages, in bytes. */
const messagesBytesMax = 1024 * 1024;
/** Most messages of a batch, as `linkMessages` has it. */
const messagesMax = 100;

/** A gateway's name for itself. */
const gatewayIdPattern = /^[\w.-]{1,64}$/;

interface LinkParts {
  readonly store: Store;
  readonly secrets: SecretBox;
  readonly env: ServerEnvironment;
}

/** The envelope of a batch; each message is checked by itself, so that one cannot stop the rest. */
const envelope = Type.Object({
  v: Type.Literal(linkVersion),
  messages: Type.Array(Type.Unknown(), { minItems: 1, maxItems: messagesMax }),
});

const contracts = {
  claim: jsonContract('a one-time token for a pair of keys', {
    body: linkClaim,
    answer: linkClaimAnswer,
  }),
  messages: jsonContract('what a gateway tells; a repeat of an id does no harm', {
    body: linkMessages,
    answer: linkMessagesAnswer,
  }),
  directory: jsonContract('vehicles and their screens; ETag, 304 while nothing changed', {
    answer: directory,
  }),
} as const;

/** What gateways call: claim, messages, directory. Mounted at `/link/v1`. */
export function linkRoutes(app: FastifyInstance, { store, secrets, env }: LinkParts): void {
  app.addHook('onRequest', async (request, reply) => {
    if (isSafeTransport(request)) return;
    return refuse(reply, 'forbidden', 'Gateways are linked over https, or on this machine.');
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) return refuse(reply, 'too-large');
    if (status < 500) return refuse(reply, 'bad-request', error.message);
    request.log.error({ err: error }, 'a link request failed');
    return reply.code(500).send({ code: 'failed', message: 'The server failed: try again.' });
  });

  app.post('/claim', { config: contracts.claim }, async (request, reply) => {
    const { body } = request;
    if (!Value.Check(linkClaim, body) || !gatewayIdPattern.test(body.gatewayId)) {
      return refuse(reply, 'bad-request');
    }
    const linkId = env.randomBytes(8).toString('hex');
    const toServerKey = env.randomBytes(secretBytes).toString('base64url');
    const refused = await claimLink(store, { ...body, linkId, toServerKey }, env);
    if (refused !== null) return refuse(reply, refused);
    const toGatewayKey = secrets.derive('xinlu.link.to-gateway.v1', linkId);
    return reply.code(200).send({ linkId, toServerKey, toGatewayKey });
  });

  app.post(
    '/messages',
    { bodyLimit: messagesBytesMax, config: contracts.messages },
    async (request, reply) => {
      const link = await linkOf(store, request);
      if ('refused' in link) return refuse(reply, link.refused);
      const { body } = request;
      if (!Value.Check(envelope, body)) return refuse(reply, 'bad-request');
      const answer = await takeMessages(store, link.gatewayId, body.messages, env.nowMs());
      return answer === null ? refuse(reply, 'bad-request') : reply.code(200).send(answer);
    },
  );

  printFeedRoute(app, store);

  app.get('/directory', { config: contracts.directory }, async (request: FastifyRequest, reply) => {
    const link = await linkOf(store, request);
    if ('refused' in link) return refuse(reply, link.refused);
    const current = await directoryOf(store);
    const tag = `"${current.version}${crewsTag(current.crews ?? [])}"`;
    reply.header('etag', tag).header('cache-control', 'private, no-cache');
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
    return reply.code(200).send(current);
  });
}
