import { connect, type TLSSocket } from 'node:tls';
import mqttPacket from 'mqtt-packet';

export interface WireOptions {
  readonly port: number;
  readonly serial: string;
  readonly caPem: string;
  readonly keyPem: string;
  readonly certificatePem: string;
  /** Of an earlier connection; undefined: a full handshake. */
  readonly session: Buffer | undefined;
  /** A loopback address has ports for a quarter of the fleet while others wait to be let go. */
  readonly localAddress: string;
  readonly onMessage: (channel: string, payload: Buffer) => void;
  readonly onClosed: () => void;
}

/** A broker drops who says nothing for longer, in seconds: more than the bench takes. */
const keepaliveS = 600;

/**
 * As much of an MQTT client as the bench needs: ten thousand of them fit into one process. Ready
 * when the broker has granted both topics.
 */
export class WireClient {
  readonly #socket: TLSSocket;
  readonly #topic: string;
  session: Buffer | undefined;
  isResumed = false;
  readonly ready: Promise<void>;

  constructor({ port, serial, caPem, keyPem, certificatePem, ...options }: WireOptions) {
    this.#topic = `xinlu/1/${serial}`;
    this.#socket = connect({
      ...{ port, host: '127.0.0.1', servername: 'localhost' },
      ...{ ca: caPem, key: keyPem, cert: certificatePem },
      ...(options.session !== undefined && { session: options.session }),
      localAddress: options.localAddress,
    } as Parameters<typeof connect>[0] & object);
    this.#socket.setNoDelay(true);
    this.#socket.on('session', (session: Buffer) => {
      this.session = session;
    });
    this.ready = new Promise((resolve, reject) => {
      this.#socket.once('error', reject);
      this.#socket.once('close', () => {
        reject(new Error(`${serial} was closed`));
        options.onClosed();
      });
      this.#socket.once('secureConnect', () => {
        this.isResumed = this.#socket.isSessionReused();
        this.#write({
          ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true },
          ...{ clientId: serial, username: serial, keepalive: keepaliveS },
        });
      });
      const parser = mqttPacket.parser();
      parser.on('packet', (packet) => {
        if (packet.cmd === 'connack') this.#subscribe();
        else if (packet.cmd === 'suback') resolve();
        else if (packet.cmd === 'publish') {
          const channel = packet.topic.slice(this.#topic.length + 1);
          options.onMessage(channel, packet.payload as Buffer);
        }
      });
      this.#socket.on('data', (bytes) => parser.parse(bytes));
    });
  }

  publish(payload: Buffer): void {
    const topic = `${this.#topic}/up`;
    this.#write({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false });
  }

  /** Gone as a truck in a tunnel is. */
  cut(): void {
    this.#socket.destroy();
  }

  #subscribe(): void {
    const subscriptions = ['ack', 'down'].map((channel) => ({
      topic: `${this.#topic}/${channel}`,
      qos: 0 as const,
    }));
    this.#write({ cmd: 'subscribe', messageId: 1, subscriptions });
  }

  #write(packet: object): void {
    this.#socket.write(mqttPacket.generate(packet as mqttPacket.Packet));
  }
}
