import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../gateway/admin/run-command.ts';
import {
  auditValueOf,
  effectiveSettings,
  type Setting,
} from '../../../gateway/configuration/settings.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { logoOf } from '../../support/logos.ts';
import { TestUnit } from '../test-unit.ts';
import { startWorld, temporaryFolder, until, type World } from '../world.ts';

describe('settings of a unit', () => {
  const setting = (scope: Setting['scope'], scopeId: string, value: string): Setting => ({
    ...{ scope, scopeId, key: 'title', value, version: 1, setAtMs: 0, setBy: 'test' },
  });
  const places = { fleet: '*', organisation: 'org-1', model: 'M1', unit: 'XL-1' };

  it('are those nearest to it, and show what they cover', () => {
    const all = [
      setting('unit', 'XL-2', 'other'),
      setting('model', 'M1', 'model'),
      setting('fleet', '*', 'fleet'),
      setting('organisation', 'org-2', 'other'),
      setting('organisation', 'org-1', 'organisation'),
    ];
    const [found, ...more] = effectiveSettings(all, places);
    expect(more).toStrictEqual([]);
    expect(found).toMatchObject({ value: 'model', scope: 'model' });
    expect(found?.covers.map(({ value }) => value)).toStrictEqual(['organisation', 'fleet']);
    expect(effectiveSettings(all, { ...places, model: 'M2', organisation: null })).toMatchObject([
      { value: 'fleet', covers: [] },
    ]);
  });
});

