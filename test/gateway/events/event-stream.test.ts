import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLog, type NewEvent } from '../../../gateway/events/event-log.ts';
import { EventStream, streamLimits } from '../../../gateway/events/event-stream.ts';
import { pause, TestClock, type TestStore, temporaryStore, testEnv, until } from '../scan/kit.ts';
import { fix, TestUnit } from '../test-unit.ts';
import { until as soon, startWorld, type World } from '../world.ts';

/** A reader in process: what it got, and whether it takes any more. */
class Sink extends Writable {
  text = '';
  isStuck = false;
  #release: () => void = () => undefined;

  constructor() {
    super({ highWaterMark: 1024 });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    if (this.isStuck) this.#release = done;
    else done();
  }

  release(): void {
    this.isStuck = false;
    this.#release();
  }

  get ids(): number[] {
    return [...this.text.matchAll(/^id: (\d+)\nevent: /gm)].map(([, id]) => Number(id));
  }
}

let kept: TestStore;
let clock: TestClock;
let log: EventLog;
let stream: EventStream;

async function begin(): Promise<void> {
  const env = testEnv(clock);
  log = new EventLog(kept.store, env);
  await log.start();
  stream = new EventStream({ log, timers: clock, lines: env.log });
}

async function happen(count: number): Promise<void> {
  const before = log.lastId;
  const events = Array.from({ length: count }, (_, n): NewEvent => {
    return { type: 'presence', subject: `XL-${n % 7}`, body: { n, pad: 'x'.repeat(100) } };
  });
  await kept.store.write((tx) => log.append(tx, events));
  log.announce();
  await until(() => log.lastId === before + count);
}

const fromTo = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

beforeEach(async () => {
  kept = await temporaryStore();
  clock = new TestClock();
  await begin();
});
afterEach(async () => {
  stream.end();
  await kept.remove();
});

describe('the stream of events', () => {
  it('brings what happens from now on, and what happened since an id', async () => {
    await happen(500);
    const [late, early] = [new Sink(), new Sink()];
    void stream.serve(late, log.lastId);
    void stream.serve(early, 120);
    await happen(30);
    await until(() => late.ids.length === 30 && early.ids.length === 410);
    expect(late.ids).toEqual(fromTo(501, 530));
    expect(early.ids).toEqual(fromTo(121, 530));
    expect(late.text).toMatch(/^retry: \d+\nid: 500\n\n/);
  });

  it('reaches back beyond its memory, over a restart, without a hole', async () => {
    for (let round = 0; round < 5; round += 1) await happen(900);
    await begin();
    const sink = new Sink();
    void stream.serve(sink, 10);
    await until(() => sink.ids.length === 4490);
    expect(sink.ids).toEqual(fromTo(11, 4500));
  });

  it('says that there is a gap when what was asked for is gone', async () => {
    await happen(3);
    clock.jump(31 * 86_400_000);
    await happen(2);
    await log.prune(100);
    const sink = new Sink();
    void stream.serve(sink, 1);
    await until(() => sink.ids.length === 2);
    expect(sink.text).toContain('event: gap\ndata: {"after":1}\n\n');
    expect(sink.ids).toEqual([4, 5]);
  });

  it('drops a reader that takes nothing, which resumes where it was; nobody waits for it', async () => {
    const [slow, quick] = [new Sink(), new Sink()];
    slow.isStuck = true;
    void stream.serve(slow, 0);
    void stream.serve(quick, 0);
    for (let round = 0; round < 10; round += 1) await happen(150);
    await until(() => quick.ids.length === 1500);
    expect(slow.writableLength).toBeLessThan(3000);
    await clock.advance(streamLimits.drainMsMax);
    expect(slow.destroyed).toBe(true);
    expect(stream.counts).toEqual({ readers: 1, dropped: 1 });
    const again = new Sink();
    void stream.serve(again, slow.ids.at(-1) ?? 0);
    await until(() => again.ids.at(-1) === 1500);
    expect([...slow.ids, ...again.ids]).toEqual(fromTo(1, 1500));
  });

  it('keeps a reader that is slow and takes something in time', async () => {
    const sink = new Sink();
    sink.isStuck = true;
    void stream.serve(sink, 0);
    await happen(100);
    for (let times = 0; times < 3; times += 1) {
      await clock.advance(streamLimits.drainMsMax - 1000);
      sink.release();
      sink.isStuck = times < 2;
      await pause();
    }
    await until(() => sink.ids.length === 100);
    expect(stream.counts).toEqual({ readers: 1, dropped: 0 });
  });

  it('beats while nothing happens, and forgets a reader that left', async () => {
    const sink = new Sink();
    void stream.serve(sink, 0);
    await pause();
    await clock.advance(streamLimits.beatMs * 3 + 1000);
    expect(sink.text.match(/^:$/gm)).toHaveLength(3);
    sink.destroy();
    await until(() => stream.counts.readers === 0);
    expect(stream.counts.dropped).toBe(0);
  });

  it('ends with the gateway for everybody, stuck or not', async () => {
    const [stuck, well] = [new Sink(), new Sink()];
    stuck.isStuck = true;
    const served = [stream.serve(stuck, 0), stream.serve(well, 0)];
    await happen(20);
    await until(() => well.ids.length === 20);
    stream.end();
    await Promise.all(served);
    expect([stuck.destroyed, well.writableEnded]).toEqual([true, true]);
    expect(stream.counts).toEqual({ readers: 0, dropped: 0 });
  });

  it('has room for so many', async () => {
    for (let readers = 0; readers < streamLimits.readersMax; readers += 1) {
      expect(stream.isFull).toBe(false);
      void stream.serve(new Sink(), 0);
    }
    expect(stream.isFull).toBe(true);
  });
});

