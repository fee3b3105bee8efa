import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { Minter } from '../../../device/code/minter.ts';
import { type Foundation, layFoundation } from '../../../device/foundation.ts';
import { PositionTracker } from '../../../device/position/position.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { makeWorld, startMs, type World } from '../support/world.ts';
import { SmallDisk } from './small-disk.ts';
import { configIn, fixAt, identity, shownAt, statusAt } from './unit-folder.ts';

const diskBytes = 24 * 1024 * 1024;
const rotationS = 20;
const hourS = 3_600;
const awayS = 10 * hourS;
const drivenS = 2 * hourS;

/** True where a disk of its own can be mounted; on a build machine it must be. */
function mayMount(): boolean {
  const probe = SmallDisk.mount(diskBytes);
  probe?.unmount();
  if (probe !== null) return true;
  if (process.env.CI === 'true') throw new Error('a disk of its own must be mounted here');
  process.stderr.write('nobody may mount a disk here: the rig of the full disk is skipped\n');
  return false;
}

let mounted: SmallDisk | null = null;
afterEach(() => mounted?.unmount());

/** A unit that drives, shows codes and reports, on a disk that somebody else fills. */
class Drive {
  readonly world: World = makeWorld('full-disk', startMs);
  readonly signed: number[] = [];
  readonly missed: number[] = [];
  events = 0;
  base!: Foundation;
  #minter!: Minter;
  #second = 0;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async begin(): Promise<void> {
    const { env } = this.world;
    this.base = await layFoundation(configIn(this.#folder), env, () => {
      throw new Error('a full disk is no damage');
    });
    const { clock, used, signer } = this.base;
    const sample = { source: 'gateway', unixMs: env.nowMs(), uncertaintyMs: 10 } as const;
    clock.offer({ ...sample, monoMs: env.nowMonoMs() });
    this.#minter = new Minter({ clock, positions: new PositionTracker(), used, signer, env });
    this.base.housekeeping.start();
  }

  async end(): Promise<void> {
    this.base.housekeeping.stop();
    await this.base.store.close();
  }

  /** What was written while the gateway was away, before the disk ran full. */
  async fillOutbox(seconds: number): Promise<void> {
    for (; this.#second < seconds; this.#second += hourS) {
      const from = this.#second;
      const fixes = Array.from({ length: hourS / 5 }, (_, index) => fixAt(from + index * 5));
      await Promise.all(fixes.map((fix) => this.base.outbox.append(fix)));
    }
  }

  /** So many seconds of driving; `every` minute somebody else may write to the disk. */
  async drive(seconds: number, every: () => void = () => undefined): Promise<void> {
    for (const endS = this.#second + seconds; this.#second < endS; this.#second += 60) {
      const writes: Promise<void>[] = [];
      for (let second = this.#second; second < this.#second + 60; second += 5) {
        writes.push(this.#write(fixAt(second)));
      }
      writes.push(this.#write(statusAt(this.#second)));
      for (let codes = 0; codes < 60 / rotationS; codes += 1) {
        await this.#rotate();
        await this.world.clock.advance(rotationS * 1000);
      }
      this.events += 1;
      this.base.recorder.event('button', `${this.events}`);
      await Promise.all(writes);
      every();
    }
  }

  async #write({ kind, values, happenedAtMs, clock }: ReturnType<typeof fixAt>): Promise<void> {
    await this.base.recorder.write(kind, values as never, { happenedAtMs, clock });
  }

  async #rotate(): Promise<void> {
    const minted = await this.#minter.mint(identity, { duty: 1, incidentRef: 0, ttlS: 30 });
    const second = Math.round((this.world.clock.nowMs() - startMs) / 1000);
    if (!minted.ok) this.missed.push(second);
    else this.signed.push(minted.code.issuedAt);
    await this.#write(shownAt(second));
  }

  async drain(): Promise<UnitRecord[]> {
    const all: UnitRecord[] = [];
    for (;;) {
      const records = await this.base.outbox.waiting(all.at(-1)?.seq ?? 0, 500);
      if (records.length === 0) return all;
      all.push(...records);
    }
  }
}

/** Numbers that neither a record nor a gap accounts for. */
function unaccounted(records: readonly UnitRecord[]): number[] {
  const come = new Set(records.map(({ seq }) => seq));
  const gaps = records.flatMap((record) => (record.kind === 'gap' ? [record.values] : []));
  const last = records.at(-1)?.seq ?? 0;
  return Array.from({ length: last }, (_, index) => index + 1).filter(
    (seq) =>
      !come.has(seq) &&
      !gaps.some(({ firstSeq, lastSeq }) => (firstSeq ?? 0) <= seq && seq <= (lastSeq ?? 0)),
  );
}

/** Positions for which there was no room at all are told of in an event. */
function droppedIn(records: readonly UnitRecord[]): number {
  return records.reduce((sum, record) => {
    const isTold = record.kind === 'event' && record.values.name === 'not-kept';
    return isTold ? sum + Number(record.values.detail) : sum;
  }, 0);
}

describe.skipIf(!mayMount())('a disk filled to the last byte', () => {
  it('stops neither codes nor events, thins positions with a recorded gap, and is got over', async () => {
    const disk = SmallDisk.mount(diskBytes);
    if (disk === null) throw new Error('the disk could not be mounted again');
    mounted = disk;
    const unit = new Drive(disk.folder);
    await unit.begin();
    await unit.fillOutbox(awayS);
    await unit.drive(0.25 * hourS);
    disk.fill();
    expect(disk.freeBytes).toBe(0);
    await unit.drive(hourS, () => disk.fill());
    expect(readdirSync(disk.folder)).not.toContain('ballast');
    await unit.end();
    await unit.begin();
    disk.fill();
    await unit.drive(0.5 * hourS, () => disk.fill());
    expect(disk.freeBytes).toBe(0);
    disk.free();
    await unit.drive(0.25 * hourS);
    expect(readdirSync(disk.folder)).toContain('ballast');

    expect(unit.missed).toEqual([]);
    expect(new Set(unit.signed).size).toBe(drivenS / rotationS);
    const records = await unit.drain();
    const names = records.flatMap((record) =>
      record.kind === 'event' && record.values.name === 'button' ? [record.values.detail] : [],
    );
    expect(new Set(names).size).toBe(unit.events);
    expect(unaccounted(records)).toEqual([]);
    const kinds = (kind: UnitRecord['kind']) => records.filter((one) => one.kind === kind);
    expect(kinds('shown').length).toBe(unit.signed.length);
    const thinned = kinds('gap').map(({ values }) => values as { records: number; reason: string });
    expect(new Set(thinned.map(({ reason }) => reason))).toContain('thinned-fix');
    const given = thinned.reduce((sum, { records: rows }) => sum + rows, 0);
    const positions = kinds('fix').length + kinds('status').length;
    const dropped = droppedIn(records);
    expect(positions + given + dropped).toBe((awayS + drivenS) / 5 + drivenS / 60);
    process.stdout.write(
      `full disk: ${unit.signed.length} codes, ${unit.events} events, ` +
        `${given} of ${positions + given} positions and statuses thinned, ${dropped} dropped\n`,
    );
    await unit.end();
  }, 120_000);
});
