import { afterEach, beforeEach, expect, it } from 'vitest';
import { codeMessage } from '../../../protocols/scan-code/code.ts';
import { publicKeyFromRaw, verifyEd25519 } from '../../../protocols/signed/ed25519.ts';
import { codeOf, startMs, type TestUnit, until } from './kit.ts';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;
let truck: TestUnit;
beforeEach(async () => {
  rig = await startRig();
  truck = rig.fleet.add('XL-TEST-0007', 7);
  await until(() => rig.link.directory.screenOf('veh-7') !== undefined);
});
afterEach(() => rig.stop());

it('the report of an opening carries the scanned code and the key it verifies under', async () => {
  const { digits, bytes } = codeOf(truck, startMs - 5_000);
  const { location } = await rig.scan(digits);
  const report = rig.server.scans().get(location.split('/').at(-1) ?? '')?.body;
  expect(report?.code?.hex).toBe(Buffer.from(bytes).toString('hex'));
  const key = publicKeyFromRaw(Buffer.from(report?.code?.unitKey ?? '', 'base64url'));
  expect(key && verifyEd25519(key, codeMessage(bytes), bytes.subarray(18))).toBe(true);
});
