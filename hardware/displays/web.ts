import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Bitmap } from '../bitmap.ts';
import type { Cancel, HardwareEnv } from '../environment.ts';
import { encodePng } from '../png-image.ts';
import type { PanelDriver } from './panel-driver.ts';
import { KIOSK_PAGE, KIOSK_POLICY, KIOSK_SCRIPT, KIOSK_STYLE } from './web-page.ts';

export const WEB_LIMITS = {
  viewersMax: 8,
  /** The page blanks itself when it hears nothing for three of these. */
  heartbeatMs: 2000,
  /** A viewer that takes no bytes is let go rather than queued for. */
  viewerQueueBytesMax: 4 * 1024 * 1024,
} as const;

/** The kiosk page: Chromium in full screen shows `GET /screen`, pictures come by SSE. */
export class WebPanel implements PanelDriver {
  readonly #env: HardwareEnv;
  readonly #viewers = new Set<ServerResponse>();
  #frame: string | null = null;
  #light = 1;
  #heartbeat: Cancel | null = null;

  constructor(env: HardwareEnv) {
    this.#env = env;
  }

  readonly pageHandlers = async (app: FastifyInstance): Promise<void> => {
    const files = [
      ['/screen', 'text/html; charset=utf-8', KIOSK_PAGE],
      ['/screen/screen.css', 'text/css; charset=utf-8', KIOSK_STYLE],
      ['/screen/screen.js', 'text/javascript; charset=utf-8', KIOSK_SCRIPT],
    ] as const;
    for (const [url, type, body] of files) {
      app.get(url, (_request, reply) =>
        reply
          .header('cache-control', 'no-store')
          .header('content-security-policy', KIOSK_POLICY)
          .type(type)
          .send(body),
      );
    }
    app.get('/screen/events', (_request, reply) => {
      if (this.#viewers.size >= WEB_LIMITS.viewersMax) {
        return reply.code(503).send({ error: 'too-many-viewers' });
      }
      reply.hijack();
      this.#welcome(reply.raw);
      return reply;
    });
    app.addHook('preClose', async () => this.#dismiss());
  };

  async start(): Promise<void> {
    if (this.#heartbeat === null) this.#beat();
  }

  async draw(picture: Bitmap): Promise<void> {
    const png = Buffer.from(await encodePng(picture)).toString('base64');
    this.#frame = event('frame', `data:image/png;base64,${png}`);
    this.#tell(this.#frame);
  }

  async light(level: number): Promise<void> {
    this.#light = level;
    this.#tell(event('light', String(level)));
  }

  async powerOff(): Promise<void> {
    this.#frame = null;
    this.#tell(event('off', ''));
  }

  async stop(): Promise<void> {
    this.#heartbeat?.();
    this.#heartbeat = null;
    this.#dismiss();
  }

  #welcome(viewer: ServerResponse): void {
    viewer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    viewer.on('close', () => this.#viewers.delete(viewer));
    viewer.on('error', () => this.#viewers.delete(viewer));
    this.#viewers.add(viewer);
    viewer.write(`retry: 1000\n\n${event('light', String(this.#light))}`);
    viewer.write(this.#frame ?? event('off', ''));
  }

  #beat(): void {
    this.#heartbeat = this.#env.timers.after(WEB_LIMITS.heartbeatMs, () => this.#beat());
    this.#tell(event('beat', ''));
  }

  #tell(text: string): void {
    for (const viewer of this.#viewers) {
      if (viewer.writableLength > WEB_LIMITS.viewerQueueBytesMax) viewer.destroy();
      else viewer.write(text);
    }
  }

  /** Cut, not ended: an ended stream lingers as a kept-alive connection and holds up the stop. */
  #dismiss(): void {
    for (const viewer of this.#viewers) viewer.destroy();
    this.#viewers.clear();
  }
}

function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
