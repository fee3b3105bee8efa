import { createServer, type Server, type Socket } from 'node:net';
import type { GatewayEnv } from '../environment.ts';
import { type ListenAt, listenSocket } from '../http/listen.ts';
import type { Timers } from '../link/timers.ts';
import { TerminalConnection, type Wire } from './connection.ts';
import { terminalLimits } from './limits.ts';
import type { TerminalBook } from './terminal-book.ts';
import type { TerminalPositions } from './terminal-positions.ts';

export interface ListenerDeps {
  readonly env: GatewayEnv;
  readonly timers: Timers;
  readonly book: TerminalBook;
  readonly positions: TerminalPositions;
}

function wireOf(socket: Socket): Wire {
  return {
    send: (bytes) => {
      if (socket.destroyed) return;
      socket.write(bytes);
      if (socket.writableLength > terminalLimits.unreadBytesMax) socket.destroy();
    },
    close: () => socket.destroySoon(),
    flow: (open) => (open ? socket.resume() : socket.pause()),
  };
}

/** The TCP side of JT/T 808: who is connected, and nobody longer than is good. */
export class TerminalListener {
  readonly #deps: ListenerDeps;
  readonly #server: Server;
  readonly #connections = new Map<Socket, TerminalConnection>();
  readonly #sessions = new Map<string, TerminalConnection>();
  /** Closed connections whose end the other side has not taken yet. */
  #leaving = new Set<Socket>();
  #cancelSweep: () => void = () => undefined;

  constructor(deps: ListenerDeps) {
    this.#deps = deps;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    deps.book.onRevoked((phone) => this.#sessions.get(phone)?.close('void'));
  }

  /** Listens and answers the port. @throws CodedError 'port-taken' */
  async start(at: ListenAt): Promise<number> {
    const port = await listenSocket(this.#server, at, terminalLimits.listenBacklog);
    this.#sweepLater();
    return port;
  }

  /** Resolves when no connection is left and nothing of one waits for the store. */
  async stop(): Promise<void> {
    this.#cancelSweep();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    const all = [...this.#connections.values()];
    for (const connection of all) connection.close('over');
    await Promise.all(all.map((connection) => connection.settled()));
    for (const socket of this.#connections.keys()) socket.destroy();
    if (this.#server.listening || all.length > 0) await closed;
  }

  /** The connection of a terminal whose code was right. */
  session(phone: string): TerminalConnection | undefined {
    return this.#sessions.get(phone);
  }

  get connections(): number {
    return this.#connections.size;
  }

  #accept(socket: Socket): void {
    const { connectionsMax, strangersMax } = terminalLimits;
    const strangers = this.#connections.size - this.#sessions.size;
    socket.on('error', () => undefined);
    if (this.#connections.size >= connectionsMax || strangers >= strangersMax) {
      socket.destroy();
      return;
    }
    const { env, book, positions } = this.#deps;
    const connection = new TerminalConnection({
      ...{ env, book, positions, wire: wireOf(socket) },
      onAuthenticated: (phone, self) => this.#authenticated(phone, self),
    });
    this.#connections.set(socket, connection);
    socket.on('data', (chunk) => connection.push(chunk));
    socket.on('close', () => this.#closed(socket, connection));
  }

  /** A terminal that comes back has not noticed that its old connection is dead. */
  #authenticated(phone: string, connection: TerminalConnection): void {
    const before = this.#sessions.get(phone);
    this.#sessions.set(phone, connection);
    if (before !== connection) before?.close('replaced');
  }

  #closed(socket: Socket, connection: TerminalConnection): void {
    connection.close('over');
    this.#connections.delete(socket);
    this.#leaving.delete(socket);
    const phone = connection.terminal?.phone;
    if (phone !== undefined && this.#sessions.get(phone) === connection) {
      this.#sessions.delete(phone);
    }
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#deps.timers.after(terminalLimits.sweepMs, () => {
      this.#sweep();
      this.#sweepLater();
    });
  }

  #sweep(): void {
    const nowMonoMs = this.#deps.env.nowMonoMs();
    for (const socket of this.#leaving) socket.destroy();
    this.#leaving = new Set();
    for (const [socket, connection] of this.#connections) {
      connection.giveUpTexts(nowMonoMs);
      if (connection.isOverdue(nowMonoMs)) connection.close('silent');
      if (connection.closedFor !== null) this.#leaving.add(socket);
    }
  }
}
