import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { terminalLimits } from '../../../gateway/jt808/limits.ts';
import { Terminals } from '../../../gateway/jt808/terminals.ts';
import { pause, startMs, testEnv, until } from '../scan/kit.ts';
import { plate, reportAt, startTerminalRig, type TerminalRig } from './terminal-rig.ts';

let rig: TerminalRig;
beforeEach(async () => {
  rig = await startTerminalRig();
});
afterEach(() => rig.stop());

const [phone, other] = ['13812345678', '13900000001'];
const generalReply = (result: number) => ({ id: '0x8001', body: { result } });

async function positionsOf(of = phone) {
  const terminal = rig.terminals.book.inForce(of);
  return rig.terminals.positions.between(terminal?.no ?? -1, 0, Number.MAX_SAFE_INTEGER, 1000);
}

describe('a terminal of each header year', () => {
  for (const version of ['2013', '2019'] as const) {
    it(`registers, authenticates and is heard: ${version}`, async () => {
      const code = await rig.enter(`000${phone}`);
      const terminal = rig.connect(phone, version);
      expect(await terminal.register()).toMatchObject({
        id: '0x8100',
        body: { result: 0, token: code, replySerial: 0 },
      });
      expect(await terminal.authenticate(code)).toMatchObject(generalReply(0));
      expect(await terminal.ask('0x0002', undefined)).toMatchObject(generalReply(0));
      const answer = await terminal.ask('0x0200', reportAt(startMs));
      expect(answer).toMatchObject({ body: { replyId: '0x0200', replySerial: 3, result: 0 } });
      const expected = { atMs: startMs, lat: 38.05, lon: 114.6, speedMps: 10, courseDeg: 90 };
      expect(await positionsOf()).toEqual([expected]);
      expect(rig.terminals.positions.last(1)).toEqual(expected);
      expect(await rig.kept.store.all('SELECT * FROM fix')).toEqual([]);
    });
  }

  it('is told its message is of no known kind, or too short', async () => {
    const terminal = await rig.admitted(phone);
    expect(await terminal.ask('0x8300', { flag: 4, text: '平台的消息' })).toMatchObject(
      generalReply(3),
    );
    expect(await terminal.ask('0x0704', { type: 0, items: [] })).toMatchObject(generalReply(0));
    const [short] = terminal.frames('0x8001', { replySerial: 1, replyId: '0x0200', result: 0 });
    if (short === undefined) throw new Error('no frame');
    // The id of a location report before a body of five bytes; the checksum changes by the same.
    short[1] = 0x02;
    short[short.length - 2] = (short.at(-2) ?? 0) ^ 0x80 ^ 0x02;
    short[2] = 0x00;
    short[short.length - 2] = (short.at(-2) ?? 0) ^ 0x01;
    terminal.write(short);
    expect(await terminal.next()).toMatchObject(generalReply(2));
  });
});

