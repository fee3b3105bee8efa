import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { distanceM } from '../../protocols/geo/geo.ts';
import { readCodeBytes, readCodeLink } from '../../protocols/scan-code/code.ts';
import { type RigOptions, rigSerial, truePosition, UnitRig } from './support/unit-rig.ts';
import { startMs, temporaryFolder } from './support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function newFolder(): string {
  const folder = temporaryFolder();
  cleanUps.push(() => folder.remove());
  return folder.path;
}

async function running(options: Partial<RigOptions> = {}): Promise<UnitRig> {
  const rig = await UnitRig.make({ folder: newFolder(), ...options });
  await rig.start();
  cleanUps.push(() => rig.stop());
  return rig;
}

describe('the agent', () => {
  it('enrols, takes its time from the receiver, and shows a code of where and when', async () => {
    const rig = await running();
    const state = await rig.untilCode();
    expect(state).toMatchObject({ serial: rigSerial, unitId: 4711, kind: 0, gnss: 'fix' });
    const reading = readCodeLink(state.url ?? '');
    if (!reading.ok) throw new Error(reading.malformed);
    const { fields } = reading.code;
    expect(fields.issuedAt).toBe(state.issuedAt);
    expect(fields.ttlS).toBe(30);
    const at = truePosition((fields.issuedAt - (fields.fixAgeS ?? Number.NaN)) * 1000);
    const place = { lat: fields.lat ?? 0, lon: fields.lon ?? 0 };
    expect(distanceM(place, at)).toBeLessThan(5);
    expect(distanceM(state.truth ?? { lat: 0, lon: 0 }, at)).toBeLessThan(0.01);
    expect(state.matchWords?.split(' ')).toHaveLength(3);
    expect(await rig.health()).toEqual({ ok: true });
  });

  it('delivers everything it writes, once, and keeps nothing that was acknowledged', async () => {
    const rig = await running();
    await rig.untilCode();
    await rig.world.pass(70_000);
    const records = rig.gateway.records();
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index + 1));
    const kinds = new Set(records.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['event', 'fix', 'hello', 'shown', 'status']);
    expect(rig.gateway.repeats).toBe(0);
    expect(rig.gateway.problems).toEqual([]);
    const fixes = records.filter(({ kind }) => kind === 'fix');
    expect(fixes.length).toBeGreaterThan(12);
    expect(fixes.length).toBeLessThan(18);
  });

  it('shows its enrolment code until it is approved, and the first code at once after', async () => {
    const rig = await running({ approved: false });
    await rig.world.until(() => rig.composer.states.some(({ enrolment }) => enrolment !== null));
    expect(await rig.health()).toMatchObject({ ok: false });
    expect(await rig.state()).toMatchObject({ url: null, unitId: null, link: 'offline' });
    rig.approved = true;
    const state = await rig.untilCode();
    expect(state.unitId).toBe(4711);
    await rig.world.until(() => rig.gateway.records().some(({ kind }) => kind === 'shown'));
  });

  it('goes on where it was after a restart: identity, epoch, numbers, and no second twice', async () => {
    const folder = newFolder();
    const first = await UnitRig.make({ folder });
    await first.start();
    await first.untilCode();
    await first.world.pass(45_000);
    await first.stop();
    const seconds = issuedSeconds(first);
    expect(seconds.length).toBeGreaterThanOrEqual(2);
    // The second run begins at the wall time of the first: every second it could take is taken.
    const second = await UnitRig.make({
      folder,
      gateway: first.gateway,
      approved: false,
      seed: 'second-run',
    });
    await second.start();
    cleanUps.push(() => second.stop());
    await second.untilCode();
    await second.world.pass(70_000);
    expect(second.asked).toEqual([]);
    const all = issuedSeconds(second);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(seconds.length);
    expect([...first.gateway.kept.keys()]).toHaveLength(1);
    const seqs = first.gateway.records().map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  it('makes no code while its receiver jumps, and follows the gateway’s word', async () => {
    const rig = await running();
    await rig.untilCode();
    // The receiver, and only it, is a day ahead: the emulated module follows the wall clock.
    rig.world.clock.jumpWall(86_400_000);
    await rig.world.pass(60_000);
    const state = await rig.state();
    const trueS = rig.world.clock.nowMs() / 1000 - 86_400;
    expect(Math.abs((state.issuedAt ?? 0) - trueS)).toBeLessThan(30);
    const events = rig.gateway.records().filter(({ kind }) => kind === 'event');
    expect(events.map(({ values }) => (values as { name: string }).name)).toContain(
      'gnss-time-refused',
    );
    const seconds = issuedSeconds(rig);
    expect(new Set(seconds).size).toBe(seconds.length);
  });

  it('puts what the gateway sends on the glass: content, incident, echo, commands', async () => {
    const rig = await running();
    await rig.untilCode();
    const screen = {
      version: 4,
      role: 'tow-truck',
      title: '示例清障救援有限公司',
      titleEn: 'Sample',
      plate: '冀F·示001',
      hotline: '12122',
      area: 'G4',
      sample: true,
    } as const;
    expect(rig.composer.last().training).toBe(true);
    rig.gateway.send({
      type: 'config',
      version: 2,
      screen,
      training: false,
      offlineAfterS: 86_400,
    });
    rig.gateway.send({
      type: 'incident',
      incident: { id: 'i', ref: 77, place: 'G4 K230+000', stage: 'en-route' },
    });
    await rig.world.until(() => rig.composer.last().incidentPlace === 'G4 K230+000');
    await rig.world.pass(300);
    const state = await rig.state();
    const reading = readCodeLink(state.url ?? '');
    expect(reading).toMatchObject({ ok: true, code: { fields: { incidentRef: 77, duty: 3 } } });
    expect(rig.composer.last()).toMatchObject({ content: screen, training: false });
    const openedAtMs = rig.world.clock.nowMs();
    rig.gateway.send({ type: 'scanned', issuedAt: state.issuedAt ?? 0, openedAtMs });
    await rig.world.until(() => rig.composer.last().echo?.atMs === openedAtMs, 1_500);
    await rig.world.pass(300);
    expect((await rig.state()).issuedAt).not.toBe(state.issuedAt);
    const expiresAtMs = openedAtMs + 60_000;
    rig.gateway.send({ type: 'command', id: 'c1', name: 'suspend', expiresAtMs });
    rig.gateway.send({ type: 'command', id: 'c2', name: 'dance', expiresAtMs });
    rig.gateway.send({ type: 'command', id: 'c3', name: 'resume', expiresAtMs: startMs });
    await rig.world.pass(2_000);
    expect(rig.composer.last().notice).toBe('suspended');
    const results = rig.gateway.records().filter(({ kind }) => kind === 'commandResult');
    // Each is obeyed for itself: what is quick to answer does not wait for what is not.
    const codes = results.map(({ values }) => values as { commandId: string; code: string });
    expect(Object.fromEntries(codes.map(({ commandId, code }) => [commandId, code]))).toEqual({
      ...{ c1: 'done', c2: 'unknown-command', c3: 'expired' },
    });
  });

  it('keeps everything it says while the gateway is away, and says it after', async () => {
    const rig = await running();
    await rig.untilCode();
    await rig.world.until(() => rig.gateway.records().length > 3);
    rig.gateway.refuseDials = true;
    rig.gateway.cut();
    await rig.world.pass(30_000);
    expect((await rig.state()).link).toBe('offline');
    expect(await rig.health()).toEqual({ ok: true });
    rig.gateway.refuseDials = false;
    await rig.world.pass(70_000);
    expect((await rig.state()).link).toBe('online');
    const records = rig.gateway.records();
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index + 1));
    const times = records.filter(({ kind }) => kind === 'fix').map((fix) => fix.happenedAtMs);
    const gapsMs = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gapsMs)).toBeLessThanOrEqual(6_000);
  });

  it('puts a damaged store aside, begins a new epoch, and shows codes within ten seconds', async () => {
    const folder = newFolder();
    const first = await UnitRig.make({ folder });
    await first.start();
    await first.untilCode();
    await first.stop();
    const path = join(folder, 'unit.sqlite');
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x5a, 100));
    const wallMs = first.world.clock.nowMs();
    const second = await UnitRig.make({
      folder,
      gateway: first.gateway,
      wallMs,
      seed: 'after-damage',
    });
    await second.start();
    cleanUps.push(() => second.stop());
    await second.untilCode(10_000);
    await second.world.pass(2_000);
    expect([...first.gateway.kept.keys()]).toHaveLength(2);
    const events = second.gateway.records().filter(({ kind }) => kind === 'event');
    expect(events.map(({ values }) => (values as { name: string }).name)).toContain(
      'store-quarantined',
    );
    const issued = issuedSeconds(second);
    expect(new Set(issued).size).toBe(issued.length);
  });

  it('leaves "off" on e-ink when it stops', async () => {
    const rig = await UnitRig.make({
      folder: newFolder(),
      config: { display: 'png-eink-demo' },
    });
    await rig.start();
    await rig.untilCode();
    await rig.stop();
    expect(rig.composer.last()).toMatchObject({ notice: 'off', code: null });
    await expect(fetch(`${rig.url}/healthz`)).rejects.toThrow();
  });

  it.each([0, Date.UTC(2040, 0, 1)])(
    'with its wall clock at %i takes signed time first, then dials again and checks dates',
    async (wallMs) => {
      const rig = await running({
        wallMs,
        config: { display: 'web-kiosk', gnss: 'fixed', position: '38,114' },
      });
      await rig.world.until(() => rig.gateway.loose.some(({ kind }) => kind === 'timeRequest'));
      expect(rig.gateway.dated).toEqual([false]);
      await rig.world.until(() => rig.composer.states.at(-1)?.notice === 'no-time');
      const request = rig.gateway.loose.find(({ kind }) => kind === 'timeRequest');
      const nonce = (request?.values as { nonce: Uint8Array } | undefined)?.nonce ?? [];
      const time = { type: 'time', echo: 'AAAA' } as const;
      rig.gateway.send({ ...time, nonce: 'b3RoZXI', gatewayMs: startMs });
      await rig.world.pass(2_000);
      expect(rig.gateway.dated).toEqual([false]);
      rig.gateway.send({
        ...time,
        nonce: Buffer.from(nonce).toString('base64url'),
        gatewayMs: startMs,
      });
      const { issuedAt } = await rig.untilCode();
      expect(Math.abs((issuedAt ?? 0) * 1000 - startMs)).toBeLessThan(10_000);
      await rig.world.until(() => rig.gateway.dated.length > 1);
      expect(rig.gateway.dated).toEqual([false, true]);
      await rig.world.pass(5_000);
      expect(rig.gateway.dials).toBe(2);
    },
  );

  it('shows a page for the kiosk where its display is one', async () => {
    const rig = await running({
      config: { display: 'web-kiosk', gnss: 'fixed', position: '38,114' },
    });
    await rig.world.until(() => rig.gateway.loose.some(({ kind }) => kind === 'timeRequest'));
    await rig.world.until(() => rig.composer.states.at(-1)?.notice === 'no-time');
    const request = rig.gateway.loose.find(({ kind }) => kind === 'timeRequest');
    const nonce = (request?.values as { nonce: Uint8Array } | undefined)?.nonce ?? [];
    rig.gateway.send({
      type: 'time',
      nonce: Buffer.from(nonce).toString('base64url'),
      gatewayMs: rig.world.clock.nowMs(),
      echo: 'AAAA',
    });
    const state = await rig.untilCode();
    expect(readCodeLink(state.url ?? '')).toMatchObject({
      ok: true,
      code: { fields: { fixAgeS: expect.any(Number) } },
    });
    expect((await fetch(`${rig.url}/screen`)).status).toBe(200);
  });

  it.each([
    ['young', 0, []],
    ['past two thirds of its life', 200, ['', 'renewal-nonce']],
  ] as const)('a certificate that is %s is renewed when it is time', async (_age, days, nonces) => {
    const rig = await running({ wallMs: startMs + days * 86_400_000 });
    await rig.untilCode();
    await rig.world.pass(90_000);
    expect(rig.renewals.slice(0, 2)).toStrictEqual(nonces);
  });
});

function issuedSeconds(rig: UnitRig): number[] {
  return [...rig.gateway.kept.values()]
    .flatMap((epoch) => [...epoch.values()])
    .flatMap((record) => {
      if (record.kind !== 'shown') return [];
      const reading = readCodeBytes(record.values.code ?? new Uint8Array());
      return reading.ok ? [reading.code.fields.issuedAt] : [];
    });
}
