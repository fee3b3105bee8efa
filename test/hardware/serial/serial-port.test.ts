import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { systemTimers, type Timers } from '../../../hardware/environment.ts';
import type { ReceivedFix } from '../../../hardware/gnss.ts';
import { openGnss } from '../../../hardware/open.ts';
import { SerialBytePort } from '../../../hardware/serial/serial-port.ts';
import { frameSentence } from '../../../protocols/nmea/nmea.ts';
import { Pty, ptyIsPossible } from './pty.ts';

const WAIT_MS_MAX = 20_000;
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of cleanUp.splice(0).reverse()) await act();
});

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += 5) {
    if (waitedMs > WAIT_MS_MAX) throw new Error(`waited in vain: ${what}`);
    await sleep(5);
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsedBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function rig(silenceMsMax?: number) {
  const pty = new Pty();
  const delaysMs: number[] = [];
  const timers: Timers = {
    after(delayMs, run) {
      delaysMs.push(delayMs);
      return systemTimers.after(delayMs, run);
    },
  };
  const silence = silenceMsMax === undefined ? {} : { silenceMsMax };
  const port = new SerialBytePort({ path: pty.path, baudRate: 9600, ...silence }, timers);
  const events: string[] = [];
  let heard = Buffer.alloc(0);
  port.on('open', () => events.push('open'));
  port.on('close', (reason) => events.push(reason));
  port.on('data', (bytes) => {
    heard = Buffer.concat([heard, bytes]);
  });
  cleanUp.push(
    () => pty.dispose(),
    () => port.stop(),
  );
  return { pty, port, events, delaysMs, heard: () => heard };
}

describe.skipIf(!ptyIsPossible())('serial line on a pseudo terminal', () => {
  it('carries every byte value both ways', async () => {
    const { pty, port, heard } = rig();
    const all = Uint8Array.from({ length: 1024 }, (_, index) => index & 0xff);
    let written = Buffer.alloc(0);
    pty.onData = (bytes) => {
      written = Buffer.concat([written, bytes]);
    };
    await port.start();
    await until('open', () => port.isOpen);
    await port.write(all);
    pty.send(all);
    await until('all bytes', () => written.length === 1024 && heard().length === 1024);
    expect(Buffer.compare(written, all)).toBe(0);
    expect(Buffer.compare(heard(), all)).toBe(0);
  });

  it('notices a pulled cable once, and works again after its return, 40 cycles without growth', async () => {
    const { pty, port, events, delaysMs, heard } = rig();
    await port.start();
    await until('open', () => port.isOpen);
    let heapBytes = 0;
    for (let cycle = 0; cycle < 50; cycle += 1) {
      if (cycle === 10) heapBytes = heapUsedBytes();
      const before = heard().length;
      pty.unplug();
      await until('noticed', () => !port.isOpen);
      await expect(port.write(Uint8Array.of(1))).rejects.toThrow(/port-closed/);
      pty.plug();
      await until('back', () => port.isOpen);
      pty.send(Uint8Array.of(cycle));
      await until('a byte', () => heard().length > before);
    }
    const losses = Array.from({ length: 50 }, () => ['unplugged', 'open']).flat();
    expect(events).toEqual(['open', ...losses]);
    expect(Math.max(...delaysMs.filter((ms) => ms < 3000))).toBeLessThanOrEqual(2000);
    expect(port.listenerCount('data')).toBe(1);
    expect((heapUsedBytes() - heapBytes) / 40).toBeLessThan(20 * 1024);
  }, 60_000);

  it('waits longer between attempts while the part is away, never more than 2 s', async () => {
    const { pty, port, delaysMs } = rig();
    pty.unplug();
    await port.start();
    await until('four attempts', () => delaysMs.filter((ms) => ms < 3000).length >= 4);
    const waits = delaysMs.filter((ms) => ms < 3000).slice(0, 4);
    expect(waits).toEqual([250, 500, 1000, 2000]);
    pty.plug();
    await until('open', () => port.isOpen);
  });

  it('opens a silent line afresh', async () => {
    const { port, events } = rig(100);
    await port.start();
    await until('reopened', () => events.length >= 3);
    expect(events.slice(0, 3)).toEqual(['open', 'silent', 'open']);
  });

  it('gives up a write that the part does not take, and opens the line afresh', async () => {
    const { pty, port, events } = rig();
    await port.start();
    await until('open', () => port.isOpen);
    pty.deaf = true;
    await expect(port.write(new Uint8Array(32_768))).rejects.toThrow(/write-timeout/);
    pty.deaf = false;
    await until('reopened', () => events.length === 3);
    expect(events).toEqual(['open', 'write-timeout', 'open']);
    await port.write(Uint8Array.of(1, 2, 3));
  });

  it('refuses more bytes at once than any part takes', async () => {
    const { port, events } = rig();
    await port.start();
    await until('open', () => port.isOpen);
    await expect(port.write(new Uint8Array(70_000))).rejects.toThrow(/write-failed/);
    expect(events).toEqual(['open']);
  });

  it('stops for good, also in the middle of an attempt', async () => {
    const { port, events } = rig();
    await port.start();
    await port.stop();
    await sleep(100);
    expect(events).toEqual([]);
    expect(port.isOpen).toBe(false);
  });

  it('brings the fixes of a receiver that is pulled and put back', async () => {
    const pty = new Pty();
    cleanUp.push(() => pty.dispose());
    const env = { nowMonoMs: () => performance.now(), nowMs: () => 0, timers: systemTimers };
    const receiver = await openGnss({ part: 'nmea', path: pty.path }, env);
    cleanUp.push(() => receiver.stop());
    const fixes: ReceivedFix[] = [];
    receiver.on('fix', (fix) => fixes.push(fix));
    await receiver.start();
    const body = 'GNRMC,080000.00,A,3802.5000,N,11430.0000,E,10.0,90.0,050326,,,A';
    const speaking = setInterval(() => pty.send(Buffer.from(frameSentence(body))), 300);
    cleanUp.push(() => clearInterval(speaking));
    await until('a fix', () => fixes.length > 0);
    pty.unplug();
    await until('unplugged', () => receiver.state === 'unplugged');
    pty.plug();
    const before = fixes.length;
    await until('a fix again', () => fixes.length > before);
    expect(fixes.at(-1)?.fix.lat).toBeCloseTo(38.0416667, 6);
  });
});
