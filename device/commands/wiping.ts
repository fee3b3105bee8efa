import type { Cancel, DeviceEnv } from '../environment.ts';
import type { Foundation } from '../foundation.ts';
import { markForWiping } from '../store/wipe.ts';

export const wipingLimits = {
  pollMs: 500,
  /** A unit without a line is wiped all the same: somebody may have cut it off to keep the keys. */
  waitMsMax: 600_000,
} as const;

export interface WipingParts {
  readonly env: Pick<DeviceEnv, 'nowMonoMs' | 'timers' | 'log'>;
  readonly base: Pick<Foundation, 'outbox' | 'recorder' | 'state'>;
  readonly dataDir: string;
  changed(): void;
  /** Everything may go now: it does when the agent stops. */
  onDecided(): void;
}

/** A wipe that was asked for: no more codes at once, and the end once everything is said. */
export class Wiping {
  readonly #parts: WipingParts;
  #next: Cancel | null = null;
  #isOn = false;

  constructor(parts: WipingParts) {
    this.#parts = parts;
  }

  /** Any number of times. */
  begin(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    const { base, changed, env } = this.#parts;
    base.state.setSuspended(true);
    changed();
    this.#wait().catch((error: unknown) =>
      env.log.error({ error: String(error) }, 'the wipe goes on at the next start'),
    );
  }

  stop(): void {
    this.#next?.();
  }

  /** Everything up to this record is acknowledged, or nobody will acknowledge it any more. */
  async #wait(): Promise<void> {
    const { env, base, dataDir, onDecided } = this.#parts;
    const seq = await base.recorder.writeWith('event', { name: 'wiping', detail: '' });
    const endMonoMs = env.nowMonoMs() + wipingLimits.waitMsMax;
    while (env.nowMonoMs() < endMonoMs && (await base.outbox.waitingUpTo(seq)) > 0) {
      await new Promise<void>((resolve) => {
        this.#next = env.timers.after(wipingLimits.pollMs, resolve);
      });
    }
    await markForWiping(dataDir);
    onDecided();
  }
}
