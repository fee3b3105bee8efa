import type { BytePort } from './byte-port.ts';
import type { EpdBus } from './epd/epd-bus.ts';
import type { RefreshMemory } from './refresh-memory.ts';

export type Cancel = () => void;

/** Timers come in from outside, so that a virtual day takes seconds in a test. */
export interface Timers {
  /** Runs `run` once, `delayMs` from now; the answer cancels it. */
  after(delayMs: number, run: () => void): Cancel;
}

/** Parts of the simulation that stand where a device path would. */
export interface Emulators {
  /** Serial lines, reached by the path `emulator:<name>`. */
  readonly ports?: Readonly<Record<string, BytePort>>;
  /** Wires to e-paper controllers, reached by the path `emulator:<name>`. */
  readonly epdBuses?: Readonly<Record<string, EpdBus>>;
}

/** What every part gets from its process. */
export interface HardwareEnv {
  /** Monotonic milliseconds, from any origin. */
  nowMonoMs(): number;
  /** Wall clock in Unix milliseconds; nothing but labels may hang on it. */
  nowMs(): number;
  readonly timers: Timers;
  /** Temperature at the panel in degrees Celsius; absent or null: unknown. */
  panelTemperatureC?(): number | null;
  readonly emulators?: Emulators;
  /** What the e-ink panel has been through before this start; absent: nothing is known. */
  readonly refreshMemory?: RefreshMemory;
}

/** The process's own timers. */
export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs` on `timers`. */
export function pause(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(delayMs, resolve);
  });
}