describe('configuration', () => {
  const folder = temporaryFolder();
  let world: World;
  beforeAll(async () => {
    world = await startWorld([], folder.path);
  });
  afterAll(async () => {
    await world.stop();
    folder.remove();
  });

  async function cli(...words: string[]): Promise<{ code: number; lines: unknown[] }> {
    const lines: unknown[] = [];
    const code = await runCommand(
      [...words, '--data', world.dataDir, '--admin', world.addresses.adminUrl],
      {
        callerFolder: '/',
        print: (line) => lines.push(JSON.parse(line)),
        complain: () => undefined,
      },
    );
    return { code, lines };
  }

  const reports = (seq: number, version: number, applied: boolean, reason: string | null) =>
    ({
      ...{ kind: 'configReported', seq, happenedAtMs: Date.now() + seq, clock: 'gnss' },
      values: { version, applied, reason },
    }) as UnitRecord;
  const versions = (unit: TestUnit) =>
    unit.downs.flatMap((down) => (down.type === 'config' ? [down.version] : []));

  it('is shown with its drift until the unit says that it applied it', async () => {
    const unit = new TestUnit(world, 'XL-CONFIG-1');
    await unit.enrol();
    await unit.connect();
    unit.send([reports(1, 1, true, null)]);
    await until('the first version', () => versions(unit).includes(1));
    await until('the acknowledgement', () => unit.acks.length === 1);
    const show = async () => (await cli('config', 'show', '--serial', unit.serial)).lines[0];
    expect(await show()).toMatchObject({ desiredVersion: 1, drift: 'none' });
    const set = await cli(
      ...['config', 'set', '--scope', 'model', '--id', 'test'],
      ...['--key', 'hotline', '--value', '96122', '--reason', 'new number'],
    );
    expect(set).toStrictEqual({ code: 0, lines: [{ ok: true }] });
    await until('the next version', () => versions(unit).includes(2));
    expect(await show()).toMatchObject({
      desiredVersion: 2,
      drift: 'waiting',
      desired: { screen: { hotline: '96122' } },
      settings: [{ key: 'hotline', scope: 'model', scopeId: 'test', version: 1, setBy: 'admin' }],
    });
    expect((await cli('config', 'drift')).lines).toMatchObject([{ serial: unit.serial }]);
    unit.send([reports(2, 2, false, 'no glyph')]);
    await until('the acknowledgement', () => unit.acks.length === 2);
    expect(await show()).toMatchObject({ drift: 'refused', reported: { reason: 'no glyph' } });
    unit.send([reports(3, 2, true, null), reports(4, 2, false, 'older than the one in use')]);
    await until('the acknowledgement', () => unit.acks.length === 3);
    expect(await show()).toMatchObject({ drift: 'none', reported: { version: 2, applied: true } });
    await unit.end();
  });

  it('reaches a unit that was away while it changed, also over a restart', async () => {
    const unit = new TestUnit(world, 'XL-CONFIG-2');
    await unit.enrol();
    await cli(
      'config',
      'set',
      '--scope',
      'fleet',
      '--key',
      'area',
      '--value',
      'G4 京港澳',
      '--reason',
      'r',
    );
    await world.stop();
    world = await startWorld([], folder.path);
    const back = new TestUnit(world, unit.serial, unit.signer);
    Object.assign(back, { tlsKey: unit.tlsKey, grant: unit.grant });
    await back.connect();
    back.send([reports(1, 0, true, null)]);
    await until('the configuration', () => versions(back).length > 0);
    expect(back.downs.find(({ type }) => type === 'config')).toMatchObject({
      screen: { area: 'G4 京港澳', hotline: '96122' },
    });
    await back.end();
  });

  it('takes a logo from a file, tells it to the unit, and audits what it is', async () => {
    const unit = new TestUnit(world, 'XL-CONFIG-3');
    await unit.enrol();
    await unit.connect();
    const logo = await logoOf(64, 32);
    writeFileSync(join(folder.path, 'logo.png'), logo, 'base64');
    const scope = ['--scope', 'unit', '--id', unit.serial, '--reason', 'r'];
    const file = `@${join(folder.path, 'logo.png')}`;
    const set = await cli('config', 'set', ...scope, '--key', 'logo', '--value', file);
    expect(set).toStrictEqual({ code: 0, lines: [{ ok: true }] });
    await cli('config', 'set', ...scope, '--key', 'language', '--value', 'zh');
    const [standing] = (await cli('config', 'show', '--serial', unit.serial)).lines;
    expect(standing).toMatchObject({ desired: { screen: { logo, language: 'zh' } } });
    const told = () => unit.downs.flatMap((down) => (down.type === 'config' ? [down.screen] : []));
    await until('both', () => told().at(-1)?.language === 'zh' && told().at(-1)?.logo === logo);
    const sha256 = createHash('sha256').update(logo, 'base64').digest('hex');
    expect(auditValueOf('logo', logo)).toStrictEqual({ bytes: expect.any(Number), sha256 });
    expect(auditValueOf('title', logo)).toBe(logo);
    const none = await cli('config', 'set', ...scope, '--key', 'logo', '--value', '@/nowhere.png');
    expect(none).toStrictEqual({ code: 2, lines: [] });
    await unit.end();
  });

  it.each([
    ['an unknown key', ['--scope', 'fleet', '--key', 'colour', '--value', 'red']],
    ['a value that does not fit', ['--scope', 'fleet', '--key', 'hotline', '--value', 'call me']],
    ['a language of nowhere', ['--scope', 'fleet', '--key', 'language', '--value', 'en']],
    ['a logo that is none', ['--scope', 'fleet', '--key', 'logo', '--value', 'Z2lm']],
    ['a scope nobody knows', ['--scope', 'province', '--key', 'area', '--value', 'G4']],
    ['a unit without its id', ['--scope', 'unit', '--key', 'area', '--value', 'G4']],
    ['a fleet with an id', ['--scope', 'fleet', '--id', 'x', '--key', 'area', '--value', 'G4']],
  ])('refuses %s in words', async (_name, words) => {
    const { code, lines } = await cli('config', 'set', ...words, '--reason', 'r');
    expect(code).toBe(1);
    expect(lines).toMatchObject([{ code: 'bad-request' }]);
  });
});
