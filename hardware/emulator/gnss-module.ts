import { encodeFix, frameSentence, type GnssFix } from '../../protocols/nmea/nmea.ts';
import type { Cancel, HardwareEnv } from '../environment.ts';
import { HardwareError } from '../errors.ts';
import { type ModuleAnswer, type ModuleSettings, obeySentence, obeyUbx } from './gnss-commands.ts';
import { GnssInbox } from './gnss-inbox.ts';
import { MemoryPort } from './memory-port.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
/** GPS counts 1024 weeks and begins again: an old module shows a date 19.6 years back. */
const ROLLOVER_MS = 1024 * WEEK_MS;
const ILLEGAL_KEPT_MAX = 100;

/** Where the emulated antenna is. WGS-84 degrees, metres, metres a second, degrees from north. */
export interface TruePosition {
  readonly lat: number;
  readonly lon: number;
  readonly altM: number | null;
  readonly speedMps: number | null;
  readonly courseDeg: number | null;
}

export interface GnssModuleOptions {
  /** Where the antenna is at a Unix time in ms; null: no sky. */
  readonly source: (nowMs: number) => TruePosition | null;
  readonly env: Pick<HardwareEnv, 'nowMs' | 'timers'>;
  /** Time from power-on or cold restart to the first fix; default 0. */
  readonly coldStartMs?: number;
  /** Default 9600. */
  readonly baudRate?: number;
}

export interface GnssFaults {
  /** The sky is covered: sentences go on, without a fix. */
  void: boolean;
  /** A bit is wrong in every sentence. */
  garble: boolean;
  /** The module says nothing at all. */
  silence: boolean;
  /** The date is 1024 weeks old. */
  weekRollover: boolean;
}

/** A GNSS module, byte by byte, on the far end of `port`. */
export class GnssModule {
  readonly port: MemoryPort;
  readonly faults: GnssFaults = { void: false, garble: false, silence: false, weekRollover: false };
  /** What the host sent and the module does not know; a right host leaves it empty. */
  readonly illegal: string[] = [];
  readonly settings: ModuleSettings;
  readonly #options: GnssModuleOptions;
  readonly #inbox = new GnssInbox();
  #epoch = 0;
  #fixFromMs = 0;
  #next: Cancel | null = null;

  constructor(options: GnssModuleOptions) {
    this.#options = options;
    const baudRate = options.baudRate ?? 9600;
    this.settings = { periodMs: 1000, baudRate, every: { GGA: 1, GSA: 1, RMC: 1 } };
    const { settings } = this;
    this.port = new MemoryPort(9600);
    this.port.attach({
      receive: (bytes) => this.#receive(bytes),
      get baudRate() {
        return settings.baudRate;
      },
    });
  }

  /** Gives the module power. */
  start(): void {
    if (this.#next !== null) return;
    this.#coldStart();
    this.#plan();
  }

  stop(): void {
    this.#next?.();
    this.#next = null;
  }

  #coldStart(): void {
    this.#fixFromMs = this.#options.env.nowMs() + (this.#options.coldStartMs ?? 0);
  }

  /** Epochs stand on whole periods of the wall clock, as a receiver's do. */
  #plan(): void {
    const { env } = this.#options;
    const { periodMs } = this.settings;
    const waitMs = periodMs - (env.nowMs() % periodMs);
    this.#next = env.timers.after(waitMs, () => {
      this.#speak();
      this.#plan();
    });
  }

  #speak(): void {
    const { env, source } = this.#options;
    const { periodMs, every } = this.settings;
    const nowMs = Math.round(env.nowMs() / periodMs) * periodMs;
    this.#epoch += 1;
    if (this.faults.silence) return;
    const dark = this.faults.void || env.nowMs() < this.#fixFromMs;
    const shownMs = this.faults.weekRollover ? nowMs - ROLLOVER_MS : nowMs;
    const sentences = (['GGA', 'GSA', 'RMC'] as const).filter(
      (name) => every[name] > 0 && this.#epoch % every[name] === 0,
    );
    const fix = fixOf(shownMs, dark ? null : source(nowMs));
    for (const name of sentences) this.#send(encodeFix(fix, { sentences: [name] }));
  }

  #send(sentence: string): void {
    const bytes = Buffer.from(sentence, 'latin1');
    if (this.faults.garble) bytes[8] = (bytes[8] ?? 0) ^ 0x04;
    this.port.send(new Uint8Array(bytes));
  }

  #receive(bytes: Uint8Array): void {
    try {
      for (const message of this.#inbox.push(bytes)) {
        const answer =
          'body' in message
            ? obeySentence(message.body, this.settings)
            : obeyUbx(message.ubx, this.settings);
        this.#answer(answer);
      }
    } catch (error) {
      const kept = error instanceof HardwareError && this.illegal.length < ILLEGAL_KEPT_MAX;
      if (kept) this.illegal.push(error.message);
      throw error;
    }
  }

  #answer(answer: ModuleAnswer): void {
    if (answer.coldStart) this.#coldStart();
    for (const reply of answer.replies) {
      if (typeof reply === 'string') this.#send(frameSentence(reply));
      else this.port.send(reply);
    }
  }
}

function fixOf(timeMs: number, position: TruePosition | null): GnssFix {
  if (position !== null) {
    const precision = { satsUsed: 9, hdop: 0.9, valid: true, reason: null } as const;
    return { timeMs, ...position, fix: position.altM === null ? '2d' : '3d', ...precision };
  }
  const nowhere = { lat: null, lon: null, altM: null, speedMps: null, courseDeg: null } as const;
  const precision = { satsUsed: 0, hdop: 25.5, valid: false, reason: 'rmc-void' } as const;
  return { timeMs, ...nowhere, fix: 'none', ...precision };
}
