import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../gateway/admin/run-command.ts';
import { codeDigitsOf } from '../../../protocols/scan-code/code.ts';
import { codeOf, newSigner, TestUnit } from '../test-unit.ts';
import { startWorld, until, type World } from '../world.ts';

describe('the life of a unit by command', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  async function cli(...words: string[]): Promise<{ code: number; lines: unknown[] }> {
    const lines: unknown[] = [];
    const code = await runCommand(
      [...words, '--data', world.dataDir, '--admin', world.addresses.adminUrl],
      {
        callerFolder: world.dataDir,
        print: (line) => lines.push(JSON.parse(line)),
        complain: (line) => lines.push(line),
      },
    );
    return { code, lines };
  }

  async function verdictOf(unit: TestUnit): Promise<string> {
    const digits = codeDigitsOf(codeOf(unit, Math.floor(Date.now() / 1000) - 2));
    const page = await (await fetch(`${world.addresses.httpUrl}/${digits}`)).text();
    return /data-verdict="([^"]*)"/.exec(page)?.[1] ?? '';
  }

  it('re-keys at once: the session closes, codes of the old key are refused for good', async () => {
    const unit = new TestUnit(world, 'XL-LIFE-1');
    await unit.enrol('veh-1');
    const session = await unit.connect();
    let closed = false;
    session.on('close', () => {
      closed = true;
    });
    expect(await verdictOf(unit)).toBe('fresh');
    const done = await cli('unit', 'rekey', '--serial', unit.serial, '--reason', 'card lost');
    expect(done).toMatchObject({ code: 0, lines: [{ state: 'registered', vehicleId: 'veh-1' }] });
    expect(await verdictOf(unit)).toBe('revoked');
    await until('the end of the session', () => closed);
    await unit.ask();
    const back = await cli(
      'unit',
      'enrol',
      '--serial',
      unit.serial,
      '--fingerprint',
      unit.fingerprint,
    );
    expect(back).toMatchObject({ code: 1, lines: [{ code: 'conflict' }] });
    const reborn = new TestUnit(world, unit.serial, newSigner());
    expect(await reborn.enrol()).toMatchObject({ enrolment: 2 });
    expect(await verdictOf(reborn)).toBe('fresh');
    expect(await verdictOf(unit)).toBe('revoked');
  });

  it('moves a unit into training in its new vehicle, and never two into one', async () => {
    const unit = new TestUnit(world, 'XL-LIFE-2');
    await unit.enrol('veh-2');
    await unit.connect();
    await cli('unit', 'commission', '--serial', unit.serial);
    const taken = await cli(
      'unit',
      'move',
      '--serial',
      unit.serial,
      '--vehicle',
      'veh-1',
      '--reason',
      'r',
    );
    expect(taken).toMatchObject({ code: 1, lines: [{ code: 'conflict' }] });
    const words = ['--serial', unit.serial, '--vehicle', 'veh-3', '--reason', 'other truck'];
    expect(await cli('unit', 'move', ...words)).toMatchObject({
      code: 0,
      lines: [{ vehicleId: 'veh-3', training: true }],
    });
    const shown = await cli('unit', 'show', '--serial', unit.serial);
    const { events, online } = shown.lines[0] as { events: unknown[]; online: boolean };
    expect(online).toBe(true);
    expect(events[0]).toMatchObject({
      event: 'move',
      detail: { from: 'veh-2', to: 'veh-3', reason: 'other truck', by: 'admin' },
    });
    await unit.end();
  });

  it('puts a spare in the place of a broken unit, both or neither', async () => {
    const broken = new TestUnit(world, 'XL-LIFE-3');
    const spare = new TestUnit(world, 'XL-LIFE-4');
    await broken.enrol('veh-4');
    await spare.enrol();
    const replace = (by: string) =>
      cli('unit', 'replace', '--serial', broken.serial, '--spare', by, '--reason', 'dark screen');
    expect((await replace('XL-LIFE-2')).code).toBe(1);
    expect((await replace('XL-NOBODY')).code).toBe(1);
    expect(await replace(spare.serial)).toMatchObject({
      lines: [{ state: 'rma', vehicleId: null }],
    });
    const { lines } = await cli('unit', 'show', '--serial', spare.serial);
    expect(lines).toMatchObject([{ vehicleId: 'veh-4', training: true, state: 'enrolled' }]);
    expect(await verdictOf(broken)).toBe('revoked');
  });

  it('imports a file with a reason for each bad row', async () => {
    writeFileSync(
      join(world.dataDir, 'units.csv'),
      'serial,model,kind\nXL-CSV-1,M,kiosk\nbad,M,kiosk\n',
    );
    expect(await cli('unit', 'import', 'units.csv')).toMatchObject({
      code: 1,
      lines: [
        { row: 2, serial: 'XL-CSV-1', ok: true },
        { row: 3, serial: 'bad', ok: false },
      ],
    });
    expect((await cli('unit', 'import', 'nowhere.csv')).code).toBe(2);
    expect((await cli('unit', 'import')).code).toBe(2);
  });
});
