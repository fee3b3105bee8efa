import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnitTracks } from '../../../gateway/tracks/tracks.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { IngestWorld, type Unit } from '../ingest/ingest-world.ts';
import { fix } from '../test-unit.ts';

describe('tracks', () => {
  let world: IngestWorld;
  let unit: Unit;
  let tracks: UnitTracks;
  let t = 0;
  beforeEach(async () => {
    world = await IngestWorld.open();
    unit = await world.enrol('XL-TRACK-1');
    tracks = new UnitTracks(world.kept.store, world.ingest, world.env);
    await tracks.start();
    t = world.env.ms;
  });
  afterEach(() => world.kept.remove());

  const slow = (record: UnitRecord): UnitRecord =>
    record.kind === 'fix' ? { ...record, values: { ...record.values, speedMps: 0.4 } } : record;

  it('finds the fixes on both sides of a moment, whatever order they came in', async () => {
    await world.send(unit, [fix(1, t + 10_000, 38.2), fix(2, t, 38.1)]);
    await world.send(unit, [fix(3, t + 5000, 38.15)]);
    const { before, after } = await tracks.around(1, t + 7000);
    expect(before).toStrictEqual({
      happenedAtMs: t + 5000,
      lat: 38.15,
      lon: 114.51,
      speedMps: 20,
      courseDeg: 45,
      hdop: 0.9,
    });
    expect(after?.happenedAtMs).toBe(t + 10_000);
    expect((await tracks.around(1, t + 10_000)).before?.lat).toBe(38.2);
    expect(await tracks.around(1, t - 1)).toMatchObject({
      before: undefined,
      after: { lat: 38.1 },
    });
    expect(await tracks.around(2, t)).toStrictEqual({ before: undefined, after: undefined });
  });

  it('knows the newest fix by when it happened, and again after a restart', async () => {
    await world.send(unit, [fix(1, t, 38.1), fix(2, t - 60_000, 37)]);
    const again = new UnitTracks(world.kept.store, world.ingest, world.env);
    await again.start();
    for (const one of [tracks, again]) expect(one.last(1)?.lat).toBe(38.1);
    expect(tracks.last(2)).toBe(undefined);
  });

  it('is not led astray by fixes without a clock, from the future, or without a position', async () => {
    await world.send(unit, [fix(1, t, 38.1)]);
    const timeless = { ...fix(2, t + 1), clock: 'none' } as UnitRecord;
    const future = fix(3, t + 3_600_000, 39);
    const nowhere = fix(4, t + 2);
    if (nowhere.kind === 'fix') Object.assign(nowhere.values, { lat: null, lon: null });
    await world.send(unit, [timeless, future, nowhere]);
    expect(tracks.last(1)?.lat).toBe(38.1);
    expect((await tracks.around(1, t + 100)).before?.happenedAtMs).toBe(t);
    expect(await world.storedSeqs()).toStrictEqual([1, 2, 3, 4]);
    const again = new UnitTracks(world.kept.store, world.ingest, world.env);
    await again.start();
    expect(again.last(1)?.lat).toBe(38.1);
  });

  it('gives a span in order, cut at a number of rows', async () => {
    await world.send(unit, [fix(1, t + 3), fix(2, t + 1), fix(3, t + 2), fix(4, t + 9)]);
    const times = async (rowsMax: number) =>
      (await tracks.between(1, t + 1, t + 3, rowsMax)).map(({ happenedAtMs }) => happenedAtMs - t);
    expect(await times(10)).toStrictEqual([1, 2, 3]);
    expect(await times(2)).toStrictEqual([1, 2]);
  });

  it('knows of a record between two fixes that has not come, until it comes', async () => {
    await world.send(unit, [fix(1, t), fix(2, t + 1000), fix(5, t + 2000)]);
    expect(await tracks.hasGap(1, t, t + 1000)).toBe(false);
    expect(await tracks.hasGap(1, t, t + 2000)).toBe(true);
    expect(await tracks.hasGap(1, t + 2000, t + 9000)).toBe(false);
    expect(await tracks.hasGap(1, t + 5000, t + 9000)).toBe(false);
    await world.send(unit, [fix(3, t - 60_000)]);
    expect(await tracks.hasGap(1, t, t + 2000)).toBe(true);
    await world.send(unit, [{ ...fix(4, t + 1500), clock: 'none' } as UnitRecord]);
    expect(await tracks.hasGap(1, t, t + 2000)).toBe(false);
  });

  it('finds the last fix that moved', async () => {
    await world.send(unit, [fix(1, t, 38.1), slow(fix(2, t + 1000)), fix(3, t + 5000, 38.3)]);
    expect((await tracks.lastMoving(1, t + 2000, 3))?.lat).toBe(38.1);
    expect(await tracks.lastMoving(1, t - 1, 3)).toBe(undefined);
  });
});
