import { describe, expect, it } from 'vitest';
import { mayPublish, maySubscribe } from '../../../gateway/broker/access.ts';
import { channels, topicOf } from '../../../protocols/messages/topics.ts';

describe('the access rule', () => {
  const serials = Array.from({ length: 50 }, (_, index) => `XL-${String(index).padStart(4, '0')}`);

  it('gives each of 50 units two topics to write and two to read, of 50 × 50 × 4', () => {
    let [writes, reads] = [0, 0];
    for (const unit of serials) {
      for (const owner of serials) {
        for (const channel of Object.values(channels)) {
          const topic = topicOf(owner, channel);
          if (mayPublish(unit, topic)) {
            writes += 1;
            expect([owner, ['up', 'will'].includes(channel)]).toStrictEqual([unit, true]);
          }
          if (maySubscribe(unit, topic)) {
            reads += 1;
            expect([owner, ['ack', 'down'].includes(channel)]).toStrictEqual([unit, true]);
          }
        }
      }
    }
    expect([writes, reads]).toStrictEqual([100, 100]);
  });

  it.each([
    '#',
    '+',
    '/',
    '',
    'xinlu/1/+/up',
    'xinlu/1/XL-0000/#',
    'xinlu/1/XL-0000/+',
    '/xinlu/1/XL-0000/up',
    'xinlu/1/XL-0000/up/',
    'xinlu/2/XL-0000/up',
    'xinlu/1/xl-0000/up',
    'xinlu/1/XL-0000/UP',
    'xinlu/1/XL-0000/up\n',
    'xinlu/1/XL-0001/../XL-0000/up',
    '$SYS/broker',
    '$share/g/xinlu/1/XL-0000/ack',
  ])('refuses %j, to write and to read', (topic) => {
    expect([mayPublish('XL-0000', topic), maySubscribe('XL-0000', topic)]).toStrictEqual([
      false,
      false,
    ]);
  });
});
