import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { type Channel, parseTopic, topicOf } from '../../protocols/messages/topics.ts';
import type { TlsMaterial } from '../authority/tls-identity.ts';
import { type ListenAt, listenSocket } from '../http/listen.ts';
import { mayPublish, maySubscribe } from './access.ts';
import { aedesOptions } from './aedes-options.ts';
import type { BrokerDeps, BrokerProblem, UnitBroker } from './broker.ts';
import { guardSocket } from './guard-socket.ts';
import { brokerLimits } from './limits.ts';
import { PacketRate } from './packet-rate.ts';

export interface EmbeddedBrokerDeps extends BrokerDeps {
  readonly at: ListenAt;
  readonly ticketKeys: Buffer;
  /** Serial of the unit that may use this certificate (SHA-256, hexadecimal); null: none. */
  readonly serialOf: (fingerprint: string) => string | null;
}

/** CONNACK: not authorised. MQTT 3.1.1, table 3.1. */
const notAuthorised = 5;

/** As Node prints it, without the colons. */
function fingerprintOf(socket: TLSSocket): string {
  const { fingerprint256 } = socket.getPeerCertificate();
  return (fingerprint256 ?? '').replaceAll(':', '').toLowerCase();
}

function authenticateError(message: string): AuthenticateError {
  return Object.assign(new Error(message), { returnCode: notAuthorised });
}

/**
 * The embedded broker: TLS with client certificates, guard, default deny. QoS 0 to units, nothing
 * retained, no wildcard for anybody; what units send goes to `onUp` in process.
 */
export class EmbeddedBroker implements UnitBroker {
  readonly #deps: EmbeddedBrokerDeps;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #fingerprints = new WeakMap<object, string>();
  readonly #sessions = new Map<string, Client>();
  #aedes: Aedes | undefined;

  constructor(deps: EmbeddedBrokerDeps) {
    this.#deps = deps;
    this.#server = createServer({
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: brokerLimits.handshakeMsMax,
    });
  }

  useTls({ server, fleetCaPem }: TlsMaterial): void {
    this.#server.setSecureContext({
      key: server.privateKeyPem,
      cert: server.certificatePem,
      ca: fleetCaPem,
      minVersion: 'TLSv1.2',
      ticketKeys: this.#deps.ticketKeys,
    });
  }

  async start(tls: TlsMaterial): Promise<number> {
    this.useTls(tls);
    this.#aedes = await Aedes.createBroker({
      ...aedesOptions,
      keepaliveLimit: brokerLimits.keepaliveSMax,
      authenticate: (client, username, _password, done) => {
        const refused = this.#authenticate(client, username);
        done(refused === null ? null : authenticateError(refused), refused === null);
      },
      authorizePublish: (client, packet, done) => {
        this.#take(client, packet).then(
          () => done(null),
          (error: Error) => done(error),
        );
      },
      authorizeSubscribe: (client, subscription, done) => {
        const allowed = maySubscribe(client.id, subscription.topic);
        done(null, allowed ? { ...subscription, qos: 0 } : null);
      },
      authorizeForward: (client, packet) => (maySubscribe(client.id, packet.topic) ? packet : null),
    });
    this.#watchSessions(this.#aedes);
    this.#server.maxConnections = brokerLimits.connectionsMax;
    this.#server.on('secureConnection', (socket) => this.#accept(socket));
    this.#server.on('tlsClientError', (error) =>
      this.#deps.env.log.debug({ reason: error.message }, 'TLS refused'),
    );
    return listenSocket(this.#server, this.#deps.at, brokerLimits.listenBacklog);
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

  isOpen(serial: string): boolean {
    return this.#sessions.has(serial);
  }

  send(serial: string, channel: Channel, text: string): boolean {
    if (!this.#sessions.has(serial)) return false;
    this.#aedes?.publish(
      {
        cmd: 'publish',
        topic: topicOf(serial, channel),
        payload: text,
        qos: 0,
        retain: false,
        dup: false,
      },
      () => undefined,
    );
    return true;
  }

  close(serial: string): void {
    this.#sessions.get(serial)?.close();
  }

  /** Sessions are seen here as they open. */
  greeted(): void {}

  /** Every handshake asks the registry: no list is read here. */
  async listWritten(): Promise<void> {}

  problems(): readonly BrokerProblem[] {
    return [];
  }

  #accept(socket: TLSSocket): void {
    const { env } = this.#deps;
    const rate = new PacketRate(env.nowMonoMs());
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.setNoDelay(true);
    guardSocket(socket, {
      allow: (packets) => rate.take(packets, env.nowMonoMs()),
      onRefused: ({ reason }) => env.log.warn({ reason }, 'MQTT packet refused'),
    });
    this.#fingerprints.set(socket, fingerprintOf(socket));
    this.#aedes?.handle(socket);
  }

  /** clientId = user name = CN = serial, with a certificate of a key set in force. */
  #authenticate(client: Client, username: string | undefined): string | null {
    const serial = this.#deps.serialOf(this.#fingerprints.get(client.conn) ?? '');
    const fits = serial !== null && client.id === serial && username === serial && client.clean;
    if (fits) return null;
    this.#deps.env.log.warn({ clientId: client.id, serial }, 'MQTT session refused');
    return 'not authorised';
  }

  async #take(
    client: Client | null,
    packet: { topic: string; payload: string | Buffer; retain: boolean },
  ): Promise<void> {
    if (client === null || !mayPublish(client.id, packet.topic)) {
      this.#deps.env.log.warn({ clientId: client?.id }, 'publish refused');
      throw new Error('not authorised');
    }
    packet.retain = false;
    if (parseTopic(packet.topic)?.channel === 'up') {
      await this.#deps.onUp(client.id, Buffer.from(packet.payload as Buffer));
    }
  }

  #watchSessions(aedes: Aedes): void {
    const { env, onOpened, onClosed } = this.#deps;
    aedes.on('client', (client) => {
      this.#sessions.set(client.id, client);
      const stillAllowed = this.#deps.serialOf(this.#fingerprints.get(client.conn) ?? '') !== null;
      if (!stillAllowed) client.close();
      else onOpened(client.id);
    });
    aedes.on('clientDisconnect', (client) => {
      if (this.#sessions.get(client.id) !== client) return;
      this.#sessions.delete(client.id);
      onClosed(client.id);
    });
    const lost = (client: Client, error: Error) =>
      env.log.debug({ clientId: client.id, reason: error.message }, 'MQTT connection lost');
    aedes.on('clientError', lost);
    aedes.on('connectionError', lost);
    (aedes as NodeJS.EventEmitter).on('error', (error: Error) =>
      env.log.error({ reason: error.message }, 'broker error'),
    );
  }
}