describe('who is not let in', () => {
  it('an unknown phone, a wrong plate, a second device: 0x8100 with the reason, then closed', async () => {
    const stranger = rig.connect(other);
    expect(await stranger.register()).toMatchObject({
      id: '0x8100',
      body: { result: 4, token: '' },
    });
    await stranger.closed();
    await rig.enter(phone);
    const wrongPlate = rig.connect(phone);
    expect(await wrongPlate.register('T-1', '冀F·示999')).toMatchObject({ body: { result: 2 } });
    await wrongPlate.closed();
    expect(await rig.connect(phone).register('T-1')).toMatchObject({ body: { result: 0 } });
    const second = rig.connect(phone);
    expect(await second.register('T-2')).toMatchObject({ body: { result: 3, token: '' } });
    await second.closed();
    expect(await rig.connect(phone).register('T-1')).toMatchObject({ body: { result: 0 } });
  });

  it('a wrong code, a code of another terminal, an unknown phone: 0x8001 failed, then closed', async () => {
    const code = await rig.enter(phone);
    const foreign = await rig.enter(other);
    for (const [of, tried] of [
      [phone, `${code}0`],
      [phone, ''],
      [phone, foreign],
      ['15000000000', code],
    ] as const) {
      const terminal = rig.connect(of);
      expect(await terminal.authenticate(tried)).toMatchObject(generalReply(1));
      await terminal.closed();
    }
    expect(await rig.connect(phone).authenticate(code)).toMatchObject(generalReply(0));
  });

  it('who reports before it has shown its code; nothing of it is kept', async () => {
    await rig.enter(phone);
    for (const id of ['0x0200', '0x0002', '0x0003'] as const) {
      const terminal = rig.connect(phone);
      const body = id === '0x0200' ? reportAt(startMs) : undefined;
      terminal.send(id, body as never);
      terminal.send('0x0200', reportAt(startMs + 1000));
      expect(await terminal.next()).toMatchObject(generalReply(1));
      expect(await terminal.next()).toBeNull();
    }
    expect(await positionsOf()).toEqual([]);
  });

  it('a revoked one: its connection closes at once, its code is void, and it may be entered anew', async () => {
    const code = await rig.enter(phone);
    const terminal = rig.connect(phone);
    await terminal.authenticate(code);
    expect(await rig.terminals.book.register({ phone, plate, vehicleId: null }, 'c')).toMatchObject(
      {
        code: 'conflict',
      },
    );
    await rig.terminals.book.revoke(phone, 'clerk');
    await terminal.closed();
    expect(await rig.connect(phone).authenticate(code)).toMatchObject(generalReply(1));
    expect(await rig.connect(phone).register()).toMatchObject({ body: { result: 4 } });
    const fresh = await rig.enter(phone);
    expect(fresh).not.toBe(code);
    expect(await rig.connect(phone).authenticate(fresh)).toMatchObject(generalReply(0));
  });

  it('one that unregistered, until it registers again and has its new code', async () => {
    const code = await rig.enter(phone);
    const terminal = rig.connect(phone);
    await terminal.authenticate(code);
    expect(await terminal.ask('0x0003', undefined)).toMatchObject(generalReply(0));
    await terminal.closed();
    expect(await rig.connect(phone).authenticate(code)).toMatchObject(generalReply(1));
    const again = rig.connect(phone);
    const answer = await again.register('T-9');
    const token = answer?.id === '0x8100' ? answer.body.token : '';
    expect(await again.authenticate(token)).toMatchObject(generalReply(0));
  });
});

describe('positions of terminals', () => {
  it('come in batches and subpackages in any order, each kept once', async () => {
    const terminal = await rig.admitted(phone);
    const items = Array.from({ length: 60 }, (_, index) => reportAt(startMs - index * 1000));
    const parts = terminal.frames('0x0704', { type: 1, items });
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts.reverse()) terminal.write(part);
    expect(await terminal.next()).toMatchObject({ body: { replyId: '0x0704', result: 0 } });
    await terminal.ask('0x0200', reportAt(startMs, { latitudeE6: 1 }));
    const kept = await positionsOf();
    expect(kept.map(({ atMs }) => atMs)).toEqual(
      items.map((_, index) => startMs - (59 - index) * 1000),
    );
    expect(kept.at(-1)?.lat).toBe(38.05);
    expect(rig.terminals.positions.last(1)?.atMs).toBe(startMs);
  });

  it('without a place are no position; without a true time or place they are kept as dead letters', async () => {
    const terminal = await rig.admitted(phone);
    await terminal.ask('0x0200', reportAt(startMs, { status: 1 }));
    await terminal.ask('0x0200', reportAt(startMs + terminalLimits.futureMsMax + 1000));
    await terminal.ask('0x0200', reportAt(startMs, { timeBcd: '269999999999' }));
    await terminal.ask('0x0200', reportAt(startMs, { latitudeE6: 95_000_000 }));
    await terminal.ask('0x0200', reportAt(startMs + terminalLimits.futureMsMax));
    expect((await positionsOf()).map(({ atMs }) => atMs)).toEqual([
      startMs + terminalLimits.futureMsMax,
    ]);
    const letters = await rig.kept.store.all<{ reason: string; serial: string }>(
      'SELECT reason, serial FROM dead_letter ORDER BY id',
    );
    expect(letters.map(({ reason }) => reason)).toEqual([
      'jt808-time',
      'jt808-time',
      'jt808-out-of-range',
    ]);
    expect(letters[0]?.serial).toBe(`808:${phone}`);
  });

  it('are not answered as taken when the store fails, and the terminal goes on', async () => {
    const terminal = await rig.admitted(phone);
    await rig.kept.store.write((tx) => tx.run('ALTER TABLE terminal_position RENAME TO away'));
    expect(await terminal.ask('0x0200', reportAt(startMs))).toMatchObject(generalReply(1));
    await rig.kept.store.write((tx) => tx.run('ALTER TABLE away RENAME TO terminal_position'));
    expect(await terminal.ask('0x0200', reportAt(startMs))).toMatchObject(generalReply(0));
    expect(await positionsOf()).toHaveLength(1);
  });

  it('tell when a screen fails and when it is well again: once each, and after a restart', async () => {
    const terminal = await rig.admitted(phone);
    const screenFault = 1 << 9;
    const alarms = [0, screenFault, screenFault | 1, 0, 0, screenFault];
    for (const [index, alarm] of alarms.entries()) {
      await terminal.ask('0x0200', reportAt(startMs + index * 1000, { alarm }));
    }
    await terminal.ask('0x0200', reportAt(startMs + 3500, { alarm: 0 }));
    const expected = [5, 3, 1].map((second) => ({
      atMs: startMs + second * 1000,
      event: 'screen-fault',
      began: second !== 3,
    }));
    expect(await rig.terminals.positions.events(1)).toEqual(expected);
    expect(rig.terminals.positions.hasScreenFault(1)).toBe(true);
    const again = new Terminals({ store: rig.kept.store, env: testEnv(rig.clock) });
    await again.start();
    expect(again.positions.hasScreenFault(1)).toBe(true);
    expect(again.positions.last(1)?.atMs).toBe(startMs + 5000);
    expect(again.book.all()).toEqual(rig.terminals.book.all());
  });
});

