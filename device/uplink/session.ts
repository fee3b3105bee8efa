import type { TLSSocket } from 'node:tls';
import { MqttClient } from 'mqtt';
import { channels, parseTopic, topicOf } from '../../protocols/messages/topics.ts';
import {
  bareHost,
  connectGateway,
  type GatewaySocket,
  type GatewayTicket,
  type GatewayTrust,
} from '../identity/gateway-tls.ts';

export const sessionLimits = {
  connectMsMax: 15_000,
  keepaliveS: 30,
} as const;

/** A live session with the gateway's broker. */
export interface Session {
  /** False: the gateway's certificate was taken without its dates, for want of a trusted time. */
  readonly datesChecked: boolean;
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

export interface DialTarget extends GatewayTrust {
  /** `mqtts://HOST:PORT` */
  readonly brokerUrl: string;
  readonly serial: string;
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** Brings a session up, subscriptions included. Rejects with the reason. */
export type Dial = (target: DialTarget, listener: SessionListener) => Promise<Session>;

const defaultPort = 8883;

function openSocket(target: DialTarget, ticket: GatewayTicket | null): Promise<GatewaySocket> {
  const { hostname, port } = new URL(target.brokerUrl);
  const at = { host: bareHost(hostname), port: port === '' ? defaultPort : Number(port) };
  const own = { cert: target.certificatePem, key: target.keyPem };
  return connectGateway(at, target, own, ticket);
}

function clientOf({ serial }: DialTarget, socket: TLSSocket): MqttClient {
  return new MqttClient(() => socket, {
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
  let ticket: GatewayTicket | null = null;
  return async (target, listener) => {
    const { serial } = target;
    const offered = ticket;
    ticket = null;
    const { socket, certificate, datesChecked } = await openSocket(target, offered);
    ticket = offered;
    socket.on('session', (session) => {
      ticket = { session, certificate };
    });
    const client = clientOf(target, socket);
    client.on('message', (topic, payload) => {
      const parsed = parseTopic(topic);
      const ours = parsed?.serial === serial && parsed.channel !== channels.up;
      if (ours) listener.message(payload);
    });
    try {
      await whenConnected(client);
      await subscribe(client, serial);
    } catch (error) {
      ticket = null;
      client.end(true);
      throw error;
    }
    client.once('close', () => listener.closed('the connection was closed'));
    if (!client.connected) listener.closed('the connection was closed');
    return {
      datesChecked,
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
