import { type TSchema, Type } from 'typebox';
import { downEnvelope } from '../messages/down.ts';
import { ackMessage, downMessage } from '../messages/down-schemas.ts';
import { type RecordKind, recordTable } from '../messages/record-table.ts';
import { type Channel, channels, serialPattern, topicOf } from '../messages/topics.ts';
import { batchSchema, payloadSchema, recordSchema } from './batch-schema.ts';
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts';
import { contractsVersion } from './version.ts';

interface MqttMessage {
  readonly title: string;
  readonly summary: string;
  readonly contentType: string;
  readonly payload: JsonSchema;
}

interface ChannelRow {
  readonly address: Channel;
  readonly description: string;
  readonly message: MqttMessage;
  /** As this document is the gateway's: what it takes, or what it sends. */
  readonly action: 'receive' | 'send';
}

const kinds = Object.keys(recordTable) as RecordKind[];

function schema(of: TSchema): JsonSchema {
  return jsonSchemaOf(of, 'draft-07');
}

function schemaRef(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** `fix` → `fixRecord`: names of the components. */
function recordName(kind: RecordKind): string {
  return `${kind}Record`;
}

/** What carries bytes of a kind of their own in its `payload`, with the schema of those. */
function carrying(outer: string, inner: string): JsonSchema {
  return { allOf: [schemaRef(outer)], 'x-payload': schemaRef(inner) };
}

const rows: readonly ChannelRow[] = [
  {
    address: channels.up,
    description: 'signed batches of records; QoS 0, proved by `ack`',
    action: 'receive',
    message: {
      title: 'batch',
      summary:
        'CBOR; the schema is of its JSON view, in which a byte string is its base64url text. ' +
        'The fourth element is CBOR again: `batchPayload`.',
      contentType: 'application/cbor',
      payload: carrying('batch', 'batchPayload'),
    },
  },
  {
    address: channels.ack,
    description: 'what is committed: the unit deletes only on this',
    action: 'send',
    message: {
      title: 'acknowledgement',
      summary: 'signed envelope; `payload` is base64url of the JSON `ackMessage`',
      contentType: 'application/json',
      payload: carrying('downEnvelope', 'ackMessage'),
    },
  },
  {
    address: channels.down,
    description: 'configuration, incident, commands, echo of scans, time',
    action: 'send',
    message: {
      title: 'instruction',
      summary: 'signed envelope; `payload` is base64url of the JSON `downMessage`',
      contentType: 'application/json',
      payload: carrying('downEnvelope', 'downMessage'),
    },
  },
  {
    address: channels.will,
    description: 'last will, published by the broker when the line is lost',
    action: 'receive',
    message: {
      title: 'line lost',
      summary: 'an empty object: that it comes is the message',
      contentType: 'application/json',
      payload: { type: 'object' },
    },
  },
];

function channelOf({ address, description, message }: ChannelRow): JsonSchema {
  return {
    address: topicOf('{serial}', address),
    description,
    parameters: {
      serial: { description: `serial of the unit, ${serialPattern.source}: also its client id` },
    },
    messages: { [address]: { name: address, ...message } },
  };
}

function operationOf({ address, action, description }: ChannelRow): JsonSchema {
  return {
    action,
    summary: description,
    channel: { $ref: `#/channels/${address}` },
    messages: [{ $ref: `#/channels/${address}/messages/${address}` }],
    bindings: { mqtt: { qos: 0, retain: false } },
  };
}

function byAddress(make: (row: ChannelRow) => JsonSchema): JsonSchema {
  return Object.fromEntries(rows.map((row) => [row.address, make(row)]));
}

/**
 * AsyncAPI 3.0 of what units and gateway say over MQTT, from the table and the schemas by which
 * both sides read it. wire.md, "MQTT".
 */
export function asyncApi(): JsonSchema {
  const payload = payloadSchema(kinds.map((kind) => Type.Unsafe(schemaRef(recordName(kind)))));
  return {
    asyncapi: '3.0.0',
    info: {
      title: '信路 Xinlu: units and gateway over MQTT',
      version: contractsVersion,
      description:
        'MQTT 3.1.1 over TLS with client certificates. Client id = user name = common name = ' +
        'serial; clean sessions, QoS 0, nothing retained. A reader passes over fields that it ' +
        'does not know and refuses a version that it does not know.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      gateway: {
        host: '127.0.0.1:8883',
        protocol: 'secure-mqtt',
        protocolVersion: '3.1.1',
        security: [{ type: 'X509', description: 'client certificate of the fleet CA' }],
      },
    },
    channels: byAddress(channelOf),
    operations: byAddress(operationOf),
    components: {
      schemas: {
        batch: schema(batchSchema),
        batchPayload: schema(payload),
        ...Object.fromEntries(kinds.map((kind) => [recordName(kind), schema(recordSchema(kind))])),
        downEnvelope: schema(downEnvelope),
        ackMessage: schema(ackMessage),
        downMessage: schema(downMessage),
      },
    },
  };
}
