import { isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { MqttClient } from 'mqtt';
import { channels, parseTopic, topicOf } from '../../protocols/messages/topics.ts';

export const sessionLimits = {
  connectMsMax: 15_000,
  keepaliveS: 30,
} as const;

/** A live session with the gateway's broker. */
export interface Session {
  /** Sends on the unit's own `up`, with no promise of arrival: the acknowledgement is ours. */
  publish(bytes: Uint8Array): void;
  close(): Promise<void>;
}

export interface SessionListener {
  /** Bytes of `ack` or `down`, not yet trusted. */
  message(bytes: Uint8Array): void;
  /** Once, after the session stood. */
  closed(reason: string): void;
}

export interface DialTarget {
  /** `mqtts://HOST:PORT` */
  readonly brokerUrl: string;
  readonly serial: string;
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly fleetCaPem: string;
}

/** Brings a session up, subscriptions included. Rejects with the reason. */
export type Dial = (target: DialTarget, listener: SessionListener) => Promise<Session>;

const defaultPort = 8883;

function openSocket(target: DialTarget, ticket: Buffer | undefined): TLSSocket {
  const { hostname, port } = new URL(target.brokerUrl);
  const host = hostname.replace(/^\[|\]$/g, '');
  return connectTls({
    host,
    port: port === '' ? defaultPort : Number(port),
    ca: target.fleetCaPem,
    cert: target.certificatePem,
    key: target.keyPem,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ticket === undefined ? {} : { session: ticket }),
  });
}

function clientOf(target: DialTarget, openStream: () => TLSSocket): MqttClient {
  const { serial } = target;
  return new MqttClient(openStream, {
    protocolVersion: 4,
    clientId: serial,
    username: serial,
    clean: true,
    keepalive: sessionLimits.keepaliveS,
    connectTimeout: sessionLimits.connectMsMax,
    // Redialling is the uplink's business: spread over the fleet, and bounded.
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    will: {
      topic: topicOf(serial, channels.will),
      payload: Buffer.from('{}'),
      qos: 0,
      retain: false,
    },
  });
}

async function subscribe(client: MqttClient, serial: string): Promise<void> {
  const topics = [topicOf(serial, channels.ack), topicOf(serial, channels.down)];
  const grants = await client.subscribeAsync(topics, { qos: 0 });
  if (grants.length !== topics.length || grants.some(({ qos }) => qos > 2)) {
    throw new Error('the broker refused the unit its own topics');
  }
}

function whenConnected(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    let reason = 'the connection was closed';
    client.once('connect', () => resolve());
    client.on('error', (error) => {
      reason = error.message;
    });
    client.once('close', () => reject(new Error(reason)));
  });
}

/** MQTT 3.1.1 over TLS with the unit's certificate; keeps the TLS ticket for the next dial. */
export function mqttDial(): Dial {
  let ticket: Buffer | undefined;
  return async (target, listener) => {
    const { serial } = target;
    const client = clientOf(target, () => {
      const socket = openSocket(target, ticket);
      socket.on('session', (fresh) => {
        ticket = fresh;
      });
      return socket;
    });
    client.on('message', (topic, payload) => {
      const parsed = parseTopic(topic);
      const ours = parsed?.serial === serial && parsed.channel !== channels.up;
      if (ours) listener.message(payload);
    });
    try {
      await whenConnected(client);
      await subscribe(client, serial);
    } catch (error) {
      ticket = undefined;
      client.end(true);
      throw error;
    }
    client.once('close', () => listener.closed('the connection was closed'));
    if (!client.connected) listener.closed('the connection was closed');
    return {
      publish: (bytes) => {
        client.publish(topicOf(serial, channels.up), Buffer.from(bytes), { qos: 0 });
      },
      close: async () => {
        client.removeAllListeners('close');
        await client.endAsync(false).catch(() => undefined);
      },
    };
  };
}
