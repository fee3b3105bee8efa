import type { FastifyInstance } from 'fastify';
import type { Store } from '../../protocols/store/store.ts';
import type { Core } from '../core.ts';
import { DisplayProof } from '../display-proof/display-proof.ts';
import { registerDisplayRoutes } from '../display-proof/routes.ts';
import type { GatewayEnv } from '../environment.ts';
import { EventLog } from '../events/event-log.ts';
import { EventStream } from '../events/event-stream.ts';
import { followFleet } from '../events/fleet-news.ts';
import { registerEventRoutes } from '../events/routes.ts';
import { postByFetch, Webhooks } from '../events/webhooks.ts';
import type { Incidents } from '../incidents/incidents.ts';
import type { Lifecycle } from '../lifecycle.ts';
import { systemTimers } from '../link/timers.ts';
import { CloneAlerts } from '../live/clone-alerts.ts';
import { PresenceWatch } from './presence-watch.ts';
import { Pruner } from './pruner.ts';
import { registerPresenceRoutes } from './routes.ts';

export interface WatchDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly core: Pick<Core, 'registry' | 'live' | 'ingest' | 'clones'>;
  readonly incidents: Incidents;
}

/** What watches the fleet and tells others. */
export interface Watch {
  readonly presence: PresenceWatch;
  readonly proof: DisplayProof;
  readonly events: EventLog;
  registerAdminRoutes(app: FastifyInstance): void;
}

/** Starts the log of events, those who are told, presence, and the tables' upkeep. */
export async function startWatch(life: Lifecycle, deps: WatchDeps): Promise<Watch> {
  const { store, env, core, incidents } = deps;
  const { registry, live, ingest: feed } = core;
  const timers = systemTimers;
  const log = new EventLog(store, env);
  await life.start({ name: 'events', start: () => log.start(), stop: () => undefined });
  const webhooks = new Webhooks({ store, env, timers, log, post: postByFetch });
  await life.start({
    name: 'webhooks',
    start: () => webhooks.start(),
    stop: () => webhooks.stop(),
  });
  followFleet({ store, lines: env.log, log, registry, incidents });
  const stream = new EventStream({ log, timers, lines: env.log });
  const presence = new PresenceWatch({ store, env, timers, registry, live, feed, events: log });
  await life.start({
    name: 'presence',
    start: () => presence.start(),
    stop: () => presence.stop(),
  });
  const cloneAlerts = new CloneAlerts({ store, env, timers, registry, events: log });
  await life.start({
    name: 'clone alerts',
    start: () => {
      core.clones.tell(cloneAlerts);
      cloneAlerts.start();
    },
    stop: () => cloneAlerts.stop(),
  });
  const proof = new DisplayProof({ store, env, registry });
  const pruner = new Pruner(timers, env.log, [
    (rowsMax) => log.prune(rowsMax),
    (rowsMax) => proof.prune(rowsMax),
    (rowsMax) => presence.prune(rowsMax),
  ]);
  await life.start({ name: 'upkeep', start: () => pruner.start(), stop: () => pruner.stop() });
  return {
    presence,
    proof,
    events: log,
    registerAdminRoutes: (app) => {
      registerPresenceRoutes(app, presence);
      registerDisplayRoutes(app, { proof, registry, live, env });
      registerEventRoutes(app, { log, stream, webhooks });
    },
  };
}
