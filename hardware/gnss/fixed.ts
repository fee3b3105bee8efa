import { EventEmitter } from 'node:events';
import type { GnssFix } from '../../protocols/nmea/nmea.ts';
import type { Cancel, HardwareEnv } from '../environment.ts';
import type { GnssEvents, GnssReceiver, GnssState } from '../gnss.ts';

export const FIXED_PERIOD_MS = 1000;

export interface FixedPosition {
  /** WGS-84 degrees. */
  readonly lat: number;
  readonly lon: number;
  readonly altM?: number;
}

/** A kiosk does not move: its surveyed position once a second, never a time. */
export class FixedReceiver extends EventEmitter<GnssEvents> implements GnssReceiver {
  readonly #env: HardwareEnv;
  readonly #fix: GnssFix;
  #state: GnssState = 'starting';
  #next: Cancel | null = null;

  constructor(position: FixedPosition, env: HardwareEnv) {
    super();
    this.#env = env;
    this.#fix = {
      timeMs: null,
      lat: position.lat,
      lon: position.lon,
      altM: position.altM ?? null,
      speedMps: 0,
      courseDeg: null,
      fix: position.altM === undefined ? '2d' : '3d',
      satsUsed: null,
      hdop: null,
      valid: true,
      reason: null,
    };
  }

  get state(): GnssState {
    return this.#state;
  }

  async start(): Promise<void> {
    if (this.#next === null) this.#tick();
  }

  async stop(): Promise<void> {
    this.#next?.();
    this.#next = null;
  }

  #tick(): void {
    this.#next = this.#env.timers.after(FIXED_PERIOD_MS, () => this.#tick());
    if (this.#state !== 'fix') {
      this.#state = 'fix';
      this.emit('state', 'fix');
    }
    this.emit('fix', { fix: this.#fix, receivedMonoMs: this.#env.nowMonoMs() });
  }
}
