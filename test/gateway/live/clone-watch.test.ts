import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BootWatch } from '../../../gateway/live/boot-watch.ts';
import { TravelWatch } from '../../../gateway/live/travel-watch.ts';
import { TwinWatch } from '../../../gateway/live/twin-watch.ts';
import { codeDigitsOf } from '../../../protocols/scan-code/code.ts';
import { codeOf, fix, hello, shown, TestUnit } from '../test-unit.ts';
import { startWorld, until, type World } from '../world.ts';

const minuteMs = 60_000;

describe('boot ids', () => {
  it('alternate three times in ten minutes only when two devices speak', () => {
    const watch = new BootWatch();
    const said = ['a', 'a', 'b', 'a', 'a', 'b'].map((id, index) =>
      watch.note('XL-1', id, index * minuteMs),
    );
    expect(said).toStrictEqual([false, false, false, false, false, true]);
  });

  it('may be new as often as a unit restarts, and may take turns slowly', () => {
    const restarts = new BootWatch();
    for (let boot = 0; boot < 20; boot += 1) {
      expect(restarts.note('XL-1', `boot-${boot}`, boot * 1000)).toBe(false);
    }
    const slow = new BootWatch();
    for (let turn = 0; turn < 20; turn += 1) {
      expect(slow.note('XL-1', turn % 2 === 0 ? 'a' : 'b', turn * 6 * minuteMs)).toBe(false);
    }
  });
});

describe('positions', () => {
  const home = { lat: 38.04, lon: 114.51 };
  const far = { lat: 39.04, lon: 114.51 };

  it('that jump three times in ten minutes are two vehicles', () => {
    const watch = new TravelWatch();
    const said = [home, far, home, far].map((at, index) => watch.note('XL-1', at, index * 5000));
    expect(said).toStrictEqual([false, false, false, true]);
  });

  it('of one bad fix, of a drive at speed, after a long silence or late are none', () => {
    const glitch = new TravelWatch();
    expect([home, far, home, home].map((at, n) => glitch.note('XL-1', at, n * 5000))).not.toContain(
      true,
    );
    const drive = new TravelWatch();
    for (let n = 0; n < 500; n += 1) {
      const at = { lat: 38 + n * 0.0018, lon: 114.5 };
      expect(drive.note('XL-1', at, n * 5000)).toBe(false);
    }
    const moved = new TravelWatch();
    for (let n = 0; n < 10; n += 1) {
      expect(moved.note('XL-1', n % 2 === 0 ? home : far, n * 3_600_000)).toBe(false);
    }
    const late = new TravelWatch();
    late.note('XL-1', home, 1_000_000);
    for (let n = 0; n < 10; n += 1) expect(late.note('XL-1', far, 900_000 + n)).toBe(false);
  });
});

describe('names used once', () => {
  it('show something else under a name, and nothing for a repetition', () => {
    const watch = new TwinWatch();
    expect(watch.note('XL-1', '7', 'one')).toBe(false);
    expect(watch.note('XL-1', '7', 'one')).toBe(false);
    expect(watch.note('XL-2', '7', 'two')).toBe(false);
    expect(watch.note('XL-1', '7', 'two')).toBe(true);
  });
});

describe('a second device with a unit’s key', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  async function enrolled(serial: string): Promise<TestUnit> {
    const unit = new TestUnit(world, serial);
    await unit.enrol();
    await unit.connect();
    return unit;
  }

  const stateOf = async (serial: string) =>
    ((await world.admin('GET', `/units/${serial}`)).body as { state: string }).state;
  const signs = async (serial: string) => {
    const { body } = await world.admin('GET', '/clones');
    return (body as { serial: string; sign: string; times: number }[])
      .filter((alert) => alert.serial === serial)
      .map(({ sign }) => sign);
  };
  async function becomes(serial: string, state: string) {
    let now = '';
    for (let look = 0; look < 100 && now !== state; look += 1) {
      now = await stateOf(serial);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(now).toBe(state);
  }

  it('is suspended for two records with one epoch and seq; repetitions are nothing', async () => {
    const unit = await enrolled('XL-CLONE-1');
    const at = Date.now();
    unit.send([fix(1, at), hello(2, at)]);
    unit.send([fix(1, at), hello(2, at)]);
    await until('the acknowledgements', () => unit.acks.length === 2);
    expect([await stateOf(unit.serial), await signs(unit.serial)]).toStrictEqual(['enrolled', []]);
    unit.send([fix(1, at, 39.9)]);
    await becomes(unit.serial, 'suspended');
    expect(await signs(unit.serial)).toStrictEqual(['record']);
    const { body } = await world.admin('GET', `/units/${unit.serial}`);
    expect(body).toMatchObject({
      events: [
        { event: 'suspend', detail: { by: 'clone-watch' } },
        { event: 'clone' },
        {},
        {},
        {},
        {},
        {},
      ],
    });
    await unit.end();
  });

  it('is suspended for two codes of one second, one shown and one only scanned', async () => {
    const unit = await enrolled('XL-CLONE-2');
    const issuedAt = Math.floor(Date.now() / 1000) - 5;
    unit.send([shown(1, codeOf(unit, issuedAt))]);
    await until('the acknowledgement', () => unit.acks.length === 1);
    const open = (code: Uint8Array) => fetch(`${world.addresses.httpUrl}/${codeDigitsOf(code)}`);
    await open(codeOf(unit, issuedAt));
    await becomes(unit.serial, 'active');
    await open(codeOf(unit, issuedAt, 120));
    await becomes(unit.serial, 'suspended');
    expect(await signs(unit.serial)).toStrictEqual(['code']);
    await unit.end();
  });

  it('is an alert, and no more, while boots take turns or places jump', async () => {
    const unit = await enrolled('XL-CLONE-3');
    const at = Date.now();
    const boot = (seq: number, bootId: string) => {
      const record = hello(seq, at);
      return { ...record, values: { ...record.values, bootId } } as typeof record;
    };
    unit.send([boot(1, 'a'), boot(2, 'b'), boot(3, 'a'), boot(4, 'b')]);
    unit.send([38, 39, 38, 39].map((lat, n) => fix(5 + n, at + n * 5000, lat)));
    await until('the acknowledgements', () => unit.acks.length === 2);
    let found: string[] = [];
    for (let look = 0; look < 100 && found.length < 2; look += 1) {
      found = await signs(unit.serial);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(found.sort()).toStrictEqual(['boots', 'travel']);
    expect(await stateOf(unit.serial)).toBe('enrolled');
    await unit.end();
  });
});
