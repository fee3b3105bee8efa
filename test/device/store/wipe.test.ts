import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { markForWiping, wipeIfMarked } from '../../../device/store/wipe.ts';
import { UnitRig } from '../support/unit-rig.ts';
import { startMs, temporaryFolder } from '../support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function newFolder(): string {
  const folder = temporaryFolder();
  cleanUps.push(() => folder.remove());
  return folder.path;
}

/** Every file under a folder, by its path in it. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(folder, name)).isFile())
    .toSorted();
}

describe('a wipe', () => {
  it('takes everything but the marks of panel, clock and program, and its own mark last', async () => {
    const folder = newFolder();
    const files = [
      'secrets/code-key.pem',
      'quarantine/1-unit.sqlite',
      'unit.sqlite',
      'log/unit.log',
    ];
    const staying = ['clock', 'panel-refreshes', 'update/state.json'];
    for (const name of [...files, ...staying]) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), 'of the unit');
    }
    expect(await wipeIfMarked(folder)).toBe(false);
    expect(filesIn(folder)).toStrictEqual([...files, ...staying].toSorted());
    await markForWiping(folder);
    expect(await wipeIfMarked(folder)).toBe(true);
    expect(filesIn(folder)).toStrictEqual(staying);
    expect(await wipeIfMarked(folder)).toBe(false);
  });

  it('by command waits for its last acknowledgement, leaves no secret, and enrols anew', async () => {
    const folder = newFolder();
    const rig = await UnitRig.make({ folder });
    await rig.start();
    await rig.untilCode();
    const text = (name: string) => readFileSync(join(folder, name), 'utf8');
    const [oldKey, oldPin] = [text('secrets/code-key.pem'), text('secrets/local-pin').trim()];
    const grant = JSON.parse(text('secrets/grant.json')) as { matchKey: string };
    rig.gateway.mute = true;
    const expiresAtMs = startMs + 3_600_000;
    rig.gateway.send({ type: 'command', id: 'w1', name: 'wipe', askedAtMs: startMs, expiresAtMs });
    await rig.world.until(() => rig.composer.last().notice === 'suspended');
    await rig.world.pass(5_000);
    expect(text('secrets/code-key.pem')).toBe(oldKey);
    expect(readdirSync(folder)).not.toContain('wiping');
    rig.gateway.mute = false;
    const [epoch = ''] = rig.gateway.kept.keys();
    rig.gateway.send(rig.gateway.ackOf(epoch));
    await rig.world.until(() => readdirSync(folder).includes('wiping'), 60_000);
    const result = rig.gateway.records().find(({ kind }) => kind === 'commandResult');
    expect(result?.values).toMatchObject({ commandId: 'w1', ok: true, code: 'done' });
    await rig.stop();
    const left = filesIn(folder);
    expect(left.every((name) => ['clock', 'panel-refreshes'].includes(name))).toBe(true);
    for (const name of left) {
      for (const secret of [oldKey, oldPin, grant.matchKey])
        expect(text(name)).not.toContain(secret);
    }
    const next = await UnitRig.make({ folder, approved: false, seed: 'after-wipe' });
    cleanUps.push(() => next.stop());
    await next.start();
    expect(text('secrets/code-key.pem')).not.toBe(oldKey);
    expect(await next.health()).toMatchObject({
      ok: false,
      reasons: ['not-enrolled', 'no-time', 'no-code'],
    });
  });
});
