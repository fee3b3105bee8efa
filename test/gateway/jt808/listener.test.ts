import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { terminalLimits } from '../../../gateway/jt808/limits.ts';
import { checksumOf, unwrapFrame, wrapFrame } from '../../../protocols/jt808/framing.ts';
import {
  decodeFrame,
  type LocationReport,
  positionOf,
  readMessage,
} from '../../../protocols/jt808/jt808.ts';
import { wholeCases } from '../../protocols/jt808/vectors.ts';
import { pause, startMs, until } from '../scan/kit.ts';
import { SeededRandom } from '../seeded-random.ts';
import { reportAt, startTerminalRig, type TerminalRig } from './terminal-rig.ts';

let rig: TerminalRig;
beforeEach(async () => {
  rig = await startTerminalRig();
});
afterEach(() => rig.stop());

const phone = '13812345678';
/** Later than every recorded frame. */
const afterRecordsMs = Date.UTC(2035, 0, 1);

interface Recorded {
  readonly wire: Buffer;
  readonly phone: string;
  readonly version: '2013' | '2019';
  readonly msgId: string;
  readonly reports: readonly LocationReport[];
}

/** Recorded location reports and batches of terminals, whole ones. */
const recorded = wholeCases.flatMap(({ hex }): Recorded[] => {
  const wire = Buffer.from(hex, 'hex');
  const frame = decodeFrame(wire);
  if ('error' in frame) return [];
  const message = readMessage(frame);
  if ('error' in message) return [];
  if (message.id !== '0x0200' && message.id !== '0x0704') return [];
  const reports = message.id === '0x0200' ? [message.body] : message.body.items;
  const { phone: of, version } = frame;
  return /^\d+$/.test(of) ? [{ wire, phone: of, version, msgId: frame.msgId, reports }] : [];
});

function placesIn(reports: readonly LocationReport[]) {
  const places = new Map<number, string>();
  for (const report of reports) {
    const { atMs, lat, lon } = positionOf(report);
    if (atMs === null || lat === null || lon === null || places.has(atMs)) continue;
    places.set(atMs, `${lat} ${lon}`);
  }
  return [...places].sort(([a], [b]) => a - b);
}

async function storedPlaces(of: string) {
  const no = rig.terminals.book.inForce(of.replace(/^0+/, ''))?.no ?? -1;
  const positions = await rig.terminals.positions.between(no, 0, afterRecordsMs, 1000);
  return positions.map(({ atMs, lat, lon }) => [atMs, `${lat} ${lon}`]);
}

describe('recorded frames', () => {
  it('of every device are taken over TCP and stored as they were meant', async () => {
    rig.clock.nowMs = afterRecordsMs;
    const byPhone = new Map<string, Recorded[]>();
    for (const one of recorded) byPhone.set(one.phone, [...(byPhone.get(one.phone) ?? []), one]);
    expect(byPhone.size).toBeGreaterThan(20);
    for (const [of, frames] of byPhone) {
      const terminal = await rig.admitted(of, frames[0]?.version);
      for (const { wire, msgId } of frames) {
        terminal.write(wire);
        expect([of, await terminal.next()]).toMatchObject([of, { body: { replyId: msgId } }]);
      }
      expect([of, await storedPlaces(of)]).toEqual([
        of,
        placesIn(frames.flatMap(({ reports }) => reports)),
      ]);
    }
  });

  it('cut at every byte give the same', async () => {
    rig.clock.nowMs = afterRecordsMs;
    const shortest = recorded.toSorted((a, b) => a.wire.length - b.wire.length)[0] as Recorded;
    const batch = recorded.find(({ msgId }) => msgId === '0x0704') as Recorded;
    for (const { wire, phone: of, version, msgId, reports } of [shortest, batch]) {
      const terminal = await rig.admitted(of, version);
      for (let cut = 1; cut < wire.length; cut += 1) {
        terminal.write(wire.subarray(0, cut));
        await new Promise(setImmediate);
        terminal.write(wire.subarray(cut));
        expect([cut, await terminal.next()]).toMatchObject([cut, { body: { replyId: msgId } }]);
      }
      for (const byte of wire) {
        terminal.write(Uint8Array.of(byte));
        await new Promise(setImmediate);
      }
      expect(await terminal.next()).toMatchObject({ body: { replyId: msgId } });
      expect(await storedPlaces(of)).toEqual(placesIn(reports));
      await rig.terminals.book.revoke(of, 'clerk');
    }
  });
});

