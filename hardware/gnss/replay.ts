import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type GnssFix, NmeaDecoder } from '../../protocols/nmea/nmea.ts';
import type { Cancel, HardwareEnv } from '../environment.ts';
import type { GnssEvents, GnssReceiver, GnssState } from '../gnss.ts';

export const REPLAY_LIMITS = {
  logBytesMax: 64 * 1024 * 1024,
  /** Waits longer than this are a gap in the log, not a wait anybody wants. */
  intervalMsMax: 60_000,
  /** For epochs without a time. */
  intervalMsDefault: 1000,
} as const;

export interface ReplaySettings {
  /** File with recorded NMEA sentences. */
  readonly log: string;
  /** Begins again at the end of the log; default false. */
  readonly loop?: boolean;
}

/** A recorded NMEA log through the same decoder as a live line, at its recorded intervals. */
export class ReplayReceiver extends EventEmitter<GnssEvents> implements GnssReceiver {
  readonly #settings: ReplaySettings;
  readonly #env: HardwareEnv;
  #state: GnssState = 'starting';
  #fixes: readonly GnssFix[] = [];
  #index = 0;
  #next: Cancel | null = null;

  constructor(settings: ReplaySettings, env: HardwareEnv) {
    super();
    this.#settings = settings;
    this.#env = env;
  }

  get state(): GnssState {
    return this.#state;
  }

  /** Rejects when the log cannot be read. */
  async start(): Promise<void> {
    const bytes = await readFile(this.#settings.log);
    const decoder = new NmeaDecoder();
    const log = bytes.subarray(0, REPLAY_LIMITS.logBytesMax);
    this.#fixes = [...decoder.push(log), ...decoder.end()];
    this.#index = 0;
    if (this.#fixes.length > 0) this.#tick();
    else this.#become('silent');
  }

  async stop(): Promise<void> {
    this.#next?.();
    this.#next = null;
  }

  #tick(): void {
    const fix = this.#fixes[this.#index];
    if (fix === undefined) return;
    this.#become(fix.valid ? 'fix' : 'no-fix');
    this.emit('fix', { fix, receivedMonoMs: this.#env.nowMonoMs() });
    this.#index += 1;
    if (this.#index >= this.#fixes.length) {
      if (this.#settings.loop !== true) {
        this.#become('silent');
        return;
      }
      this.#index = 0;
    }
    const following = this.#fixes[this.#index];
    this.#next = this.#env.timers.after(intervalMs(fix, following), () => this.#tick());
  }

  #become(state: GnssState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.emit('state', state);
  }
}

function intervalMs(fix: GnssFix, following: GnssFix | undefined): number {
  if (fix.timeMs === null || following === undefined || following.timeMs === null) {
    return REPLAY_LIMITS.intervalMsDefault;
  }
  const recordedMs = following.timeMs - fix.timeMs;
  if (recordedMs < 0) return REPLAY_LIMITS.intervalMsDefault;
  return Math.min(recordedMs, REPLAY_LIMITS.intervalMsMax);
}
