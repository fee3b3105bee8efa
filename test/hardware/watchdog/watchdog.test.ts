import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import { HealthBeat, openWatchdog } from '../../../hardware/open.ts';
import { SystemdWatchdog } from '../../../hardware/watchdog/systemd.ts';
import type { Watchdog } from '../../../hardware/watchdog.ts';

function listening(): Watchdog & { readonly beats: number } {
  const heard = { beats: 0 };
  return {
    ready() {},
    beat() {
      heard.beats += 1;
    },
    stopping() {},
    get beats() {
      return heard.beats;
    },
  };
}

describe('health beat', () => {
  it('beats while all is well and stops when the display loop stands still', async () => {
    const clock = new VirtualClock(0);
    let lastLoopMs = 0;
    let loopRuns = true;
    const loop = (): void => {
      if (!loopRuns) return;
      lastLoopMs = clock.nowMonoMs();
      clock.after(1000, loop);
    };
    loop();
    const displayAlive = (): string | null =>
      clock.nowMonoMs() - lastLoopMs > 5000 ? 'display-stalled' : null;
    const watchdog = listening();
    const beat = new HealthBeat(watchdog, [displayAlive, () => null], clock, 10_000);
    beat.start();
    await clock.advance(60_000);
    expect(watchdog.beats).toBe(7);
    loopRuns = false;
    await clock.advance(60_000);
    expect(watchdog.beats).toBe(7);
    expect(beat.reasons()).toEqual(['display-stalled']);
    loopRuns = true;
    loop();
    await clock.advance(10_000);
    expect(watchdog.beats).toBe(8);
    beat.stop();
    await clock.advance(60_000);
    expect(watchdog.beats).toBe(8);
  });
});

describe('watchdog of systemd', () => {
  it('says ready, alive and stopping in the words systemd knows', () => {
    const sent: string[] = [];
    const native = {
      sendDatagram(path: string, text: string) {
        sent.push(`${path} ${text}`);
        return true;
      },
    };
    const watchdog = new SystemdWatchdog('/run/systemd/notify', native);
    watchdog.ready();
    watchdog.beat();
    watchdog.stopping('ignition off\nflushed');
    expect(sent).toEqual([
      '/run/systemd/notify READY=1',
      '/run/systemd/notify WATCHDOG=1',
      '/run/systemd/notify STOPPING=1\nSTATUS=ignition off flushed',
    ]);
  });

  it('is nobody when systemd named no socket', async () => {
    const watchdog = await openWatchdog(undefined);
    expect(() => watchdog.beat()).not.toThrow();
  });

  it('reaches a real datagram socket, by path and by abstract name', async () => {
    const koffi = createRequire(import.meta.url)('koffi');
    const c = koffi.load('libc.so.6');
    const socket = c.func('int socket(int, int, int)');
    const bind = c.func('int bind(int, void *, uint32_t)');
    const recv = c.func('long recv(int, void *, size_t, int)');
    const close = c.func('int close(int)');
    const folder = mkdtempSync(join(tmpdir(), 'xinlu-notify-'));
    for (const path of [join(folder, 'notify'), `@${folder}/abstract`]) {
      const isAbstract = path.startsWith('@');
      const name = isAbstract ? `\0${path.slice(1)}` : `${path}\0`;
      const address = Buffer.concat([Buffer.from([1, 0]), Buffer.from(name)]);
      const fd = socket(1, 2 | 0o4000, 0);
      expect(bind(fd, address, address.length)).toBe(0);
      const watchdog = await openWatchdog(path);
      watchdog.ready();
      const heard = Buffer.alloc(64);
      const length = Number(recv(fd, heard, heard.length, 0));
      expect(heard.subarray(0, Math.max(0, length)).toString()).toBe('READY=1');
      close(fd);
    }
    rmSync(folder, { recursive: true });
  });
});
