import type { SignedRelease } from '../../protocols/update/trust.ts';
import type { Cancel, DeviceEnv } from '../environment.ts';
import { missingOf, type UnitFacts } from './conditions.ts';
import type { UpdateDisk } from './disk.ts';
import { raiseFloor } from './floor.ts';
import { updateLimits } from './limits.ts';
import { afterConfirmedTrial, afterFailedTrial, readState, writeState } from './slots.ts';

export interface TrialParts {
  readonly env: Pick<DeviceEnv, 'nowMonoMs' | 'timers' | 'log'>;
  readonly disk: UpdateDisk;
  readonly folder: string;
  /** What is on trial: this very program. */
  readonly release: SignedRelease;
  facts(): UnitFacts;
  /** It stays. */
  onConfirmed(): void;
  /** What ran before is to run again: the process ends in order. */
  onFailed(): void;
}

/**
 * A release that has just been started has to show that it is as good as the one before: a code
 * on the glass, an acknowledgement of the gateway, no part worse. Else it takes itself back before
 * the launcher does. The counter of the unit is raised after the confirmation, never before.
 */
export class Trial {
  readonly #parts: TrialParts;
  readonly #startedMonoMs: number;
  #next: Cancel | null = null;
  #hasShown = false;
  #stopped = false;

  constructor(parts: TrialParts) {
    this.#parts = parts;
    this.#startedMonoMs = parts.env.nowMonoMs();
  }

  start(): void {
    this.#lookLater();
  }

  stop(): void {
    this.#stopped = true;
    this.#next?.();
  }

  #lookLater(): void {
    if (this.#stopped) return;
    const { env } = this.#parts;
    this.#next = env.timers.after(updateLimits.trialLookMs, () => {
      this.#look().catch((error: unknown) => {
        env.log.error({ error: String(error) }, 'the trial could not be decided');
        this.#lookLater();
      });
    });
  }

  async #look(): Promise<void> {
    const { env, disk, folder, facts, onConfirmed, onFailed } = this.#parts;
    const state = await readState(disk, folder);
    if (state.trial === null) return;
    const now = facts();
    this.#hasShown ||= now.hasCode;
    const missing = missingOf(now, state.trial.before);
    if (missing === null) {
      await this.#confirm();
      onConfirmed();
      return;
    }
    const { trialCodeMs, trialGivesUpMs } = updateLimits;
    const patienceMs = this.#hasShown ? trialGivesUpMs : trialCodeMs;
    if (env.nowMonoMs() - this.#startedMonoMs < patienceMs) {
      this.#lookLater();
      return;
    }
    env.log.error({ missing }, 'the release is taken back');
    await writeState(disk, folder, afterFailedTrial(state, missing));
    onFailed();
  }

  async #confirm(): Promise<void> {
    const { disk, folder, release } = this.#parts;
    await writeState(disk, folder, afterConfirmedTrial(await readState(disk, folder)));
    await raiseFloor(disk, folder, release);
  }
}
