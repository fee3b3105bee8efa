import { describe, expect, it } from 'vitest';
import { Random, seedOr } from '../support/random.ts';
import { KillRig, type Losses } from './kill/rig.ts';

const seed = seedOr(Math.floor(Math.random() * 2 ** 31));
const isLong = process.env.XINLU_LONG === '1';
const faults = isLong ? 1_000 : 60;
const unitCount = 2;
const timeoutMs = isLong ? 3_600_000 : 540_000;

async function run(rig: KillRig, faultCount: number, gatewayShare: number): Promise<Losses> {
  const random = new Random(seed);
  try {
    await rig.start(unitCount);
    for (let fault = 0; fault < faultCount; fault += 1) await rig.fault(random, gatewayShare);
    return await rig.settle(faultCount);
  } finally {
    await rig.stop();
  }
}

describe(`kill -9 at random while fixes flow (seed ${seed})`, () => {
  it(
    `${faults} faults lose nothing that was accepted and store nothing twice`,
    async () => {
      const losses = await run(new KillRig('gateway/main.ts'), faults, 0.5);
      process.stdout.write(`kill test, seed ${seed}: ${JSON.stringify(losses)}\n`);
      expect(losses).toMatchObject({ lost: 0, twice: 0, faults });
      expect(losses.accepted).toBeGreaterThan(faults * 10);
    },
    timeoutMs,
  );

  it(
    'goes red when the acknowledgement is moved before COMMIT',
    async () => {
      const losses = await run(new KillRig('test/scenario/kill/mutant-gateway.ts'), 10, 1);
      process.stdout.write(`mutant, seed ${seed}: ${JSON.stringify(losses)}\n`);
      expect(losses.lost).toBeGreaterThan(0);
    },
    timeoutMs,
  );
});
