import { describe, expect, it } from 'vitest';
import { readFloor } from '../../../device/update/floor.ts';
import { Random, seedOr } from '../../support/random.ts';
import { behaving, folder, UpdateModel } from './model.ts';
import { makeRelease } from './releases.ts';
import type { SimDiskFaults } from './sim-disk.ts';

const seed = seedOr(Math.floor(Math.random() * 2 ** 31));
const isLong = process.env.XINLU_LONG === '1';
const randomLives = isLong ? 1_000 : 50;
const cutsPerLife = 4;
const timeoutMs = 600_000;

const [first, second, third] = [
  behaving(makeRelease({ version: '1.0.0', counter: 1 }), 'good'),
  behaving(makeRelease({ version: '1.1.0', counter: 2 }), 'no-code'),
  behaving(makeRelease({ version: '1.2.0', counter: 3 }), 'good'),
];
const hanging = behaving(makeRelease({ version: '1.3.0', counter: 4 }), 'hang');
const crashing = behaving(makeRelease({ version: '1.4.0', counter: 5 }), 'crash');
const unheard = behaving(makeRelease({ version: '1.5.0', counter: 6 }), 'no-ack');
/** What every cut falls into: a release that stays, and one that is taken back. */
const story = [first, second];

/** The whole story without a cut: how many steps of the disk it takes. */
async function stepsOfStory(): Promise<number> {
  const model = new UpdateModel(story);
  expect(await model.live()).toBe(true);
  expect(model.broken).toEqual([]);
  return model.disk.steps;
}

/** The story with the power cut before one step; what happens then is drawn by `random`. */
async function cutAt(step: number, random: Random, faults: SimDiskFaults = {}) {
  const model = new UpdateModel(story, faults);
  model.disk.cutBefore = step;
  await model.live();
  model.comeBack(random, random.next() < 0.7 ? 'power' : 'kill');
  await model.live();
  return model;
}

describe(`an update and the power (seed ${seed})`, () => {
  it('brings good releases and takes bad ones back, in their order', async () => {
    const model = new UpdateModel([first, second, third, hanging, crashing, unheard]);
    await model.live();
    expect(model.broken).toEqual([]);
    const ends = model.told.filter(({ state }) => /confirmed|rolled/.test(state));
    expect(ends.map(({ state, reason }) => `${state} ${reason}`)).toEqual([
      'confirmed null',
      'rolled-back no-code',
      'confirmed null',
      'rolled-back hung',
      'rolled-back never-confirmed',
      'rolled-back no-acknowledgement',
    ]);
    expect(model.running?.id).toBe(third.id);
    expect(await readFloor(model.disk, folder)).toMatchObject({ counter: 3, statement: 1 });
  });

  it(
    'leaves a signed, whole version that shows its code, wherever a single cut falls',
    async () => {
      const random = new Random(seed);
      const steps = await stepsOfStory();
      expect(steps).toBeGreaterThan(80);
      for (let step = 0; step < steps; step += 1) {
        const { broken, running } = await cutAt(step, random);
        expect({ step, broken }).toEqual({ step, broken: [] });
        expect({ step, ends: running?.manifest.version }).toEqual({ step, ends: '1.0.0' });
      }
    },
    timeoutMs,
  );

  it(
    'after a kill anywhere, too, that is followed by a power cut much later',
    async () => {
      const whole = new UpdateModel([first]);
      await whole.live();
      for (let step = 0; step < whole.disk.steps; step += 1) {
        const model = new UpdateModel([first]);
        model.disk.cutBefore = step;
        await model.live();
        model.comeBack(null, 'kill');
        await model.live();
        model.comeBack(null, 'power');
        await model.live();
        expect({ step, broken: model.broken }).toEqual({ step, broken: [] });
        expect({ step, runs: model.running?.id }).toEqual({ step, runs: first.id });
      }
    },
    timeoutMs,
  );

  const points = randomLives * cutsPerLife;
  it(
    `and at ${points} points drawn by chance, cut off or killed again and again`,
    async () => {
      const random = new Random(seed ^ 0x5eed);
      for (let life = 0; life < randomLives; life += 1) {
        const model = new UpdateModel(story);
        for (let cut = 0; cut < cutsPerLife; cut += 1) {
          model.disk.cutBefore = model.disk.steps + random.whole(0, 60);
          await model.live();
          model.comeBack(random, random.next() < 0.5 ? 'power' : 'kill');
        }
        model.disk.cutBefore = null;
        await model.live();
        expect({ life, broken: model.broken }).toEqual({ life, broken: [] });
      }
    },
    timeoutMs,
  );

  it.each([
    ['contents are not synced before their names', { losesContents: true }],
    ['names are not synced', { losesNames: true }],
  ])(
    'goes red when %s',
    async (_what, faults) => {
      const random = new Random(seed);
      let violations = 0;
      for (let step = 0; step < 120 && violations === 0; step += 3) {
        violations += (await cutAt(step, random, faults)).broken.length;
      }
      expect(violations).toBeGreaterThan(0);
    },
    timeoutMs,
  );
});
