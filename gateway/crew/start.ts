import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { Core } from '../core.ts';
import type { GatewayEnv } from '../environment.ts';
import { refusal, refusalAnswer } from '../http/refusal.ts';
import type { Incidents } from '../incidents/incidents.ts';
import { OfficersWatch } from '../incidents/officers-watch.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { ServerLink } from '../link/link.ts';
import { CrewBook } from './crew-book.ts';
import { retellScans } from './retell.ts';
import { Rosters } from './rosters.ts';

export interface CrewDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly core: Core;
  readonly link: ServerLink;
  readonly incidents: Incidents;
}

export interface CrewFeature {
  readonly book: CrewBook;
  registerAdminRoutes(app: FastifyInstance): void;
}

const contract = jsonContract('who was aboard a unit at a moment, by its own records', {
  query: Type.Object({ atMs: Type.Optional(Type.String({ description: 'Unix ms; now' })) }),
  answer: Type.Object({
    serial: Type.String(),
    atMs: Type.Integer(),
    crew: Type.Array(Type.String({ description: 'person id' })),
  }),
});

/** Starts the book of who is aboard, and the rosters units know people by. */
export async function startCrew(
  life: Lifecycle,
  { store, env, core, link, incidents }: CrewDeps,
): Promise<CrewFeature> {
  const { registry, live, ingest: feed } = core;
  const book = new CrewBook({
    ...{ store, feed, env },
    onKept: (events) => retellScans(store, link, events),
  });
  await life.start({ name: 'crews', start: () => book.start(), stop: () => book.stop() });
  const officers = new OfficersWatch({ env, incidents, crew: book });
  await life.start({
    ...{ name: 'officers aboard', start: async () => officers.start() },
    stop: () => officers.stop(),
  });
  const rosters = new Rosters({
    ...{ store, registry, directory: link.directory, live, feed, env },
  });
  await life.start({ name: 'rosters', start: () => rosters.start(), stop: () => rosters.stop() });
  return {
    book,
    registerAdminRoutes: (app) => {
      app.get<{ Params: { serial: string }; Querystring: { atMs?: string } }>(
        '/units/:serial/crew',
        { config: contract },
        async ({ params, query }, reply) => {
          const { serial } = params;
          const atMs = query.atMs === undefined ? env.nowMs() : Number(query.atMs);
          const isKnown = registry.bySerial(serial) !== undefined;
          if (isKnown && Number.isSafeInteger(atMs)) {
            return { serial, atMs, crew: await book.aboardAt(serial, atMs) };
          }
          const answer = refusalAnswer(refusal(isKnown ? 'bad-request' : 'unknown-serial'));
          return reply.code(answer.status).send(answer.body);
        },
      );
    },
  };
}
