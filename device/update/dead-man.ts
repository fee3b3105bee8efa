import { kill, pid } from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { nodeDisk } from './node-disk.ts';
import { afterFailedTrial, readState, writeState } from './slots.ts';

/**
 * A thread beside a program on trial, for the one that hangs and cannot end itself: when the time
 * is over and the trial still stands, it is ended on disk, and the process with it.
 */
const { folder, trialMs } = workerData as { folder: string; trialMs: number };

setTimeout(() => {
  void readState(nodeDisk, folder)
    .then(async (state) => {
      if (state.trial === null) return;
      await writeState(nodeDisk, folder, afterFailedTrial(state, 'hung'));
      kill(pid, 'SIGKILL');
    })
    // A disk that takes nothing any more: the boots that are left count this one already.
    .catch(() => kill(pid, 'SIGKILL'))
    .finally(() => parentPort?.close());
}, trialMs);
