import fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import { CodedError } from '../../protocols/errors.ts';
import type { Attempts } from '../attempts.ts';
import type { DeviceEnv } from '../environment.ts';
import { registerBench } from './bench.ts';
import { atEveryDoor, atLoopback, type Door, keepDoor } from './doors.ts';
import { readForms } from './forms.ts';
import { registerFonts } from './page-fonts.ts';
import type { LocalPin } from './pin.ts';
import { registerPages } from './routes.ts';
import { pageJs } from './script.ts';
import { LocalSessions } from './sessions.ts';
import { pageCss } from './style.ts';
import type { UnitView } from './unit-view.ts';

const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

export interface LocalPageParts {
  readonly view: UnitView;
  readonly pin: LocalPin;
  /** Tries of the PIN, by where they come from. */
  readonly attempts: Attempts;
  readonly env: Pick<DeviceEnv, 'nowMonoMs' | 'randomBytes'>;
}

/** Where the page listens, and by which setting. */
export interface DoorAt {
  readonly door: Door;
  readonly host: string;
  readonly port: number;
}

const settingOf: Readonly<Record<Door, string>> = {
  loopback: 'localPort',
  service: 'servicePort',
};

/**
 * The unit's own page, for whoever sits at it: `/`, `/screen.png`, `/state.json`, `/healthz`
 * without a PIN on the machine itself; everything else, and everything on the service port, with.
 * Answers no name that somebody else could have given it.
 */
export class LocalPage {
  readonly #parts: LocalPageParts;
  readonly #sessions: LocalSessions;
  readonly #apps: FastifyInstance[] = [];

  constructor(parts: LocalPageParts) {
    this.#parts = parts;
    this.#sessions = new LocalSessions(parts.env);
  }

  /** The page without a port, for tests. */
  async build(ownHost: string, door: Door): Promise<FastifyInstance> {
    const { view, pin, attempts } = this.#parts;
    const sessions = this.#sessions;
    const app = fastify({ logger: false, forceCloseConnections: true });
    keepDoor(app, { door, ownHost, serial: view.facts().serial, sessions });
    readForms(app);
    app.addHook('onSend', async (request, reply) => {
      if (request.url.startsWith('/screen/')) return;
      if (request.url.endsWith('.ttf')) {
        reply.header('cache-control', 'max-age=86400');
        return;
      }
      for (const [name, value] of Object.entries(securityHeaders)) {
        // The kiosk page brings a policy of its own: its pictures come as data.
        if (!reply.hasHeader(name)) reply.header(name, value);
      }
    });
    registerFonts(app);
    app.get('/unit.css', atEveryDoor, (_request, reply) => reply.type('text/css').send(pageCss));
    app.get('/unit.js', atEveryDoor, (_request, reply) =>
      reply.type('text/javascript').send(pageJs),
    );
    registerPages(app, { view, door, pin, attempts, sessions });
    if (door === 'loopback') await this.#registerLoopback(app);
    return app;
  }

  /** The addresses it answers at. Throws CodedError `port-taken`. */
  async start(doors: readonly DoorAt[]): Promise<readonly string[]> {
    const urls: string[] = [];
    for (const at of doors) urls.push(await this.#listen(at));
    return urls;
  }

  async stop(): Promise<void> {
    for (const app of this.#apps.splice(0)) await app.close();
  }

  async #listen({ door, host, port }: DoorAt): Promise<string> {
    const app = await this.build(host, door);
    try {
      const url = await app.listen({ host, port });
      this.#apps.push(app);
      return url;
    } catch (error) {
      await app.close();
      await this.stop();
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      throw new CodedError('port-taken', `port ${port} is in use: set device.${settingOf[door]}`);
    }
  }

  /** Hands on a simulated world, and a panel that is a page: for this very machine. */
  async #registerLoopback(app: FastifyInstance): Promise<void> {
    const { bench, pageHandlers } = this.#parts.view;
    if (bench !== undefined) registerBench(app, bench);
    if (pageHandlers === undefined) return;
    const openHere: FastifyPluginAsync = async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, ...atLoopback.config };
      });
      await pageHandlers(scope);
    };
    await app.register(openHere);
  }
}
