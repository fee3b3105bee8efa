import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { CodedError } from '../protocols/errors.ts';
import type { Store } from '../protocols/store/store.ts';
import type { GatewayConfig } from './config.ts';
import { type Configuration, startConfiguration } from './configuration/start.ts';
import type { Core } from './core.ts';
import { startCrew } from './crew/start.ts';
import type { GatewayEnv } from './environment.ts';
import { ServerIncidentNews } from './evidence/incident-news.ts';
import { startEvidence } from './evidence/start.ts';
import { createIncidents } from './incidents/desk.ts';
import { registerDetailRoutes } from './incidents/detail-routes.ts';
import { DutyBook } from './incidents/duty-book.ts';
import { NearestUnits } from './incidents/nearest.ts';
import { registerIncidentRoutes } from './incidents/routes.ts';
import { registerIndicationRoutes, registerTerminalRoutes } from './jt808/routes.ts';
import { Terminals } from './jt808/terminals.ts';
import type { Lifecycle, Part } from './lifecycle.ts';
import { createLink } from './link/link.ts';
import { systemTimers } from './link/timers.ts';
import { Standing } from './live/standing.ts';
import { NetworkBook } from './network/network-book.ts';
import { registerNetworkRoutes } from './network/routes.ts';
import type { VehicleFinder } from './parts.ts';
import { Headings } from './place/headings.ts';
import { createPlaces } from './place/places.ts';
import { startWatch, type Watch } from './presence/start-watch.ts';
import { PrintFollower } from './prints/print-follower.ts';
import { startReleases } from './releases/start.ts';
import { Retention } from './retention/retention.ts';
import { createScanEdge } from './scan/edge.ts';
import { registerScanRoutes } from './scan/routes.ts';
import { registerTrackRoutes } from './track-export/routes.ts';

export interface Features {
  /** Routes of the codes' listener; they take whatever no other route takes. */
  registerCodeRoutes(app: FastifyInstance): void;
  /** Routes of the units' listener. */
  registerUnitRoutes(app: FastifyInstance): void;
  /** Routes of the administration listener. */
  registerAdminRoutes(app: FastifyInstance): void;
  readonly vehicles: VehicleFinder;
  /** Bearer key of the server's calls; null while there is no link. */
  linkKey(): string | null;
  readonly configuration: Configuration;
  readonly watch: Watch;
}

export interface FeatureDeps {
  readonly config: GatewayConfig;
  readonly env: GatewayEnv;
  readonly store: Store;
  readonly core: Core;
}

/** Path of the code address: `/` or `/PREFIX/`. */
export function codePathOf({ codeAddress }: GatewayConfig): string {
  const { pathname } = new URL(codeAddress);
  return pathname.endsWith('/') ? pathname : `${pathname}/`;
}

async function readNetwork({ networkFile }: GatewayConfig): Promise<string | null> {
  if (networkFile === '') return null;
  try {
    return await readFile(networkFile, 'utf8');
  } catch (error) {
    throw new CodedError('bad-config', `gateway.networkFile: ${(error as Error).message}`);
  }
}

function part(name: string, { start, stop }: { start: Part['start']; stop?: Part['stop'] }): Part {
  return { name, start, stop: stop ?? (() => undefined) };
}

/** Terminals are known also while nothing listens for them. */
async function startTerminals(
  life: Lifecycle,
  { config, env, store }: FeatureDeps,
): Promise<Terminals> {
  const terminals = new Terminals({ store, env });
  await life.start(
    part('terminals', { start: () => terminals.start(), stop: () => terminals.stop() }),
  );
  const { jt808Host: host, jt808Port: port } = config;
  if (port === 0) return terminals;
  const { listener } = terminals;
  const start = async () => {
    await listener.start({ host, port, setting: 'jt808Port' });
  };
  await life.start(part('JT/T 808', { start, stop: () => listener.stop() }));
  return terminals;
}

