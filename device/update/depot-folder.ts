import type { KeyObject } from 'node:crypto';
import { openBundle, type SignedBundle } from './bundle-file.ts';
import type { UpdateDisk } from './disk.ts';
import { type BundleSource, SourceError } from './download.ts';
import { updateLimits } from './limits.ts';

/** A file of a depot's folder as a source: it is copied like any download, and checked like it. */
export function fileSource(disk: UpdateDisk, path: string): BundleSource {
  return {
    async *pieces(from, signal) {
      try {
        for await (const piece of disk.pieces(path, from)) {
          if (signal.aborted) throw new SourceError('aborted');
          yield piece;
        }
      } catch (error) {
        // The stick was pulled.
        throw new SourceError((error as Error).message);
      }
    },
  };
}

/**
 * Bundles in the folder a depot mounts, by their release; whatever is not signed by both keys is
 * passed over. The highest counter comes first.
 */
export async function bundlesIn(
  disk: UpdateDisk,
  folder: string,
  releaseKey: KeyObject,
): Promise<readonly SignedBundle[]> {
  if (folder === '') return [];
  const entries = await disk.entries(folder).catch(() => []);
  const names = entries.flatMap(({ name, kind }) =>
    kind === 'file' && name.endsWith('.xup') ? [name] : [],
  );
  const opened = await Promise.all(
    names
      .sort()
      .slice(0, updateLimits.folderFilesMax)
      .map((name) => openBundle(disk, `${folder}/${name}`, releaseKey).catch(() => 'damaged')),
  );
  return opened
    .filter((one): one is SignedBundle => typeof one !== 'string')
    .sort((a, b) => b.release.manifest.counter - a.release.manifest.counter);
}