describe('20,000 mutated frames', () => {
  const [connections, framesEach] = [200, 100];
  const seed = 20261124;

  function mutated(random: SeededRandom): Uint8Array {
    const { wire } = recorded[random.whole(0, recorded.length - 1)] as Recorded;
    const content = unwrapFrame(wire);
    const isInside = random.next() < 0.5 && !('error' in content);
    const bytes = Buffer.from(isInside ? (content as Uint8Array).subarray(0, -1) : wire);
    for (let change = 0; change <= random.whole(0, 3); change += 1) {
      bytes[random.whole(0, bytes.length - 1)] = random.whole(0, 255);
    }
    return isInside ? wrapFrame(Uint8Array.of(...bytes, checksumOf(bytes))) : bytes;
  }

  it('from strangers and admitted terminals: the listener lives, and a good one is served', async () => {
    const random = new SeededRandom(seed);
    const good = await rig.admitted(phone);
    const codes = new Map<string, string>();
    for (const { phone: of } of recorded) {
      if (!codes.has(of)) codes.set(of, await rig.enter(of));
    }
    for (let count = 0; count < connections; count += 1) {
      const { phone: of, version } = recorded[count % recorded.length] as Recorded;
      const terminal = rig.connect(of, version);
      if (random.next() < 0.8) await terminal.authenticate(codes.get(of) ?? '');
      for (let sent = 0; sent < framesEach; sent += 1) terminal.write(mutated(random));
      await new Promise(setImmediate);
      terminal.socket.end();
    }
    await until(() => rig.terminals.listener.connections === 1);
    const at = [`seed ${seed}`, await good.ask('0x0200', reportAt(startMs))];
    expect(at).toMatchObject([`seed ${seed}`, { body: { result: 0 } }]);
    expect(rig.log.filter(({ level }) => level === 'error')).toEqual([]);
    expect(rig.terminals.book.all().every(({ revoked }) => !revoked)).toBe(true);
  }, 60_000);
});

describe('limits of connections', () => {
  it('a stranger has half a minute, a terminal five minutes after its last word', async () => {
    const terminal = await rig.admitted(phone);
    const stranger = rig.connect('1');
    stranger.write(Uint8Array.of(0x7e));
    await until(() => rig.terminals.listener.connections === 2);
    await rig.clock.advance(terminalLimits.strangerMsMax - 1000);
    expect(stranger.isClosed).toBe(false);
    stranger.write(Uint8Array.of(0x7e));
    await rig.clock.advance(1000 + terminalLimits.sweepMs);
    await stranger.closed();
    await rig.clock.advance(200_000);
    expect(await terminal.ask('0x0002', undefined)).not.toBeNull();
    await rig.clock.advance(terminalLimits.idleMsMax - terminalLimits.sweepMs);
    expect(terminal.isClosed).toBe(false);
    await rig.clock.advance(2 * terminalLimits.sweepMs);
    await terminal.closed();
  });

  it('a stranger that talks without saying who it is is closed', async () => {
    const stranger = rig.connect('1');
    stranger.write(Buffer.alloc(terminalLimits.strangerBytesMax, 0x41));
    await pause();
    expect(stranger.isClosed).toBe(false);
    stranger.write(Uint8Array.of(0x41));
    await stranger.closed();
  });

  it('strangers beyond their number are turned away, and terminals stay', async () => {
    const terminal = await rig.admitted(phone);
    const strangers = Array.from({ length: terminalLimits.strangersMax }, () => rig.connect('1'));
    await until(() => rig.terminals.listener.connections === terminalLimits.strangersMax + 1);
    const late = rig.connect('1');
    await late.closed();
    expect(await terminal.ask('0x0002', undefined)).not.toBeNull();
    strangers[0]?.hangUp();
    await until(() => rig.terminals.listener.connections === terminalLimits.strangersMax);
    const next = rig.connect(phone);
    const code = rig.terminals.book.inForce(phone)?.code ?? '';
    expect(await next.authenticate(code)).toMatchObject({ body: { result: 0 } });
  });

  it('one that sends and never reads is closed, and what it sent is bounded', async () => {
    const terminal = await rig.admitted(phone);
    terminal.socket.pause();
    const beat = Buffer.concat(
      Array.from({ length: 2000 }, () => terminal.frames('0x0002', undefined)[0] as Uint8Array),
    );
    terminal.socket.on('error', () => undefined);
    for (let round = 0; round < 400 && rig.terminals.listener.connections > 0; round += 1) {
      terminal.write(beat);
      await new Promise(setImmediate);
    }
    await until(() => rig.terminals.listener.connections === 0);
  }, 30_000);
});
