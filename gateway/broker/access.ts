import { channels, parseTopic } from '../../protocols/messages/topics.ts';

/** Who may do what on the broker: a unit on its own topics, and nothing else. Default deny. */

const published: readonly string[] = [channels.up, channels.will];
const subscribed: readonly string[] = [channels.ack, channels.down];

function isOwn(serial: string, topic: string, allowed: readonly string[]): boolean {
  const parsed = parseTopic(topic);
  return parsed !== null && parsed.serial === serial && allowed.includes(parsed.channel);
}

export function mayPublish(serial: string, topic: string): boolean {
  return isOwn(serial, topic, published);
}

/** A filter with a wildcard is not a topic of ours, so it is refused. */
export function maySubscribe(serial: string, filter: string): boolean {
  return isOwn(serial, filter, subscribed);
}