describe('the stream of a running gateway', () => {
  let world: World;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await world.stop();
  });

  /** Reads the stream over a plain socket; a reader that is paused takes nothing at all. */
  function read(path: string, more = ''): { text: () => string; socket: Socket } {
    const { hostname, port, host } = new URL(world.addresses.adminUrl);
    const token = readFileSync(join(world.dataDir, 'admin.token'), 'ascii');
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('utf8');
    });
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\n${more}\r\n`,
    );
    return { text: () => text, socket };
  }

  async function register(serial: string): Promise<void> {
    await world.admin('POST', '/units', { serial, model: 'M', role: 'kiosk' });
  }

  it('tells of units and resumes by Last-Event-ID', async () => {
    const first = read('/fleet/events');
    await soon('the stream', () => first.text().includes('retry:'));
    await register('XL-SSE-1');
    await soon('the unit', () => first.text().includes('"subject":"XL-SSE-1"'));
    expect(first.text()).toContain('content-type: text/event-stream');
    first.socket.destroy();
    await register('XL-SSE-2');
    const again = read('/fleet/events', 'Last-Event-ID: 1\r\n');
    await soon('the unit', () => again.text().includes('"subject":"XL-SSE-2"'));
    expect(again.text()).not.toContain('XL-SSE-1');
  });

  it('refuses an id that is none, and whoever has no token', async () => {
    expect((await world.admin('GET', '/fleet/events?after=x')).status).toBe(400);
    const { status } = await fetch(`${world.addresses.adminUrl}/fleet/events`);
    expect(status).toBe(401);
  });

  it('holds up no unit while a reader takes nothing, and ends with the gateway', async () => {
    const stuck = read('/fleet/events?after=0');
    await soon('the stream', () => stuck.text().includes('retry:'));
    stuck.socket.pause();
    const unit = new TestUnit(world, 'XL-SSE-3');
    await unit.enrol();
    await unit.connect();
    for (let seq = 1; seq <= 20; seq += 1) {
      unit.send([fix(seq, Date.now())]);
      await soon('the acknowledgement', () => unit.acks.at(-1)?.upTo === seq);
    }
    await unit.end();
    await world.gateway.stop();
    stuck.socket.resume();
    await soon('the end of the stream', () => stuck.socket.readableEnded || stuck.socket.destroyed);
  });
});
