import type { KeyObject } from 'node:crypto';
import { type Taker, unfitFor } from '../../protocols/update/judgement.ts';
import type { SignedRelease } from '../../protocols/update/trust.ts';
import type { UpdateDisk } from './disk.ts';
import { readFloor } from './floor.ts';
import type { Launched } from './launched.ts';
import { updateLimits } from './limits.ts';
import { readState, type SlotState } from './slots.ts';

/** What a unit is, and how it is found out whether a release is for it. */
export interface TakingParts {
  readonly disk: UpdateDisk;
  readonly launched: Launched;
  /** Pinned in the image or at enrolment. */
  readonly releaseKey: KeyObject;
  readonly model: string;
  /** As Node names it. */
  readonly architecture: string;
  readonly nodeMajor: number;
  /** Trusted Unix ms; null: none. */
  trustedMs(): number | null;
  /** Those of the wanted libraries that are installed just so. */
  installedAmong(wanted: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Bytes that have to be free before a release is taken: the bundle and its tree. */
function bytesNeeded({ manifest }: SignedRelease): number {
  return manifest.payload.bytes + manifest.tree.bytes + updateLimits.reserveBytes;
}

function hasFailedHere({ tried }: SlotState, { id }: SignedRelease): boolean {
  const entry = tried.find((one) => one.id === id);
  if (entry === undefined) return false;
  // No acknowledgement may be the road's fault: such a release is tried again, and not for ever.
  const isRoads = entry.reason === 'no-acknowledgement';
  return !isRoads || entry.times >= updateLimits.silentTrialsMax;
}

/**
 * Why this unit does not take a release now; null: it does. Asked before a byte of the payload is
 * fetched, and again right before the release is started.
 * @param runningId the release that runs; null: the installed package does
 */
export async function objectionTo(
  parts: TakingParts,
  release: SignedRelease,
  runningId: string | null,
): Promise<string | null> {
  const { disk, launched, trustedMs, model, architecture, nodeMajor } = parts;
  const { folder } = launched;
  const floor = await readFloor(disk, folder);
  const nowMs = trustedMs();
  // The very release that was confirmed last may come back after its slot was damaged.
  const isReturning = floor.releaseId === release.id && runningId !== release.id;
  const taker: Taker = {
    ...{ model, architecture, nodeMajor },
    counterFloor: isReturning ? release.manifest.counter - 1 : floor.counter,
    statementFloor: floor.statement,
    nowS: nowMs === null ? null : Math.floor(nowMs / 1000),
    libraries: await parts.installedAmong(release.manifest.libraries),
  };
  const unfit = unfitFor(release, taker);
  if (unfit !== null) return unfit;
  if (hasFailedHere(await readState(disk, folder), release)) return 'failed-here';
  const freeBytes = await disk.freeBytes(folder);
  return freeBytes !== null && freeBytes < bytesNeeded(release) ? 'disk-full' : null;
}
