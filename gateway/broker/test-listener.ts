import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { GatewayEnv } from '../environment.ts';
import { type ListenAt, listenSocket } from '../http/listen.ts';
import { aedesOptions } from './aedes-options.ts';
import { guardSocket } from './guard-socket.ts';
import { brokerLimits } from './limits.ts';

/**
 * The same parser and guard on plain TCP, for checks of the broker: a topic space of its own, no
 * access rule, nothing behind it. Refused in production. wire.md, last paragraph.
 */
export class TestListener {
  readonly #env: GatewayEnv;
  readonly #server: Server = createServer();
  readonly #sockets = new Set<Socket>();
  #aedes: Aedes | undefined;

  constructor(env: GatewayEnv) {
    this.#env = env;
  }

  /** Listens; answers the port. */
  async start(at: ListenAt): Promise<number> {
    const { log } = this.#env;
    const aedes = await Aedes.createBroker(aedesOptions);
    this.#aedes = aedes;
    const lost = (_client: unknown, error: Error) =>
      log.debug({ reason: error.message }, 'test connection lost');
    aedes.on('clientError', lost);
    aedes.on('connectionError', lost);
    (aedes as NodeJS.EventEmitter).on('error', (error: Error) =>
      log.error({ reason: error.message }, 'test broker error'),
    );
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      guardSocket(socket, {
        allow: () => true,
        onRefused: ({ reason }) => log.debug({ reason }, 'test packet refused'),
      });
      aedes.handle(socket);
    });
    this.#server.maxConnections = brokerLimits.connectionsMax;
    return listenSocket(this.#server, at, brokerLimits.listenBacklog);
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    await new Promise<void>((resolve) => {
      if (this.#aedes === undefined) resolve();
      else this.#aedes.close(resolve);
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
