import { mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { libraryFolderOf, sumOfProgram } from './base.ts';
import { choosePlace } from './choose.ts';
import { type Launched, launchedIn, launchedVariable } from './launched.ts';
import { trialMsMax } from './limits.ts';
import { nodeDisk } from './node-disk.ts';
import { afterFailedTrial, readState, type SlotName, updatePaths, writeState } from './slots.ts';
import { stateFolderOf } from './state-folder.ts';

/** What can be started: the unit on real parts, and the whole simulated one. */
export type Program = 'main' | 'simulate';

/** Where this program was installed: the folder above `device`. */
const ownRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const callerFolder = () => process.env.INIT_CWD ?? process.cwd();

/** A release brings no libraries of its own: it finds those of the installed package. */
async function linkLibraries(folder: string, slot: SlotName, libraryFolder: string): Promise<void> {
  const link = join(updatePaths.slot(folder, slot), 'node_modules');
  if ((await readlink(link).catch(() => '')) === libraryFolder) return;
  await rm(link, { recursive: true, force: true });
  await symlink(libraryFolder, link, 'dir');
}

function watchTrial(folder: string): void {
  const script = new URL(`./dead-man${extname(import.meta.url)}`, import.meta.url);
  new Worker(script, { workerData: { folder, trialMs: trialMsMax } }).unref();
}

/** The program of a slot, to its end. A trial that cannot even be begun is over at once. */
async function runSlot({ folder, onTrial }: Launched, slot: SlotName, program: Program) {
  const file = join(updatePaths.tree(folder, slot), 'device', `${program}.js`);
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    if (onTrial) {
      const state = await readState(nodeDisk, folder);
      await writeState(nodeDisk, folder, afterFailedTrial(state, 'crashed'));
    }
    throw error;
  }
}

/**
 * Starts the unit's program: the installed one, or the release that took its place. The installed
 * package is what every boot begins with; it stays as it was, and it alone decides. A program it
 * has started finds itself launched, and just runs.
 * @param runHere the program of the installed package
 */
export async function launch(
  program: Program,
  args: readonly string[],
  runHere: () => Promise<void>,
): Promise<void> {
  if (launchedIn(process.env, process.pid) !== null || args.includes('--print-config')) {
    return await runHere();
  }
  const folder = join(stateFolderOf(args, process.env, callerFolder()), 'update');
  let sum: string | null = null;
  const baseSum = async () => {
    sum ??= await sumOfProgram(ownRoot);
    return sum;
  };
  const { place, onTrial } = await choosePlace(nodeDisk, folder, baseSum);
  const libraryFolder = (await libraryFolderOf(ownRoot)) ?? '';
  const launched: Launched = {
    ...{ format: 1, pid: process.pid, folder, place, onTrial, libraryFolder },
    baseSum: await baseSum(),
  };
  process.env[launchedVariable] = JSON.stringify(launched);
  if (place === 'package') return await runHere();
  await mkdir(updatePaths.slot(folder, place), { recursive: true });
  if (libraryFolder !== '') await linkLibraries(folder, place, libraryFolder);
  if (onTrial) watchTrial(folder);
  await runSlot(launched, place, program);
}
