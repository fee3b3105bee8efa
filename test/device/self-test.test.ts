import { afterEach, expect, it } from 'vitest';
import { testParts } from '../../device/self-test.ts';
import { AtModem } from '../../hardware/emulator/at-modem.ts';
import { GnssModule } from '../../hardware/emulator/gnss-module.ts';
import { configOf, truePosition } from './support/unit-rig.ts';
import { makeWorld, temporaryFolder } from './support/world.ts';

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
});

it('tests each part of the configuration once: pass, fail or not fitted', async () => {
  const folder = temporaryFolder();
  const world = makeWorld('self-test');
  const gnss = new GnssModule({ source: truePosition, env: world.clock.env() });
  const modem = new AtModem();
  modem.mute = true;
  gnss.start();
  cleanUps.push(
    () => folder.remove(),
    () => gnss.stop(),
  );
  const config = configOf(folder.path, { modem: 'quectel-ec20', modemPath: 'emulator:modem' });
  const ports = { gnss: gnss.port, modem: modem.port };
  let lines: Awaited<ReturnType<typeof testParts>> | null = null;
  void testParts(config, world.env, { ports }).then((told) => {
    lines = told;
  });
  await world.until(() => lines !== null, 120_000);
  expect(lines).toMatchObject([
    { part: 'display', result: 'pass' },
    { part: 'gnss', result: 'pass' },
    { part: 'panel', result: 'not-fitted' },
    { part: 'modem', result: 'fail' },
  ]);
});
