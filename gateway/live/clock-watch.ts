import type { GatewayEnv } from '../environment.ts';
import { offsetKeptMs, offsetOfRoundTrip, offsetOfSamples, samplesWanted } from './clock-offset.ts';

/** A question that waits for its echo. */
interface Asked {
  readonly echo: string;
  readonly atMs: number;
  readonly atMonoMs: number;
}

interface Watched {
  asked: Asked | null;
  samplesMs: number[];
  offsetS: number | null;
  /** Monotonic ms at which the session ended; null while it is live. */
  endedAtMs: number | null;
}

const echoBytes = 12;

/** The clocks of all units, by nonce round trips; never taken from records. */
export class ClockWatch {
  readonly #env: GatewayEnv;
  readonly #units = new Map<string, Watched>();

  constructor(env: GatewayEnv) {
    this.#env = env;
  }

  opened(serial: string): void {
    const before = this.#units.get(serial);
    const offsetS = before === undefined ? null : this.#offset(before);
    this.#units.set(serial, { asked: null, samplesMs: [], offsetS, endedAtMs: null });
  }

  closed(serial: string): void {
    const watched = this.#units.get(serial);
    if (watched !== undefined) watched.endedAtMs = this.#env.nowMonoMs();
  }

  /** A nonce for the unit to echo, and the gateway's time that goes with it. */
  ask(serial: string): { echo: string; gatewayMs: number } {
    const echo = this.#env.randomBytes(echoBytes).toString('base64url');
    const gatewayMs = this.#env.nowMs();
    const watched = this.#units.get(serial);
    if (watched !== undefined) {
      watched.asked = { echo, atMs: gatewayMs, atMonoMs: this.#env.nowMonoMs() };
    }
    return { echo, gatewayMs };
  }

  /** An echo came. True: another round trip is wanted. */
  echoed(serial: string, echo: string, unitMs: number): boolean {
    const watched = this.#units.get(serial);
    const asked = watched?.asked;
    if (watched === undefined || !asked || asked.echo !== echo) return false;
    watched.asked = null;
    const roundTripMs = this.#env.nowMonoMs() - asked.atMonoMs;
    const sampleMs = offsetOfRoundTrip(asked.atMs, roundTripMs, unitMs);
    if (sampleMs === null) return false;
    watched.samplesMs.push(sampleMs);
    if (watched.samplesMs.length < samplesWanted) return true;
    watched.offsetS = offsetOfSamples(watched.samplesMs);
    watched.samplesMs = [];
    return false;
  }

  offsetS(serial: string): number {
    const watched = this.#units.get(serial);
    return watched === undefined ? 0 : (this.#offset(watched) ?? 0);
  }

  #offset({ offsetS, endedAtMs }: Watched): number | null {
    const old = endedAtMs !== null && this.#env.nowMonoMs() - endedAtMs > offsetKeptMs;
    return old ? null : offsetS;
  }
}
