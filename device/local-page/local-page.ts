import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { encodePng } from '../../hardware/open.ts';
import { CodedError } from '../../protocols/errors.ts';
import { registerBench } from './bench.ts';
import { pageCss, pageHtml, pageJs } from './page.ts';
import { registerFonts } from './page-fonts.ts';
import { healthReasons, stateJson } from './state-json.ts';
import type { UnitView } from './unit-view.ts';

/** Names by which a browser on this very machine calls it. */
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

function hostName(header: string | undefined): string {
  return (header ?? '').replace(/:\d+$/, '').toLowerCase();
}

/**
 * The unit's own page, for whoever sits at it: `/`, `/screen.png`, `/state.json`, `/healthz`.
 * Answers loopback names only, so that no page of the web can reach it through a name of its own.
 */
export class LocalPage {
  readonly #view: UnitView;
  #app: FastifyInstance | null = null;

  constructor(view: UnitView) {
    this.#view = view;
  }

  /** The page without a port, for tests. */
  async build(ownHost: string): Promise<FastifyInstance> {
    const app = fastify({ logger: false, forceCloseConnections: true });
    app.addHook('onRequest', async (request, reply) => {
      const name = hostName(request.headers.host);
      if (loopbackNames.has(name) || name === ownHost.toLowerCase()) return;
      await reply.code(403).send({ code: 'forbidden' });
    });
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
    app.get('/', (_request, reply) => reply.type('text/html').send(pageHtml(this.#view)));
    registerFonts(app);
    app.get('/unit.css', (_request, reply) => reply.type('text/css').send(pageCss));
    app.get('/unit.js', (_request, reply) => reply.type('text/javascript').send(pageJs));
    app.get('/state.json', (_request, reply) => reply.send(stateJson(this.#view)));
    app.get('/screen.png', (_request, reply) => this.#picture(reply));
    app.get('/healthz', (_request, reply) => {
      const reasons = healthReasons(this.#view);
      return reasons.length === 0
        ? reply.send({ ok: true })
        : reply.code(503).send({ ok: false, reasons });
    });
    if (this.#view.bench !== undefined) registerBench(app, this.#view.bench);
    if (this.#view.pageHandlers !== undefined) await app.register(this.#view.pageHandlers);
    return app;
  }

  /** The address it answers at. Throws CodedError `port-taken`. */
  async start(host: string, port: number): Promise<string> {
    const app = await this.build(host);
    try {
      const url = await app.listen({ host, port });
      this.#app = app;
      return url;
    } catch (error) {
      await app.close();
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      throw new CodedError('port-taken', `port ${port} is in use: set device.localPort`);
    }
  }

  async stop(): Promise<void> {
    await this.#app?.close();
    this.#app = null;
  }

  /** Exactly what stands on the glass; of a simulated unit, on the emulated one. */
  async #picture(reply: FastifyReply): Promise<FastifyReply> {
    const { emulatedGlass } = this.#view;
    const glass = await (emulatedGlass?.() ?? this.#view.glass());
    if (glass === null) return reply.code(503).send({ code: 'no-frame' });
    return reply.type('image/png').send(Buffer.from(await encodePng(glass)));
  }
}
