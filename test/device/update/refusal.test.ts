import { brotliCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { choosePlace } from '../../../device/update/choose.ts';
import { missingOf, obstacleTo, type UnitFacts } from '../../../device/update/conditions.ts';
import { keepDurably } from '../../../device/update/disk.ts';
import { download, resumePoint, SourceError } from '../../../device/update/download.ts';
import { readFloor } from '../../../device/update/floor.ts';
import { install, switchTo } from '../../../device/update/installation.ts';
import { launchedIn } from '../../../device/update/launched.ts';
import { updateLimits } from '../../../device/update/limits.ts';
import { readState, updatePaths } from '../../../device/update/slots.ts';
import { stateFolderOf } from '../../../device/update/state-folder.ts';
import { Stillness } from '../../../device/update/stillness.ts';
import type { TakingParts } from '../../../device/update/taking.ts';
import { tarEnd, tarFile } from '../../../protocols/update/tar-writer.ts';
import { behaving, folder, releaseKey, UpdateModel } from './model.ts';
import { makeRelease, otherSigner, releaseNowS } from './releases.ts';
import { SimDisk } from './sim-disk.ts';

/** What a unit says of a release that is offered to it, and what it then runs. */
async function offer(release: ReturnType<typeof makeRelease>) {
  const model = new UpdateModel([behaving(release, 'good')]);
  await model.live();
  expect(model.broken).toEqual([]);
  const last = model.told.at(-1);
  const slots = [...model.disk.filesBelow(updatePaths.slots(folder)).keys()];
  return { said: `${last?.state} ${last?.reason}`, place: model.place, slots };
}

const otherTree = brotliCompressSync(
  Buffer.concat([tarFile('device/main.js', Buffer.from('evil();\n')), tarEnd()]),
);

describe('a bundle that is', () => {
  it.each([
    ['signed by another release key', { releaseBy: otherSigner }, 'bad-release-signature'],
    ['deployed by another key', { deployBy: otherSigner }, 'bad-deploy-signature'],
    [
      'deployed by a key of somebody else’s statement',
      { statementBy: otherSigner },
      'bad-statement-signature',
    ],
    ['for another model', { manifest: { models: ['other'] } }, 'other-model'],
    [
      'for another computer',
      { manifest: { architectures: ['arm64' as const] } },
      'other-architecture',
    ],
    ['for another Node', { manifest: { nodeMajor: 99 } }, 'other-node'],
    ['short of a library', { manifest: { libraries: ['sharp@9.9.9'] } }, 'other-libraries'],
    ['expired', { manifest: { expiresS: releaseNowS - 1 } }, 'expired'],
    ['of a deploy key that has expired', { statementToS: releaseNowS - 1 }, 'deploy-key-expired'],
    ['no tar', { payload: brotliCompressSync(Buffer.from('x')) }, 'tar-cut-short'],
    ['another tree than it was signed for', { payload: otherTree }, 'other-tree'],
  ])('%s is refused, and nothing of it is run', async (_what, options, reason) => {
    const { said, place } = await offer(makeRelease(options));
    expect({ said, place }).toEqual({ said: `refused ${reason}`, place: 'package' });
  });

  it('damaged on its way is fetched again, and refused when it stays so', async () => {
    const release = makeRelease();
    const damaged = Buffer.from(release.bytes);
    damaged[damaged.length - 3] = (damaged.at(-3) ?? 0) ^ 1;
    const { said, slots } = await offer({ ...release, bytes: damaged });
    expect({ said, slots }).toEqual({ said: 'refused damaged', slots: [] });
  });

  it('older than one that was confirmed is refused', async () => {
    const newer = behaving(makeRelease({ version: '2.0.0', counter: 9 }), 'good');
    const older = behaving(makeRelease({ version: '1.0.0', counter: 8 }), 'good');
    const model = new UpdateModel([newer, older]);
    await model.live();
    expect(model.told.at(-1)).toMatchObject({ state: 'refused', reason: 'old-counter' });
    expect(model.running?.id).toBe(newer.id);
    expect((await readFloor(model.disk, folder)).counter).toBe(9);
  });

  it('of a deploy key that was replaced is refused', async () => {
    const newer = behaving(
      makeRelease({ version: '1.0.0', counter: 1, statementNumber: 4 }),
      'good',
    );
    const stolen = behaving(
      makeRelease({ version: '2.0.0', counter: 2, statementNumber: 3 }),
      'good',
    );
    const model = new UpdateModel([newer, stolen]);
    await model.live();
    expect(model.told.at(-1)).toMatchObject({ state: 'refused', reason: 'old-deploy-key' });
  });
});

describe('a stick in a depot', () => {
  it('brings a release to a unit that no gateway offers one', async () => {
    const release = behaving(makeRelease(), 'good');
    const model = new UpdateModel([release]);
    await model.plugIn(release);
    // The gateway wants nothing; only the stick does.
    Object.defineProperty(model, 'offered', { value: null });
    await model.live();
    expect(model.broken).toEqual([]);
    expect(model.running?.id).toBe(release.id);
    expect(model.told.map(({ state }) => state)).toEqual([
      'downloading',
      'downloaded',
      'installed',
      'confirmed',
    ]);
  });

  it('with what a unit must not take is refused like any other', async () => {
    const release = behaving(makeRelease({ manifest: { models: ['other'] } }), 'good');
    const model = new UpdateModel([release]);
    await model.plugIn(release);
    Object.defineProperty(model, 'offered', { value: null });
    await model.live();
    expect(model.told).toMatchObject([{ state: 'refused', reason: 'other-model' }]);
    expect(model.place).toBe('package');
  });
});

describe('a unit that works an incident', () => {
  it('brings the release to its disk, and starts it when the incident is over', async () => {
    const model = new UpdateModel([behaving(makeRelease(), 'good')]);
    model.busyMs = 600_000;
    await model.live();
    expect(model.told.slice(0, 2)).toMatchObject([
      { state: 'downloading' },
      { state: 'downloaded', reason: 'busy' },
    ]);
    expect(model.told[2]).toMatchObject({ state: 'installed' });
    expect(model.told[2]?.atMs).toBeGreaterThanOrEqual(600_000);
    expect(model.told[1]?.atMs).toBeLessThan(600_000);
  });
});

describe('a release that was confirmed', () => {
  it('and whose slot is damaged later gives way to the one before, and then to the package', async () => {
    const first = behaving(makeRelease({ version: '1.0.0', counter: 1 }), 'good');
    const second = behaving(makeRelease({ version: '2.0.0', counter: 2 }), 'good');
    const model = new UpdateModel([first, second]);
    await model.live();
    const { current, previous } = await readState(model.disk, folder);
    expect([current, previous]).toEqual(['b', 'a']);
    const base = async () => 'base';
    model.disk.damage(`${updatePaths.tree(folder, 'b')}/device/main.js`, 3);
    expect(await choosePlace(model.disk, folder, base)).toEqual({ place: 'a', onTrial: false });
    model.disk.damage(updatePaths.header(folder, 'a'), 90);
    expect(await choosePlace(model.disk, folder, base)).toEqual({
      place: 'package',
      onTrial: false,
    });
  });

  it('and is damaged before its first start is not started', async () => {
    const release = makeRelease();
    const disk = new SimDisk('/unit');
    const parts: TakingParts = {
      ...{ disk, releaseKey, model: 'rig', architecture: 'x64', nodeMajor: 20 },
      launched: {
        ...{ format: 1, pid: 1, folder, place: 'package', onTrial: false, baseSum: 'base' },
        libraryFolder: '',
      },
      trustedMs: () => releaseNowS * 1000,
      installedAmong: async () => new Set(),
    };
    await keepDurably(disk, updatePaths.download(folder, release.id), release.bytes);
    const installed = await install(parts, release.id);
    if (typeof installed === 'string') throw new Error(installed);
    await switchTo(parts, installed, ready.health);
    disk.damage(`${updatePaths.tree(folder, 'a')}/protocols/words.js`, 5);
    const choice = await choosePlace(disk, folder, async () => 'base');
    expect(choice).toEqual({ place: 'package', onTrial: false });
    expect((await readState(disk, folder)).outcome).toMatchObject({
      state: 'rolled-back',
      reason: 'damaged',
    });
  });

  it('gives way to a package that was installed by hand', async () => {
    const model = new UpdateModel([behaving(makeRelease(), 'good')]);
    await model.live();
    expect((await readState(model.disk, folder)).current).toBe('a');
    const choice = await choosePlace(model.disk, folder, async () => 'another');
    expect(choice).toEqual({ place: 'package', onTrial: false });
    expect((await readState(model.disk, folder)).current).toBe('package');
  });

  it('does not start from a state that cannot be read', async () => {
    const model = new UpdateModel([behaving(makeRelease(), 'good')]);
    await model.live();
    model.disk.damage(updatePaths.state(folder), 0);
    const choice = await choosePlace(model.disk, folder, async () => 'base');
    expect(choice).toEqual({ place: 'package', onTrial: false });
  });
});

const ready: UnitFacts = {
  ...{ hasCode: true, acknowledgedAgoMs: 1000, stillMs: 600_000, isBusy: false, isScanned: false },
  ...{ standsBy: false },
  health: { screen: true, gnss: true, clock: true, panel: true, modem: true },
};

describe('a release that lies ready', () => {
  it.each<[string, Partial<UnitFacts>, string | null]>([
    ['a parked truck with nothing to do', {}, null],
    ['a truck that works an incident', { isBusy: true }, 'busy'],
    ['a truck whose code was just opened', { isScanned: true }, 'scanned'],
    ['a moving truck', { stillMs: 599_999 }, 'moving'],
    ['a truck that does not know where it is', { stillMs: null }, 'place-unknown'],
    ['a truck whose ignition is off', { standsBy: true }, 'stands-by'],
    ['a screen without a code', { hasCode: false }, 'no-code'],
    ['a faulty screen', { health: { ...ready.health, screen: false } }, 'screen-fault'],
    ['a truck nobody has heard yet', { acknowledgedAgoMs: null }, 'offline'],
    ['a truck nobody hears', { acknowledgedAgoMs: updateLimits.onlineMsMax + 1 }, 'offline'],
  ])('before %s: %j → %s', (_what, change, obstacle) => {
    expect(obstacleTo({ ...ready, ...change }, 600_000)).toBe(obstacle);
  });

  it.each<[Partial<UnitFacts>, string | null]>([
    [{}, null],
    [{ hasCode: false }, 'no-code'],
    [{ acknowledgedAgoMs: null }, 'no-acknowledgement'],
    [{ health: { ...ready.health, modem: false } }, 'worse-modem'],
  ])('and started shows %j: %s is missing', (change, missing) => {
    expect(missingOf({ ...ready, ...change }, ready.health)).toBe(missing);
  });

  it('may leave a part as broken as it found it', () => {
    const health = { ...ready.health, gnss: false };
    expect(missingOf({ ...ready, health }, health)).toBeNull();
  });
});

describe('standing still', () => {
  const fix = (monoMs: number, lat: number, speedMps = 0) => ({
    ...{ lat, lon: 114.5, altM: null, speedMps, courseDeg: null, satsUsed: 9, hdop: 1 },
    ...{ quality: 3 as const, monoMs, unixMs: monoMs },
  });

  it('is counted from the last movement, whatever the receiver wanders by', () => {
    const stillness = new Stillness();
    expect(stillness.stillMs(0, 1000)).toBeNull();
    stillness.look(fix(1000, 38));
    stillness.look(fix(61_000, 38.0002));
    expect(stillness.stillMs(61_000, 120_000)).toBe(60_000);
    stillness.look(fix(62_000, 38.001));
    expect(stillness.stillMs(70_000, 120_000)).toBe(8_000);
    stillness.look(fix(71_000, 38.001, 3));
    expect(stillness.stillMs(71_000, 120_000)).toBe(0);
  });

  it('is unknown without a recent fix', () => {
    const stillness = new Stillness();
    stillness.look(fix(1000, 38));
    expect(stillness.stillMs(121_001, 120_000)).toBeNull();
  });
});

describe('a download', () => {
  const release = makeRelease();
  const whole = brotliCompressSync(Buffer.from('x'));

  async function fetchFrom(
    disk: SimDisk,
    { id, bytes }: { id: string; bytes: Buffer },
    stopAt: number,
    asked: number[],
  ) {
    return await download({
      ...{ disk, folder, releaseId: id, releaseKey, signal: new AbortController().signal },
      source: {
        async *pieces(from) {
          asked.push(from);
          for (let at = from; at < bytes.length; at += 5000) {
            if (at >= stopAt) throw new SourceError('the line broke');
            yield bytes.subarray(at, at + 5000);
          }
        },
      },
      objection: async () => null,
      onProgress: () => undefined,
    });
  }

  it('goes on where it was broken off, short of what may not be on the medium', async () => {
    const { syncBytes } = updateLimits;
    expect([0, 1, syncBytes, syncBytes + 1, 3 * syncBytes].map(resumePoint)).toEqual([
      0,
      0,
      0,
      syncBytes,
      2 * syncBytes,
    ]);
    const disk = new SimDisk('/unit');
    const asked: number[] = [];
    const payload = Buffer.concat([whole, Buffer.alloc(3 * syncBytes, 7)]);
    const long = makeRelease({ payload });
    const fetch = (stopAt: number) => fetchFrom(disk, long, stopAt, asked);
    expect(await fetch(2.5 * syncBytes)).toEqual({ kind: 'interrupted', reason: 'the line broke' });
    expect(await fetch(Number.MAX_SAFE_INTEGER)).toEqual({ kind: 'complete' });
    expect(asked).toEqual([0, 2 * syncBytes]);
    const [file] = disk.filesBelow(updatePaths.downloads(folder)).values();
    expect(Buffer.from(file ?? '', 'latin1').equals(long.bytes)).toBe(true);
  });

  it('that brings more than was signed is refused, and one that brings less waits', async () => {
    const asked: number[] = [];
    const { id, bytes } = release;
    const offered = (given: Buffer) =>
      fetchFrom(new SimDisk('/unit'), { id, bytes: given }, 1e9, asked);
    expect(await offered(Buffer.concat([bytes, Buffer.alloc(1)]))).toEqual({
      kind: 'refused',
      reason: 'too-long',
    });
    expect(await offered(bytes.subarray(0, bytes.length - 1))).toEqual({
      kind: 'interrupted',
      reason: 'cut-short',
    });
    expect(await offered(makeRelease({ version: '9.9.9' }).bytes)).toEqual({
      kind: 'refused',
      reason: 'another-release',
    });
  });
});

describe('the launcher and what it starts', () => {
  it('agree on the process that was launched', () => {
    const said = {
      ...{ format: 1, pid: 7, folder: '/f', place: 'a', onTrial: true, baseSum: 's' },
      libraryFolder: '',
    };
    const env = { XINLU_LAUNCHED: JSON.stringify(said) };
    expect(launchedIn(env, 7)).toEqual(said);
    expect(launchedIn(env, 8)).toBeNull();
    expect(launchedIn({}, 7)).toBeNull();
    expect(launchedIn({ XINLU_LAUNCHED: '{' }, 7)).toBeNull();
  });

  it('find the state folder as the configuration does', () => {
    expect(stateFolderOf(['dataDir=x'], {}, '/here')).toBe('/here/x');
    expect(stateFolderOf(['device.dataDir=/y', 'serial=S'], {}, '/here')).toBe('/y');
    expect(stateFolderOf([], { XINLU_DEVICE_DATA_DIR: '/z' }, '/here')).toBe('/z');
    expect(stateFolderOf(['--config', '/no/such/file'], {}, '/here')).toBe('/here/.data/device');
  });
});
