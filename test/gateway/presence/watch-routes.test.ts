import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../gateway/admin/run-command.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { codeDigitsOf, signCode } from '../../../protocols/scan-code/code.ts';
import { hello, TestUnit } from '../test-unit.ts';
import { startWorld, type World } from '../world.ts';

const lookMsMax = 20_000;

let world: World;
let unit: TestUnit;
beforeAll(async () => {
  world = await startWorld();
  unit = new TestUnit(world, 'XL-ROUTE-1');
  await unit.enrol();
});
afterAll(async () => {
  await unit.end();
  await world.stop();
});

/** What a command line prints, one object a line, and its exit code. */
async function xinlu(...words: string[]) {
  const lines: string[] = [];
  const where = ['--data', world.dataDir, '--admin', world.addresses.adminUrl];
  const code = await runCommand([...words, ...where], {
    callerFolder: process.cwd(),
    print: (line) => lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { code, printed: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

function status(seq: number): UnitRecord {
  const values = { gnssState: 'fix', displayFault: null, softwareVersion: '0.1.0' };
  return {
    ...{ kind: 'status', seq, happenedAtMs: Date.now(), clock: 'gnss', values },
  } as unknown as UnitRecord;
}

function shown(seq: number, code: Buffer): UnitRecord {
  const values = {
    ...{ code, layoutVersion: 1, contentVersion: 0, decodedOk: true, panelMode: 'full' },
    frameHash: Buffer.alloc(16, 3),
  };
  return { kind: 'shown', seq, happenedAtMs: Date.now(), clock: 'gnss', values } as UnitRecord;
}

function codeNow(): Buffer {
  const unitId = unit.grant?.unitId as number;
  const issuedAt = Math.floor(Date.now() / 1000);
  return signCode(
    {
      ...{ kind: 0, unitId, issuedAt, ttlS: 600, duty: 0, lat: null, lon: null },
      ...{ fixAgeS: null, incidentRef: 0 },
    },
    unit.signer,
  );
}

const presence = async () => (await xinlu('unit', 'presence', '--serial', unit.serial)).printed[0];

describe('the watch of a running gateway', () => {
  it('turns a unit green by its own word, and says link lost when it goes', async () => {
    const polling = { timeout: lookMsMax, interval: 250 };
    await expect.poll(presence, polling).toMatchObject({ state: 'link-lost' });
    await unit.connect();
    const code = codeNow();
    unit.send([hello(1, Date.now()), status(2), shown(3, code)]);
    await expect.poll(presence, polling).toMatchObject({
      ...{ state: 'online', conditions: [], alerts: [], clockOffsetS: 0 },
      lastWordMs: expect.any(Number),
    });
    const { printed } = await xinlu('unit', 'display', '--serial', unit.serial);
    expect(printed).toMatchObject([{ layoutVersion: 1, isValid: true, digits: null, match: null }]);
    expect(JSON.stringify(printed)).not.toContain(codeDigitsOf(code));
    await unit.end();
    await expect.poll(presence, polling).toMatchObject({
      ...{ state: 'link-lost', reason: 'session-closed', sinceMs: expect.any(Number) },
    });
    expect((await xinlu('unit', 'presence')).printed).toMatchObject([{ serial: unit.serial }]);
  }, 60_000);

  it('lists alerts, and refuses a serial that nobody knows', async () => {
    expect(await xinlu('alert', 'list', '--open', '1')).toEqual({ code: 0, printed: [] });
    const unknown = await xinlu('unit', 'presence', '--serial', 'XL-NOBODY');
    expect(unknown).toMatchObject({ code: 1, printed: [{ code: 'unknown-serial' }] });
    const nothing = await xinlu('unit', 'display', '--serial', 'XL-NOBODY');
    expect(nothing).toMatchObject({ code: 1, printed: [{ code: 'unknown-serial' }] });
  });

  it('makes a webhook whose secret is said once, lists it, and takes it away', async () => {
    const url = 'http://127.0.0.1:9/hook';
    const made = await xinlu('webhook', 'create', '--url', url);
    expect(made).toMatchObject({ code: 0, printed: [{ url, secret: expect.any(String) }] });
    const { printed } = await xinlu('webhook', 'list');
    expect(printed).toMatchObject([{ url, skipped: 0 }]);
    expect(printed[0]).not.toHaveProperty('secret');
    const refused = await xinlu('webhook', 'create', '--url', 'http://example.org/');
    expect(refused).toMatchObject({ code: 1, printed: [{ code: 'bad-request' }] });
    const id = String(printed[0]?.id);
    expect(await xinlu('webhook', 'remove', '--id', id)).toMatchObject({ code: 0 });
    expect(await xinlu('webhook', 'remove', '--id', id)).toMatchObject({ code: 1 });
  });
});
