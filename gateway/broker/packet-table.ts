import { brokerLimits } from './limits.ts';
import { isTopicFilter, isTopicName } from './mqtt-text.ts';
import type { PacketReader } from './packet-reader.ts';

/** What a client's packet may be. MQTT 3.1.1, sections 2.2 and 3; 3.1 for the older CONNECT. */

/** Why a packet is refused; `returnCode`: a CONNACK says it before the connection closes. */
export interface PacketProblem {
  readonly reason: string;
  readonly returnCode?: number;
}

export interface PacketRow {
  readonly name: string;
  /** Low nibble of the first byte, or a test of it. */
  readonly flags: number | ((flags: number) => boolean);
  readonly check: (body: PacketReader, flags: number) => PacketProblem | null;
}

export const connectType = 1;

const { filtersMax, topicLevelsMax } = brokerLimits;
const unacceptableProtocol = 1;
const identifierRejected = 2;
/** MQTT 3.1, section 3.1: client identifiers have 1 to 23 characters. */
const oldClientIdCharsMax = 23;

function problem(reason: string): PacketProblem {
  return { reason };
}

function whole(body: PacketReader): PacketProblem | null {
  return body.done ? null : problem('wrong length or text');
}

const connectFlags = {
  reserved: 0x01,
  clean: 0x02,
  will: 0x04,
  willQos: 0x18,
  willRetain: 0x20,
  password: 0x40,
  username: 0x80,
} as const;

/** Flags that contradict one another: 3.1.2-3, -11, -13, -14, -15, -22. */
function contradictory(flags: number): boolean {
  const { reserved, will, willQos, willRetain, password, username } = connectFlags;
  const hasWill = (flags & will) !== 0;
  return (
    (flags & reserved) !== 0 ||
    (flags & willQos) === willQos ||
    (!hasWill && (flags & (willQos | willRetain)) !== 0) ||
    ((flags & password) !== 0 && (flags & username) === 0)
  );
}

function checkConnect(body: PacketReader): PacketProblem | null {
  const name = body.text();
  const level = body.byte();
  if (body.bad || (name !== 'MQTT' && name !== 'MQIsdp')) return problem('not MQTT');
  const old = name === 'MQIsdp';
  if (level !== (old ? 3 : 4)) {
    return { reason: 'protocol version', returnCode: unacceptableProtocol };
  }
  const flags = body.byte();
  if (contradictory(flags)) return problem('connect flags');
  body.word();
  const clientId = body.text();
  if ((flags & connectFlags.will) !== 0) {
    const topic = body.text();
    body.binary();
    if (!isTopicName(topic, topicLevelsMax)) return problem('will topic');
  }
  if ((flags & connectFlags.username) !== 0) body.text();
  if ((flags & connectFlags.password) !== 0) body.binary();
  if (!body.done) return problem('wrong length or text');
  const nameless = clientId === '' && (old || (flags & connectFlags.clean) === 0);
  return nameless || (old && clientId.length > oldClientIdCharsMax)
    ? { reason: 'client id', returnCode: identifierRejected }
    : null;
}

const publishFlags = { qos: 0x06, dup: 0x08 } as const;

/** QoS 3 does not exist; DUP needs an acknowledgement to have been missed: 3.3.1-2, -4. */
function isPublishFlags(flags: number): boolean {
  const qos = flags & publishFlags.qos;
  return qos !== publishFlags.qos && (qos !== 0 || (flags & publishFlags.dup) === 0);
}

function checkPublish(body: PacketReader, flags: number): PacketProblem | null {
  const topic = body.text();
  if (body.bad || !isTopicName(topic, topicLevelsMax)) return problem('topic');
  if ((flags & publishFlags.qos) !== 0 && body.word() === 0) return problem('message id');
  body.skipRest();
  return whole(body);
}

function checkMessageId(body: PacketReader): PacketProblem | null {
  return body.word() === 0 ? problem('message id') : whole(body);
}

function checkFilters(body: PacketReader, readOptions: (body: PacketReader) => boolean) {
  if (body.word() === 0) return problem('message id');
  let filters = 0;
  do {
    const filter = body.text();
    if (body.bad || !isTopicFilter(filter, topicLevelsMax)) return problem('topic filter');
    if (!readOptions(body)) return problem('requested QoS');
    filters += 1;
  } while (!body.done && !body.bad && filters < filtersMax);
  return whole(body);
}

const qosMax = 2;

/** Type number → row; a type that only servers send, or that nobody sends, has none. */
export const clientPackets: ReadonlyMap<number, PacketRow> = new Map([
  [connectType, { name: 'CONNECT', flags: 0, check: checkConnect }],
  [3, { name: 'PUBLISH', flags: isPublishFlags, check: checkPublish }],
  [4, { name: 'PUBACK', flags: 0, check: checkMessageId }],
  [5, { name: 'PUBREC', flags: 0, check: checkMessageId }],
  [6, { name: 'PUBREL', flags: 2, check: checkMessageId }],
  [7, { name: 'PUBCOMP', flags: 0, check: checkMessageId }],
  [
    8,
    {
      name: 'SUBSCRIBE',
      flags: 2,
      check: (body) => checkFilters(body, (options) => options.byte() <= qosMax),
    },
  ],
  [10, { name: 'UNSUBSCRIBE', flags: 2, check: (body) => checkFilters(body, () => true) }],
  [12, { name: 'PINGREQ', flags: 0, check: whole }],
  [14, { name: 'DISCONNECT', flags: 0, check: whole }],
] satisfies [number, PacketRow][]);
