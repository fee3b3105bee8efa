import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../../gateway/incidents/incident.ts';
import type { Indication } from '../../../gateway/jt808/indications.ts';
import { registerIndicationRoutes } from '../../../gateway/jt808/routes.ts';
import { Terminals } from '../../../gateway/jt808/terminals.ts';
import { type LocationReport, positionOf } from '../../../protocols/jt808/jt808.ts';
import { latOf, networkText, roadLon } from '../place/network.ts';
import { startMs, testEnv } from '../scan/kit.ts';
import { type Rig, startRig } from '../scan/rig.ts';
import { plate, reportAt } from './terminal-rig.ts';

let rig: Rig;
let terminals: Terminals;
beforeEach(async () => {
  rig = await startRig(networkText);
  rig.fleet.add('XL-TEST-0007', 7);
  terminals = new Terminals({ store: rig.kept.store, env: testEnv(rig.clock), timers: rig.clock });
  await terminals.start();
});
afterEach(async () => {
  await terminals.stop();
  await rig.stop();
});

const scene = { section: 'G4', prefix: '', stakeM: 104_567, direction: 'INC' } as const;

async function assigned(): Promise<Incident> {
  const given = { kind: 'rescue', summary: '', at: scene } as const;
  const result = await rig.incidents.report(given, 'clerk');
  if (!result.ok) throw new Error(result.message);
  await rig.incidents.assign(result.incident.id, 'XL-TEST-0007', 'clerk');
  return result.incident;
}

/** A terminal drives 100 s to the scene at 25 m/s, stands 5 minutes and drives on. */
async function drive(phone: string, vehicleId: string, courseDeg: 0 | 180): Promise<void> {
  const made = await terminals.book.register({ phone, plate, vehicleId }, 'clerk');
  if (!made.ok) throw new Error(made.message);
  const reports: LocationReport[] = [];
  for (let second = 0; second <= 500; second += 10) {
    const beforeM = Math.max(0, 100 - second) * 25;
    const afterM = Math.max(0, second - 400) * 25;
    const sign = courseDeg === 0 ? 1 : -1;
    const isStanding = second >= 100 && second <= 400;
    const sent = reportAt(startMs + second * 1000, {
      latitudeE6: Math.round(latOf(104_567 + sign * (afterM - beforeM)) * 1e6),
      longitudeE6: Math.round(roadLon * 1e6),
      speedDkmh: isStanding ? 0 : 900,
      direction: isStanding ? 0 : courseDeg,
    });
    const bits = { acc: true, located: true, south: false, west: false };
    reports.push({ ...sent, ...bits, itemsMalformed: false });
  }
  rig.clock.jump(600_000);
  await terminals.positions.take(made.terminal, reports);
  expect(terminals.positions.last(made.terminal.no)?.atMs).toBe(
    positionOf(reports.at(-1) as LocationReport).atMs,
  );
}

async function indicated(id: string): Promise<{ status: number; body: Indication[] }> {
  const app = Fastify();
  const { fleet: registry, places, incidents, clock } = rig;
  const nowMs = () => clock.nowMs;
  registerIndicationRoutes(app, { registry, places, terminals, incidents, nowMs });
  const answer = await app.inject({ method: 'GET', url: `/incidents/${id}/indications` });
  await app.close();
  return { status: answer.statusCode, body: answer.json() };
}

describe('the terminal of a vehicle that was sent to an incident', () => {
  it('tells when it stood there and left, unsigned, and the incident has no arrival from it', async () => {
    const { id } = await assigned();
    await drive('1', 'veh-7', 0);
    await drive('2', 'veh-8', 0);
    expect(await indicated(id)).toEqual({
      status: 200,
      body: [
        {
          ...{ serial: 'XL-TEST-0007', phone: '1', signed: false },
          ...{ arrivedAtMs: startMs + 100_000, leftAtMs: startMs + 410_000 },
        },
      ],
    });
    expect(rig.incidents.get(id)).toMatchObject({
      stage: 'assigned',
      assignments: [{ attendance: { arrivedAtMs: null, leftAtMs: null } }],
    });
  });

  it('does not stand there on the other carriageway, nor once it is revoked', async () => {
    const { id } = await assigned();
    await drive('1', 'veh-7', 180);
    expect((await indicated(id)).body).toMatchObject([{ arrivedAtMs: null, leftAtMs: null }]);
    await terminals.book.revoke('1', 'clerk');
    expect((await indicated(id)).body).toEqual([]);
    expect((await indicated('none')).status).toBe(404);
  });
});
