/** What waits: injected, so that a test can move time itself. */
export interface Timers {
  /** Runs `work` once after `ms`; the answer takes it back. */
  after(ms: number, work: () => void): () => void;
}

/** The process's own timers. A waiting one does not keep the process alive. */
export const systemTimers: Timers = {
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
