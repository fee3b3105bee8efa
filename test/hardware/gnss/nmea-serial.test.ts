import { afterEach, describe, expect, it } from 'vitest';
import { GnssModule, type GnssModuleOptions } from '../../../hardware/emulator/gnss-module.ts';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import type { GnssReceiver, GnssState, ReceivedFix } from '../../../hardware/gnss.ts';
import { openGnss } from '../../../hardware/open.ts';

const START_MS = Date.UTC(2026, 2, 5, 8, 30, 0);
const TRUCK = { lat: 38.04201, lon: 114.51455, altM: 81.5, speedMps: 22.2, courseDeg: 187.4 };

let receiver: GnssReceiver | null = null;
afterEach(async () => {
  await receiver?.stop();
  receiver = null;
});

async function rig(part: string, extra: Partial<GnssModuleOptions> & { pivotMs?: number } = {}) {
  const clock = new VirtualClock(START_MS);
  const gnss = new GnssModule({ source: () => TRUCK, env: clock.env(), ...extra });
  const env = clock.env({ emulators: { ports: { gnss: gnss.port } } });
  const { pivotMs } = extra;
  const pivot = pivotMs === undefined ? {} : { pivotMs };
  const opened = await openGnss({ part, path: 'emulator:gnss', ...pivot }, env);
  const fixes: ReceivedFix[] = [];
  const states: GnssState[] = [];
  opened.on('fix', (fix) => fixes.push(fix));
  opened.on('state', (state) => states.push(state));
  receiver = opened;
  gnss.start();
  await opened.start();
  return { clock, gnss, fixes, states, receiver: opened };
}

describe('receiver on a line', () => {
  it('gives one fix a second, 150 ms after its last byte, with the moment of that byte', async () => {
    const { clock, fixes, receiver: line } = await rig('atgm336h');
    await clock.advance(1149);
    expect(fixes).toHaveLength(0);
    await clock.advance(1);
    expect(fixes).toHaveLength(1);
    expect(fixes[0]?.receivedMonoMs).toBe(1000);
    await clock.advance(9000);
    expect(fixes).toHaveLength(10);
    const last = fixes[9]?.fix;
    expect(last).toMatchObject({ valid: true, fix: '3d', timeMs: START_MS + 10_000 });
    expect(last?.lat).toBeCloseTo(TRUCK.lat, 5);
    expect(last?.lon).toBeCloseTo(TRUCK.lon, 5);
    expect(last?.speedMps).toBeCloseTo(TRUCK.speedMps, 1);
    expect(last?.courseDeg).toBeCloseTo(TRUCK.courseDeg, 1);
    expect(line.state).toBe('fix');
  });

  it('sends every family of receivers only what it understands', async () => {
    for (const part of ['nmea', 'atgm336h', 'mtk', 'lc29h', 'ublox']) {
      const { clock, gnss, fixes } = await rig(part);
      await clock.advance(12_000);
      expect(gnss.illegal).toEqual([]);
      expect(fixes.length).toBeGreaterThan(4);
      await receiver?.stop();
      gnss.stop();
    }
  });

  it('finds the speed of a receiver set to 115200', async () => {
    const { clock, gnss, fixes, states } = await rig('atgm336h', { baudRate: 115200 });
    await clock.advance(8000);
    expect(fixes.length).toBeGreaterThan(2);
    expect(states.at(-1)).toBe('fix');
    expect(gnss.illegal).toEqual([]);
  });

  it('tells no fix from silence, and silence from a pulled cable', async () => {
    const { clock, gnss, fixes, states } = await rig('nmea', { coldStartMs: 5000 });
    await clock.advance(4500);
    expect(states).toEqual(['no-fix']);
    expect(fixes.every(({ fix }) => !fix.valid && fix.lat === null)).toBe(true);
    await clock.advance(3000);
    gnss.faults.silence = true;
    await clock.advance(5000);
    gnss.faults.silence = false;
    await clock.advance(10_000);
    gnss.port.unplug();
    await clock.advance(1000);
    gnss.port.plug();
    await clock.advance(5000);
    const shape = ['no-fix', 'fix', 'silent', 'fix', 'unplugged', 'starting', 'fix'];
    expect(states).toEqual(shape);
  });

  it('gives no position from garbled or void sentences, and one again afterwards', async () => {
    const { clock, gnss, fixes } = await rig('nmea');
    await clock.advance(3200);
    for (const fault of ['garble', 'void'] as const) {
      gnss.faults[fault] = true;
      const before = fixes.length;
      await clock.advance(4000);
      expect(fixes.slice(before).filter(({ fix }) => fix.valid)).toEqual([]);
      gnss.faults[fault] = false;
      await clock.advance(12_000);
      expect(fixes.at(-1)?.fix.valid).toBe(true);
    }
  });

  it('mends the date of a module that lost count of its weeks, when given a pivot', async () => {
    const pivotMs = Date.UTC(2026, 0, 1);
    for (const [pivot, year] of [
      [{}, 2006],
      [{ pivotMs }, 2026],
    ] as const) {
      const { clock, gnss, fixes } = await rig('nmea', pivot);
      gnss.faults.weekRollover = true;
      await clock.advance(2200);
      expect(new Date(fixes.at(-1)?.fix.timeMs ?? 0).getUTCFullYear()).toBe(year);
      gnss.stop();
      await receiver?.stop();
    }
  });

  it('says nothing more once stopped', async () => {
    const { clock, fixes, receiver: line } = await rig('nmea');
    await clock.advance(2200);
    await line.stop();
    const before = fixes.length;
    await clock.advance(10_000);
    expect(fixes).toHaveLength(before);
  });
});