describe('two terminals', () => {
  it('are kept apart, and neither speaks for the other', async () => {
    const [first, second] = [await rig.admitted(phone), await rig.admitted(other, '2019')];
    first.send('0x0200', reportAt(startMs, { latitudeE6: 38_000_000 }));
    second.send('0x0200', reportAt(startMs, { latitudeE6: 39_000_000 }));
    await Promise.all([first.next(), second.next()]);
    expect((await positionsOf(phone)).map(({ lat }) => lat)).toEqual([38]);
    expect((await positionsOf(other)).map(({ lat }) => lat)).toEqual([39]);
    const forged = rig.connect(other, '2019').frames('0x0200', reportAt(startMs + 1000));
    for (const frame of forged) first.write(frame);
    expect(await first.next()).toMatchObject(generalReply(2));
    expect(await positionsOf(other)).toHaveLength(1);
  });

  it('of one phone: the one that comes back takes the place of the one that was', async () => {
    const before = await rig.admitted(phone);
    const code = rig.terminals.book.inForce(phone)?.code ?? '';
    const after = rig.connect(phone);
    expect(await after.authenticate(code)).toMatchObject(generalReply(0));
    await before.closed();
    await pause(20);
    const session = rig.terminals.listener.session(phone);
    expect(session?.closedFor).toBeNull();
    expect(await after.ask('0x0002', undefined)).toMatchObject(generalReply(0));
  });
});

describe('texts to a terminal', () => {
  it('are shown, and known to be there when it says so', async () => {
    const terminal = await rig.admitted(phone, '2019');
    const sent = rig.terminals.text(phone, '前方事故，请减速');
    expect(await terminal.next()).toEqual({
      id: '0x8300',
      body: { flag: 12, type: 1, text: '前方事故，请减速' },
    });
    // Serial 0 was the answer to the authentication.
    terminal.send('0x0001', { replySerial: 0, replyId: '0x8300', result: 0 });
    terminal.send('0x0001', { replySerial: 1, replyId: '0x8300', result: 0 });
    expect(await sent).toEqual({ ok: true, delivered: true });
  });

  it('are told as not delivered when refused, not answered in time, or the line goes', async () => {
    const terminal = await rig.admitted(phone);
    const refused = rig.terminals.text(phone, '一');
    await terminal.next();
    terminal.send('0x0001', { replySerial: 1, replyId: '0x8300', result: 1 });
    expect(await refused).toEqual({ ok: true, delivered: false });
    const unanswered = rig.terminals.text(phone, '二');
    await rig.clock.advance(terminalLimits.answerMsMax + terminalLimits.sweepMs);
    expect(await unanswered).toEqual({ ok: true, delivered: false });
    const cut = rig.terminals.text(phone, '三');
    terminal.hangUp();
    expect(await cut).toEqual({ ok: true, delivered: false });
    await until(() => rig.terminals.listener.session(phone) === undefined);
    expect(await rig.terminals.text(phone, '四')).toMatchObject({ code: 'conflict' });
    expect(await rig.terminals.text(other, '五')).toMatchObject({ code: 'not-found' });
    expect(await rig.terminals.text(phone, '😀')).toMatchObject({ code: 'bad-request' });
    expect(await rig.terminals.text(phone, '长'.repeat(513))).toMatchObject({
      code: 'bad-request',
    });
  });
});
