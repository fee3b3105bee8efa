import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliver, openRig, Phone, post, type Rig, reportOf, startMs } from '../rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

const unit = (serial: string, arrivedAtMs: number | null, training = false) => ({
  ...{ serial, vehicleId: null, organisation: null, role: 'rescue', training, stage: 'arrived' },
  ...{ assignedAtMs: startMs, releasedAtMs: null, arrivedAtMs, leftAtMs: null },
});

it("a driver's page shows an arrival that the gateway told of after the scan", async () => {
  const base = reportOf('arrives-later');
  const incident = base.incident && { ...base.incident, arrivedAtMs: null, arrivalMinutes: null };
  await deliver(rig, { ...base, incident });
  const phone = new Phone(rig);
  const before = await phone.open(base.scanId);
  expect(before.response.body).not.toContain('受理后 18 分钟到达');
  const reportedAtMs = base.incident?.reportedAtMs ?? 0;
  const body = {
    ...{ v: 1, incidentId: 'inc-1', version: 1, kind: 'rescue', stage: 'arrived', outcome: null },
    ...{ summary: '', placeText: '', section: null, stakeM: null, direction: null, reportedAtMs },
    ...{ closedAtMs: null, mergedInto: null, parties: [], enforcement: null },
    units: [
      unit('XL-1', reportedAtMs + 18 * 60_000),
      unit('XL-2', reportedAtMs + 60_000, true),
      unit('XL-3', null),
    ],
  };
  await post(rig, [{ id: 'incident:inc-1.1', type: 'incident', body }]);
  expect((await phone.open(base.scanId)).response.body).toContain('受理后 18 分钟到达');
});