/** Starts the road network, the link, what units are told, incidents and the scan edge. */
export async function startFeatures(life: Lifecycle, deps: FeatureDeps): Promise<Features> {
  const { config, env, store, core } = deps;
  const { registry, live, ingest: feed, tracks, burned } = core;
  const { serverUrl, linkToken, offlineAfterS } = config;
  const networks = new NetworkBook({ store, env, readConfigured: () => readNetwork(config) });
  await life.start(part('road network', { start: () => networks.start() }));
  const places = createPlaces({ networks });
  const linkUrl = config.serverLinkUrl || serverUrl;
  const link = createLink({ store, env, linkToken, linkUrl });
  await life.start(part('link', { start: () => link.start(), stop: () => link.stop() }));
  const { directory } = link;
  const configuration = await startConfiguration(life, {
    ...{ store, env, core, directory, offlineAfterS },
  });
  const standing = new Standing({ store, registry, live, env });
  await life.start(part('standing', { start: () => standing.start() }));
  const incidents = createIncidents({
    ...{ store, env, registry, live, feed, tracks, places, directory },
    news: new ServerIncidentNews({ places, link }),
  });
  await life.start(
    part('incidents', { start: () => incidents.start(), stop: () => incidents.stop() }),
  );
  const crew = await startCrew(life, { store, env, core, link, incidents });
  const edge = createScanEdge({
    crew: crew.book,
    ...{ store, env, registry, live, feed, tracks, burned, places, incidents, link },
    offlineAfterS,
    onGenuine: (unit, code) => core.clones.code(unit, code),
  });
  await life.start(part('scan edge', { start: () => edge.start(), stop: () => edge.stop() }));
  const prints = new PrintFollower({
    ...{ store, env, prints: edge.prints },
    timers: systemTimers,
    ask: (after, waitMs, givenUp) => link.prints(after, waitMs, givenUp),
    onIssuers: (issuers) => registry.keepIssuers(issuers),
  });
  await life.start(part('prints', { start: () => prints.start(), stop: () => prints.stop() }));
  const watch = await startWatch(life, { store, env, core, incidents });
  const { dataDir } = config;
  const evidence = await startEvidence(life, {
    ...{ store, env, core, networks, incidents, link, dataDir },
  });
  const releases = await startReleases(life, {
    ...{ config, env, store, core, vehicles: directory, events: watch.events },
  });
  const duties = new DutyBook(feed);
  const headings = new Headings(tracks, feed);
  const nearest = new NearestUnits({
    ...{ registry, tracks, headings, networks, incidents },
    isHeard: (serial) => live.isOnline(serial),
    isOffDuty: (serial) => duties.isOffDuty(serial),
  });
  const terminals = await startTerminals(life, deps);
  const retention = new Retention({ store, env });
  await life.start(
    part('retention', { start: () => retention.start(), stop: () => retention.stop() }),
  );
  const codePath = codePathOf(config);
  return {
    ...{ vehicles: directory, linkKey: () => link.callerKey, configuration, watch },
    registerCodeRoutes: (app) =>
      registerScanRoutes(app, { edge, directory, env, serverUrl, codePath }),
    registerUnitRoutes: (app) => releases.registerUnitRoutes(app),
    registerAdminRoutes: (app) => {
      registerIncidentRoutes(app, incidents);
      configuration.registerAdminRoutes(app);
      registerTerminalRoutes(app, terminals);
      const nowMs = () => env.nowMs();
      registerIndicationRoutes(app, { registry, places, terminals, incidents, nowMs });
      watch.registerAdminRoutes(app);
      crew.registerAdminRoutes(app);
      releases.registerAdminRoutes(app);
      registerTrackRoutes(app, { store, env, registry, places });
      registerNetworkRoutes(app, { networks, places, env });
      evidence.registerAdminRoutes(app);
      registerDetailRoutes(app, { incidents, nearest, env });
    },
  };
}
