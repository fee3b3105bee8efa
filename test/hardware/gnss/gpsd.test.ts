import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { systemTimers } from '../../../hardware/environment.ts';
import type { GnssReceiver, ReceivedFix } from '../../../hardware/gnss.ts';
import { openGnss } from '../../../hardware/open.ts';

let server: Server | null = null;
let receiver: GnssReceiver | null = null;
const sockets = new Set<Socket>();
afterEach(async () => {
  await receiver?.stop();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server?.close(resolve));
});

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += 5) {
    if (waitedMs > 10_000) throw new Error(`waited in vain: ${what}`);
    await sleep(5);
  }
}

/** A gpsd that says what it is told, after the watch command only. */
async function rig() {
  const asked: string[] = [];
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.write('{"class":"VERSION","release":"3.22"}\n');
    socket.on('data', (chunk) => asked.push(chunk.toString()));
  });
  const port = await new Promise<number>((resolve) => {
    server?.listen(0, '127.0.0.1', () => {
      const address = server?.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const env = { nowMonoMs: () => 42, nowMs: () => 0, timers: systemTimers };
  const gpsd = { host: '127.0.0.1', port };
  receiver = await openGnss({ part: 'gpsd', gpsd }, env);
  const fixes: ReceivedFix[] = [];
  receiver.on('fix', (fix) => fixes.push(fix));
  await receiver.start();
  await until('watch', () => asked.length > 0);
  const say = (text: string) => {
    for (const socket of sockets) socket.write(text);
  };
  return { asked, fixes, say, receiver };
}

const TPV = {
  class: 'TPV',
  mode: 3,
  status: 1,
  time: '2026-03-05T08:00:01.000Z',
  lat: 38.1,
  lon: 114.5,
  altMSL: 70.5,
  speed: 12.5,
  track: 270,
};

describe('receiver held by gpsd', () => {
  it('asks to watch and gives each report as a fix', async () => {
    const { asked, fixes, say } = await rig();
    expect(asked.join('')).toBe('?WATCH={"enable":true,"json":true};\n');
    say('{"class":"SKY","uSat":9,"hdop":0.8}\n');
    const line = `${JSON.stringify(TPV)}\n`;
    say(line.slice(0, 30));
    await sleep(20);
    say(line.slice(30));
    await until('a fix', () => fixes.length === 1);
    expect(fixes[0]).toEqual({
      receivedMonoMs: 42,
      fix: {
        timeMs: Date.UTC(2026, 2, 5, 8, 0, 1),
        lat: 38.1,
        lon: 114.5,
        altM: 70.5,
        speedMps: 12.5,
        courseDeg: 270,
        fix: '3d',
        satsUsed: 9,
        hdop: 0.8,
        valid: true,
        reason: null,
      },
    });
  });

  it('gives no position without a fix, without a time, when simulated, or from nonsense', async () => {
    const { fixes, say, receiver: line } = await rig();
    const { time: _, ...timeless } = TPV;
    const reports = [{ ...TPV, mode: 1 }, timeless, { ...TPV, status: 8 }, { ...TPV, lat: 91 }];
    say('garbage\n[1,2]\nnull\n{"class":7}\n');
    say(`${'x'.repeat(40_000)}\n`);
    for (const report of reports) say(`${JSON.stringify(report)}\n`);
    await until('all', () => fixes.length === reports.length);
    const reasons = ['no-position', 'no-time', 'simulated', 'no-position'];
    expect(fixes.map(({ fix }) => fix.reason)).toEqual(reasons);
    expect(fixes.every(({ fix }) => !fix.valid && fix.lat === null)).toBe(true);
    expect(line.state).toBe('no-fix');
  });

  it('comes back when gpsd does, and asks again', async () => {
    const { asked, fixes, say, receiver: line } = await rig();
    for (const socket of sockets) socket.destroy();
    await until('gone', () => line.state === 'unplugged');
    await until('asked again', () => asked.length === 2);
    say(`${JSON.stringify(TPV)}\n`);
    await until('a fix', () => fixes.length === 1);
    expect(line.state).toBe('fix');
  });
});
