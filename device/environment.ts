import type { Emulators, HardwareEnv, Timers } from '../hardware/environment.ts';

export type { Cancel, Timers } from '../hardware/environment.ts';

/** The part of a pino logger the unit uses. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The computer under the agent: its uptime goes on when the agent is begun anew. */
export interface Machine {
  /** Another one after every boot. */
  readonly bootId: string;
  uptimeMs(): number;
}

/** What every part of the agent gets from its process: time, chance, timers, a log. */
export interface DeviceEnv {
  /** Wall clock of the machine, Unix ms. May be wrong: only labels and log lines use it. */
  nowMs(): number;
  /** Monotonic ms, from any origin. */
  nowMonoMs(): number;
  randomBytes(count: number): Uint8Array;
  readonly timers: Timers;
  readonly log: Log;
  readonly machine: Machine;
}

/** A number from 0 up to, but not including, 1. */
export function randomShare(env: Pick<DeviceEnv, 'randomBytes'>): number {
  const bytes = Buffer.from(env.randomBytes(4));
  return bytes.readUInt32BE(0) / 2 ** 32;
}

/** What parts get of it; `emulators` stand where a device path would. */
export function hardwareEnvOf(env: DeviceEnv, emulators: Emulators | undefined): HardwareEnv {
  const { nowMs, nowMonoMs, timers } = env;
  return { nowMs, nowMonoMs, timers, ...(emulators === undefined ? {} : { emulators }) };
}
