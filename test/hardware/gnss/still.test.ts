import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import type { ReceivedFix } from '../../../hardware/gnss.ts';
import { openGnss } from '../../../hardware/open.ts';
import { frameSentence } from '../../../protocols/nmea/nmea.ts';

describe('fixed position', () => {
  it('gives the surveyed place once a second, and never a time', async () => {
    const clock = new VirtualClock(0);
    const config = { part: 'fixed', position: { lat: 38.1, lon: 114.2 } };
    const receiver = await openGnss(config, clock.env());
    const fixes: ReceivedFix[] = [];
    receiver.on('fix', (fix) => fixes.push(fix));
    await receiver.start();
    await clock.advance(3000);
    expect(fixes.map(({ receivedMonoMs }) => receivedMonoMs)).toEqual([0, 1000, 2000, 3000]);
    expect(fixes[3]?.fix).toMatchObject({ lat: 38.1, lon: 114.2, timeMs: null, valid: true });
    await receiver.stop();
    await clock.advance(3000);
    expect(fixes).toHaveLength(4);
  });
});

describe('replay of a log', () => {
  const bodies = [
    'GPRMC,080000.00,A,3802.5000,N,11430.0000,E,10.0,90.0,050326,,,A',
    'GPRMC,080001.00,A,3802.5000,N,11430.0100,E,10.0,90.0,050326,,,A',
    'GPRMC,080005.00,V,,,,,,,050326,,,N',
    'GPRMC,080006.00,A,3802.5000,N,11430.0300,E,10.0,90.0,050326,,,A',
  ];

  it('keeps the recorded intervals, times and gaps', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xinlu-replay-'));
    const log = join(folder, 'track.nmea');
    await writeFile(log, bodies.map((body) => frameSentence(body)).join(''));
    const clock = new VirtualClock(0);
    const receiver = await openGnss({ part: 'replay', replay: { log, loop: true } }, clock.env());
    const fixes: ReceivedFix[] = [];
    receiver.on('fix', (fix) => fixes.push(fix));
    await receiver.start();
    await clock.advance(6500);
    expect(fixes.map(({ receivedMonoMs }) => receivedMonoMs)).toEqual([0, 1000, 5000, 6000]);
    expect(fixes.map(({ fix }) => fix.valid)).toEqual([true, true, false, true]);
    expect(fixes[1]?.fix.timeMs).toBe(Date.UTC(2026, 2, 5, 8, 0, 1));
    await clock.advance(600);
    expect(fixes).toHaveLength(5);
    await receiver.stop();
    await rm(folder, { recursive: true });
  });

  it('names the log that cannot be read', async () => {
    const env = new VirtualClock(0).env();
    const receiver = await openGnss({ part: 'replay', replay: { log: '/nowhere/x' } }, env);
    await expect(receiver.start()).rejects.toThrow(/nowhere/);
  });
});
