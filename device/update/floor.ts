import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { SignedRelease } from '../../protocols/update/trust.ts';
import { keepDurably, type UpdateDisk } from './disk.ts';
import { updatePaths } from './slots.ts';

/** What this unit never goes below again; in a file of its own, so that nothing else can lose it. */
const floorSchema = Type.Object({
  counter: Type.Integer({ minimum: 0 }),
  statement: Type.Integer({ minimum: 0 }),
  /** The release that raised it: that very one may be installed again. */
  releaseId: Type.String(),
});
export type Floor = Readonly<Static<typeof floorSchema>>;

const noFloor: Floor = { counter: 0, statement: 0, releaseId: '' };
const floorBytesMax = 4096;

export async function readFloor(disk: UpdateDisk, folder: string): Promise<Floor> {
  const bytes = await disk.read(updatePaths.floor(folder), floorBytesMax);
  try {
    const parsed: unknown = JSON.parse(bytes?.toString('utf8') ?? 'null');
    return Value.Check(floorSchema, parsed) ? parsed : noFloor;
  } catch {
    return noFloor;
  }
}

/**
 * Raises the floor to a release that is confirmed, and never lowers it. Called again at every
 * start with what runs then: a power cut between the confirmation and this costs nothing.
 */
export async function raiseFloor(
  disk: UpdateDisk,
  folder: string,
  { id, manifest, statement }: SignedRelease,
): Promise<Floor> {
  const floor = await readFloor(disk, folder);
  const isHigher = manifest.counter > floor.counter || statement.number > floor.statement;
  if (!isHigher) return floor;
  const raised: Floor = {
    counter: Math.max(floor.counter, manifest.counter),
    statement: Math.max(floor.statement, statement.number),
    releaseId: manifest.counter > floor.counter ? id : floor.releaseId,
  };
  await keepDurably(disk, updatePaths.floor(folder), `${JSON.stringify(raised)}\n`);
  return raised;
}
