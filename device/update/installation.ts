import type { SignedRelease } from '../../protocols/update/trust.ts';
import { isWhole, openBundle } from './bundle-file.ts';
import { checkSlot } from './slot-check.ts';
import {
  idleSlot,
  type PartHealth,
  readState,
  type SlotName,
  trialBoots,
  updatePaths,
  writeState,
} from './slots.ts';
import type { TakingParts } from './taking.ts';
import { unpackBundle } from './unpack.ts';

/** A release that lies unpacked in a slot that does not run, checked as the launcher will. */
export interface Ready {
  readonly slot: SlotName;
  readonly release: SignedRelease;
}

function releaseKeyText({ releaseKey }: TakingParts): string {
  const { x = '' } = releaseKey.export({ format: 'jwk' });
  return x;
}

/** The idle slot is nobody's way back any more: said on disk before its first byte changes. */
async function freeSlot({ disk, launched }: TakingParts): Promise<SlotName> {
  const state = await readState(disk, launched.folder);
  const slot = idleSlot(state);
  if (state.previous === slot) {
    await writeState(disk, launched.folder, { ...state, previous: 'package' });
  }
  return slot;
}

/** What already lies in the idle slot, if it is this release and whole. */
export async function readyRelease(parts: TakingParts, releaseId: string): Promise<Ready | null> {
  const { disk, launched } = parts;
  const slot = idleSlot(await readState(disk, launched.folder));
  const checked = await checkSlot(disk, launched.folder, slot, releaseKeyText(parts));
  if (typeof checked === 'string' || checked.id !== releaseId) return null;
  return { slot, release: checked };
}

/**
 * From a downloaded bundle to a slot: what the disk gives back is hashed, then unpacked, then
 * checked as a whole. Answers why not, in a word; the bundle is gone when it was damaged.
 */
export async function install(parts: TakingParts, releaseId: string): Promise<Ready | string> {
  const { disk, launched, releaseKey } = parts;
  const { folder } = launched;
  const path = updatePaths.download(folder, releaseId);
  const bundle = await openBundle(disk, path, releaseKey);
  const isSound =
    typeof bundle !== 'string' && bundle.release.id === releaseId && (await isWhole(disk, bundle));
  if (!isSound) {
    await disk.remove(path);
    return 'damaged';
  }
  const slot = await freeSlot(parts);
  const problem = await unpackBundle(disk, folder, slot, bundle);
  if (problem !== null) return `tar-${problem}`;
  const ready = await readyRelease(parts, releaseId);
  if (ready === null) return 'other-tree';
  await disk.remove(path);
  return ready;
}

/**
 * The one step that a release is started by: from here on the launcher begins it. Everything it
 * will need is on disk, and everything it falls back to.
 */
export async function switchTo(
  parts: TakingParts,
  { slot, release }: Ready,
  before: PartHealth,
): Promise<void> {
  const { disk, launched } = parts;
  const { folder, baseSum } = launched;
  // It may have been put here by a run that was killed between a rename and its sync.
  await disk.syncFolder(updatePaths.slot(folder, slot));
  const state = await readState(disk, folder);
  const { id, manifest } = release;
  await writeState(disk, folder, {
    ...state,
    releaseKey: releaseKeyText(parts),
    base: baseSum,
    trial: { slot, release: { id, version: manifest.version }, bootsLeft: trialBoots, before },
  });
}
