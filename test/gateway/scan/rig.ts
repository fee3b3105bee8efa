import Fastify, { type FastifyInstance } from 'fastify';
import { createIncidents } from '../../../gateway/incidents/desk.ts';
import type { Incidents } from '../../../gateway/incidents/incidents.ts';
import { createLink, type ServerLink } from '../../../gateway/link/link.ts';
import type { ServerClient } from '../../../gateway/link/server-client.ts';
import { createPlaces, type Places } from '../../../gateway/place/places.ts';
import { createScanEdge, type ScanEdge } from '../../../gateway/scan/edge.ts';
import { registerScanRoutes } from '../../../gateway/scan/routes.ts';
import type { LinkMessage } from '../../../protocols/http/link-bodies.ts';
import { networksOf } from '../place/network.ts';
import { Fleet, type LogLine, TestClock, type TestStore, temporaryStore, testEnv } from './kit.ts';

/** A server that takes messages once, can be away, slow, or pick on one of them. */
export class FakeServer implements ServerClient {
  isAway = false;
  /** While set, posts hang until `letGo`, and then have failed. */
  hangs = false;
  readonly #hanging: (() => void)[] = [];
  refusedCode: string | null = null;
  /** Every message that was taken, repeats included, in order. */
  readonly taken: LinkMessage[] = [];
  readonly posts: number[] = [];
  directoryVersion = 1;

  claim: ServerClient['claim'] = async (token) => {
    if (this.isAway) return { ok: false, status: 0 };
    if (token !== 'token-1') return { ok: false, status: 409 };
    const body = { linkId: 'link-1', toServerKey: 'to-server', toGatewayKey: 'to-gateway' };
    return { ok: true, body };
  };

  post: ServerClient['post'] = async (key, messages) => {
    this.posts.push(messages.length);
    if (this.hangs) {
      await new Promise<void>((resolve) => this.#hanging.push(resolve));
      return { ok: false, status: 0 };
    }
    if (this.isAway) return { ok: false, status: 0 };
    if (key !== 'to-server') return { ok: false, status: 401 };
    const { refusedCode } = this;
    if (refusedCode !== null) {
      const refused = messages.map(({ id }) => ({ id, code: refusedCode }));
      return { ok: true, body: { accepted: [], refused } };
    }
    this.taken.push(...messages);
    return { ok: true, body: { accepted: messages.map(({ id }) => id), refused: [] } };
  };

  prints: ServerClient['prints'] = async () => ({ ok: false, status: 0 });

  directory: ServerClient['directory'] = async (_key, etag) => {
    if (this.isAway) return { ok: false, status: 0 };
    const current = `"${this.directoryVersion}"`;
    if (etag === current) return { ok: true, body: null };
    const screen = {
      version: this.directoryVersion,
      role: 'tow-truck' as const,
      title: '示例清障救援有限公司',
      titleEn: 'Sample Rescue Co.',
      plate: '冀F·示001',
      hotline: '12328',
      area: 'G4 K200–K260',
      sample: true,
    };
    const vehicles = [{ vehicleId: 'veh-7', organisation: 'org-demo-rescue', screen }];
    const directory = { v: 1 as const, version: this.directoryVersion, vehicles };
    return { ok: true, body: { directory, etag: current } };
  };

  letGo(): void {
    this.hangs = false;
    for (const resolve of this.#hanging.splice(0)) resolve();
  }

  /** Scans taken, by id, without repeats. */
  scans(): Map<string, LinkMessage & { type: 'scan' }> {
    return new Map(
      this.taken.flatMap((message) =>
        message.type === 'scan' ? [[message.body.scanId, message] as const] : [],
      ),
    );
  }
}

export interface Rig {
  readonly clock: TestClock;
  readonly fleet: Fleet;
  readonly server: FakeServer;
  readonly kept: TestStore;
  readonly log: LogLine[];
  app: FastifyInstance;
  edge: ScanEdge;
  link: ServerLink;
  incidents: Incidents;
  places: Places;
  /** Scans digits as a phone does. */
  scan(digits: string, headers?: Record<string, string>): ReturnType<Rig['get']>;
  get(
    path: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; page: string; location: string; headers: Record<string, unknown> }>;
  /** Stops the features and starts new ones on the same store. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The scan edge with everything it is made of, over a real store and a fleet in memory. */
export async function startRig(networkText: string | null = null): Promise<Rig> {
  const clock = new TestClock();
  const fleet = new Fleet(clock);
  const server = new FakeServer();
  const kept = await temporaryStore();
  const log: LogLine[] = [];
  const env = testEnv(clock, log);
  const { store } = kept;
  const rig = { clock, fleet, server, kept, log } as Rig;

  const start = async () => {
    rig.places = createPlaces({ networks: networksOf(networkText) });
    const shared = { store, env, registry: fleet, live: fleet, feed: fleet, tracks: fleet };
    const timers = clock;
    rig.link = createLink({
      store,
      env,
      timers,
      linkUrl: 'http://127.0.0.1:9',
      linkToken: 'token-1',
      client: server,
    });
    const { places, link } = rig;
    const { directory } = link;
    rig.incidents = createIncidents({ ...shared, places, timers, directory });
    const { incidents } = rig;
    const offlineAfterS = 86_400;
    const deps = { ...shared, burned: fleet, places, incidents, link, offlineAfterS, timers };
    rig.edge = createScanEdge(deps);
    await link.start();
    await incidents.start();
    await rig.edge.start();
    rig.app = Fastify();
    registerScanRoutes(rig.app, {
      edge: rig.edge,
      directory: link.directory,
      env,
      serverUrl: 'https://xinlu.example/',
      codePath: '/',
    });
  };
  const stop = async () => {
    await rig.app.close();
    await rig.edge.stop();
    await rig.incidents.stop();
    await rig.link.stop();
  };
  rig.get = async (path, headers = {}) => {
    const answer = await rig.app.inject({ method: 'GET', url: path, headers });
    return {
      status: answer.statusCode,
      page: answer.body,
      location: String(answer.headers.location ?? ''),
      headers: answer.headers,
    };
  };
  rig.scan = (digits, headers) => rig.get(`/${digits}`, headers);
  rig.restart = async () => {
    await stop();
    await start();
  };
  rig.stop = async () => {
    await stop();
    await kept.remove();
  };
  await start();
  return rig;
}
