/** Who restarts the agent when it no longer does its work. */
export interface Watchdog {
  /** The start is through. */
  ready(): void;
  /** Still alive; only from a real health check, see `HealthBeat`. */
  beat(): void;
  /** An orderly stop has begun; `status` is for people. */
  stopping(status: string): void;
}

/** Nobody watches. */
export const NO_WATCHDOG: Watchdog = {
  ready() {},
  beat() {},
  stopping() {},
};
