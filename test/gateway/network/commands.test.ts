import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../gateway/admin/run-command.ts';
import { latOf, networkText, roadLon } from '../place/network.ts';
import { startWorld, type World } from '../world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

async function command(...words: string[]) {
  const lines: Record<string, unknown>[] = [];
  const args = [...words, '--data', world.dataDir, '--admin', world.addresses.adminUrl];
  const code = await runCommand(args, {
    callerFolder: world.dataDir,
    print: (line) => lines.push(JSON.parse(line)),
    complain: (line) => lines.push({ complaint: line }),
  });
  return { code, lines };
}

function write(name: string, text: string): void {
  writeFileSync(join(world.dataDir, name), text);
}

const at = ['--lat', String(latOf(104_567)), '--lon', String(roadLon), '--course', '1'];

describe('xinlu network, on a running gateway', () => {
  it('prints everything that is wrong with a file, a line each, and keeps nothing', async () => {
    write('bad.geojson', networkText.replace('WGS-84', 'BD-09').replace('"both"', '"all"'));
    const { code, lines } = await command('network', 'import', 'bad.geojson');
    expect(code).toBe(1);
    expect(lines.map((line) => [line.code, line.feature, line.property])).toEqual([
      ['datum-unknown', null, 'datum'],
      ['carriageway-unknown', 0, 'carriageway'],
    ]);
    expect(await command('network', 'list')).toEqual({ code: 0, lines: [] });
  });

  it('imports, activates, tells places and who is responsible, and takes it back', async () => {
    const areas = [{ organisation: 'org-demo-rescue', section: 'G4', to: 'K110+000' }];
    write('good.geojson', `\ufeff${JSON.stringify({ ...JSON.parse(networkText), areas })}`);
    const imported = await command('network', 'import', 'good.geojson');
    expect(imported).toMatchObject({ code: 0, lines: [{ isNew: true, areas: 1 }] });
    const hash = String(imported.lines[0]?.hash);
    const before = await command('network', 'place', ...at);
    expect(before.lines).toEqual([{ hash: null, place: null, organisations: [] }]);
    const said = ['--from', '2020-01-01', '--reason', 'first'];
    const activated = await command('network', 'activate', '--hash', hash, ...said);
    expect(activated).toMatchObject({ code: 0, lines: [{ hash, reason: 'first' }] });
    const place = await command('network', 'place', ...at, '--organisation', 'org-demo-rescue');
    expect(place.lines[0]).toMatchObject({
      hash,
      place: { section: 'G4', stake: 'K104+567', direction: 'INC' },
      organisations: ['org-demo-rescue'],
      standing: 'inside',
    });
    const earlier = await command('network', 'place', ...at, '--at', '2019-12-31');
    expect(earlier.lines[0]).toMatchObject({ hash: null, place: null });
    const id = String(activated.lines[0]?.id);
    await command('network', 'withdraw', '--activation', id, '--reason', 'a test');
    expect((await command('network', 'place', ...at)).lines[0]).toMatchObject({ hash: null });
    expect((await command('network', 'list')).lines[0]).toMatchObject({ hash, isInForce: false });
  });

  it.each([
    ['a hash that is none', ['activate', '--hash', 'x', '--from', '2020-01-01', '--reason', 'r']],
    [
      'a date that is none',
      ['activate', '--hash', 'a'.repeat(64), '--from', 'soon', '--reason', 'r'],
    ],
    [
      'an end before the start',
      [
        ...['activate', '--hash', 'a'.repeat(64), '--from', '2020-01-02'],
        ...['--to', '2020-01-01', '--reason', 'r'],
      ],
    ],
    ['an activation that is none', ['withdraw', '--activation', 'x', '--reason', 'r']],
    ['a place nowhere', ['place', '--lat', '91', '--lon', '0']],
  ])('refuses %s with exit code 1', async (_name, words) => {
    const { code, lines } = await command('network', ...words);
    expect([code, Object.keys(lines[0] ?? {})]).toEqual([1, ['code', 'message']]);
  });
});
