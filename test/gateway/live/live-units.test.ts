import { beforeEach, describe, expect, it } from 'vitest';
import { DownSender } from '../../../gateway/live/down-sender.ts';
import { LiveUnitBook } from '../../../gateway/live/live-units.ts';
import type { IngestedRecord, Unit } from '../../../gateway/parts.ts';
import { openDown } from '../../../protocols/messages/down.ts';
import type { DownMessage } from '../../../protocols/messages/down-schemas.ts';
import { publicKeyFromRaw } from '../../../protocols/signed/ed25519.ts';
import { hello, newSigner } from '../test-unit.ts';
import { VirtualEnv } from '../virtual.ts';

const unit: Unit = {
  ...{ serial: 'XL-LIVE-1', unitId: 1, kind: 0, model: 'M', state: 'active', enrolment: 1 },
  ...{ vehicleId: null, training: false },
};
const command: DownMessage = { type: 'command', id: 'c', name: 'n', expiresAtMs: 1 };

describe('the live side of a unit', () => {
  const signer = newSigner();
  let env: VirtualEnv;
  let online: boolean;
  let sent: { channel: string; counter: number; message: DownMessage }[];
  let sender: DownSender;
  let live: LiveUnitBook;
  beforeEach(() => {
    env = new VirtualEnv();
    online = true;
    sent = [];
    const pinned = publicKeyFromRaw(signer.publicKey);
    if (pinned === null) throw new Error('no key');
    sender = new DownSender(env, { keyId: 'k', signer }, (serial, channel, text) => {
      const reading = openDown(serial, Buffer.from(text), new Map([['k', pinned]]), 0);
      if (!reading.ok) throw new Error(reading.problem);
      sent.push({ channel, counter: reading.counter, message: reading.message });
      return true;
    });
    live = new LiveUnitBook({ env, sender, isOpen: () => online });
  });

  const ingested = (record: IngestedRecord['record']): IngestedRecord => ({
    unit,
    record,
    receivedAtMs: env.ms,
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('signs what it sends, and its counter grows while time stands still or goes back', () => {
    live.send(unit.serial, command);
    live.send(unit.serial, command);
    env.ms -= 86_400_000;
    live.send(unit.serial, command);
    const counters = sent.map(({ counter }) => counter);
    expect(counters).toStrictEqual([...counters].sort((a, b) => a - b));
    expect(new Set(counters).size).toBe(3);
    expect(counters[0]).toBeGreaterThan(1_700_000_000_000_000);
  });

  it('sends nothing to a unit that is not there, and says so', () => {
    online = false;
    expect(live.send(unit.serial, command)).toBe(false);
    expect(sent).toStrictEqual([]);
  });

  it('tells the desired state with the first batch of each session, once', async () => {
    live.onConnected(async () => [command]);
    live.opened(unit.serial);
    live.heard(unit.serial, env.ms);
    live.heard(unit.serial, env.ms);
    await turn();
    expect(sent.length).toBe(1);
    live.closed(unit.serial);
    live.opened(unit.serial);
    live.heard(unit.serial, env.ms);
    await turn();
    expect(sent.length).toBe(2);
  });

  it('tells it again, with a larger counter, to a unit that has seen a later one', async () => {
    live.onConnected(async () => [command]);
    live.opened(unit.serial);
    live.heard(unit.serial, env.ms);
    const seen = env.ms * 1000 + 5_000_000;
    live.greeted(ingested(hello(1, env.ms, seen)));
    await turn();
    expect(sent.at(-1)?.counter).toBeGreaterThan(seen);
    expect(sent.length).toBe(2);
    live.greeted(ingested(hello(2, env.ms, 17)));
    await turn();
    expect(sent.length).toBe(2);
  });

  it('sends the rest when one feature cannot say what it wants', async () => {
    live.onConnected(() => Promise.reject(new Error('no')));
    live.onConnected(async () => [command]);
    live.opened(unit.serial);
    live.heard(unit.serial, env.ms);
    await turn();
    expect(sent.length).toBe(1);
    expect(env.lines.some(({ level }) => level === 'error')).toBe(true);
  });

  it('remembers the newest contact, also one of before the start', () => {
    live.start(new Map([['XL-LIVE-2', 5]]));
    expect(live.lastContactMs('XL-LIVE-2')).toBe(5);
    expect(live.lastContactMs(unit.serial)).toBe(null);
    live.heard(unit.serial, 100);
    live.heard(unit.serial, 90);
    expect(live.lastContactMs(unit.serial)).toBe(100);
  });

  it('answers a question for time over its nonce and measures the clock by the echoes', () => {
    live.opened(unit.serial);
    const nonce = Buffer.from('the nonce');
    live.fleeting(
      ingested({ kind: 'timeRequest', seq: 0, happenedAtMs: 0, clock: 'none', values: { nonce } }),
    );
    for (let trip = 0; trip < 5; trip += 1) {
      const time = sent.at(-1)?.message;
      if (time?.type !== 'time') throw new Error('no time');
      expect(time.gatewayMs).toBe(env.ms);
      expect(time.nonce).toBe(trip === 0 ? nonce.toString('base64url') : '');
      env.pass(40);
      const values = { nonce: Buffer.from(time.echo, 'base64url'), unitMs: env.ms + 9000 };
      live.fleeting(ingested({ kind: 'timeEcho', seq: 0, happenedAtMs: 0, clock: 'gnss', values }));
    }
    expect(sent.length).toBe(5);
    expect(live.clockOffsetS(unit.serial)).toBe(9);
  });
});
