import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random, seedOr } from '../support/random.ts';
import { UpdateRig } from './update/rig.ts';

const seed = seedOr(Math.floor(Math.random() * 2 ** 31));
const isLong = process.env.XINLU_LONG === '1';
const kills = isLong ? 30 : 2;
const timeoutMs = 600_000;

let rig: UpdateRig;

beforeAll(async () => {
  rig = await UpdateRig.make();
  await rig.start();
}, timeoutMs);
afterAll(() => rig.stop());

describe(`releases, a gateway and a unit in processes of their own (seed ${seed})`, () => {
  it(
    `reach the unit through ${kills} kills and are confirmed`,
    async () => {
      const random = new Random(seed);
      const releaseId = await rig.release('1.0.0', 1);
      for (let kill = 0; kill < kills; kill += 1) {
        await new Promise((resolve) => setTimeout(resolve, random.whole(200, 4_000)));
        await rig.unit.kill();
      }
      await rig.until('the release has an end', async () => {
        const { confirmed = 0, 'rolled-back': back = 0 } = (await rig.view(releaseId))?.units ?? {};
        return confirmed + back === 1;
      });
      await rig.until('a code stands on the glass', () => rig.hasCode());
      // Killed in both boots of its trial it would be taken back: then it was the kills' doing.
      const units = (await rig.view(releaseId))?.units;
      process.stdout.write(
        `update test, seed ${seed}: ${JSON.stringify(units)}, ${rig.starts} starts\n`,
      );
      expect([{ confirmed: 1 }, { 'rolled-back': 1 }]).toContainEqual(units);
    },
    timeoutMs,
  );

  it(
    'take themselves back when they crash, and the roll-out stops',
    async () => {
      const releaseId = await rig.release('1.1.0', 2, "throw new Error('a bad release');");
      await rig.until(
        'the roll-out stops',
        async () => (await rig.view(releaseId))?.state === 'stopped',
      );
      expect(await rig.view(releaseId)).toMatchObject({
        stateReason: '1 of 1 units failed',
        units: { 'rolled-back': 1 },
      });
      await rig.until('a code stands on the glass', () => rig.hasCode());
    },
    timeoutMs,
  );

  if (isLong) {
    it.each([
      ['hang before they begin', '1.2.0', 3, 'for (;;) {}', 'hung'],
      ['end without a word', '1.3.0', 4, 'await new Promise(() => {});', 'never-confirmed'],
    ])(
      'take themselves back when they %s',
      async (_what, version, counter, breakage, reason) => {
        const releaseId = await rig.release(version, counter, breakage);
        await rig.until(
          'the roll-out stops',
          async () => (await rig.view(releaseId))?.state === 'stopped',
        );
        const units = await rig.admin('GET', `/releases/${releaseId}/units`);
        expect(units).toMatchObject([{ state: 'rolled-back', reason }]);
        await rig.until('a code stands on the glass', () => rig.hasCode());
      },
      timeoutMs,
    );
  }
});
