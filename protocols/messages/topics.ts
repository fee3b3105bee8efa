/** Serial of a unit: also its MQTT client id, user name and certificate common name. */
export const serialPattern = /^[A-Z0-9-]{4,20}$/;

export function isSerial(text: string): boolean {
  return serialPattern.test(text);
}

/** What travels on a unit's own topics. wire.md, "MQTT". */
export const channels = {
  /** unit → gateway: signed batches. */
  up: 'up',
  /** gateway → unit: acknowledgements after COMMIT, signed. */
  ack: 'ack',
  /** gateway → unit: everything else, signed. */
  down: 'down',
  /** last will: link lost. */
  will: 'will',
} as const;
export type Channel = (typeof channels)[keyof typeof channels];

const prefix = 'xinlu/1';

/** Topic of one unit and channel: `xinlu/1/XL-000123/up`. */
export function topicOf(serial: string, channel: Channel): string {
  return `${prefix}/${serial}/${channel}`;
}

/** The unit and channel of a topic; null for anything that is not exactly one of ours. */
export function parseTopic(topic: string): { serial: string; channel: Channel } | null {
  const match = /^xinlu\/1\/([A-Z0-9-]{4,20})\/(up|ack|down|will)$/.exec(topic);
  return match === null ? null : { serial: match[1] as string, channel: match[2] as Channel };
}
