import type { ClockSource } from '../../protocols/messages/record-table.ts';

/** Bounds of the trusted clock; hardware.md section 5 and reliability.md, "clock". */
export const clockLimits = {
  /** A larger correction of GNSS alone is not believed. */
  jumpMsMax: 120_000,
  /** Within this of the prediction a sample only disciplines the clock. */
  stepMsMax: 2_000,
  /** Samples of one mind before GNSS starts or steps the clock. */
  samplesToAgree: 3,
  /** How far those samples may differ from one another. */
  agreementMsMax: 1_500,
  /** An ordinary quartz, with room: parts per million. */
  driftPpm: 100,
  /** A clock this uncertain is not trusted: about 28 hours after the last sample. */
  uncertaintyMsMax: 10_000,
  /** After this long without a sample the time is carried over, and says so. */
  holdoverAfterMs: 600_000,
  /** GNSS heard within this is preferred to the gateway's time. */
  gnssFreshMsMax: 30_000,
  /** No program runs for longer after it was built. */
  plausibleSpanMs: 15 * 365 * 86_400_000,
} as const;

/** One statement of the time: `unixMs` was true at `monoMs` of the monotonic clock. */
export interface TimeSample {
  readonly source: 'gnss' | 'gateway';
  readonly unixMs: number;
  readonly monoMs: number;
  readonly uncertaintyMs: number;
}

export interface ClockReading {
  /** Unix ms. */
  readonly ms: number;
  readonly source: ClockSource;
  readonly uncertaintyMs: number;
}

export type SampleVerdict =
  | 'accepted'
  /** Waits for further samples that agree. */
  | 'confirming'
  /** Too far from what is known: the other source would have to agree. */
  | 'needs-second-source'
  /** Outside the years this program can run in. */
  | 'implausible';

export interface TrustedClockOptions {
  nowMonoMs(): number;
  /** Last time that was trusted before this start; null: never. */
  readonly lastGoodMs: number | null;
  /** When this program was built: no time before it is true. */
  readonly builtAtMs: number;
}

function at(sample: TimeSample, monoMs: number): number {
  return sample.unixMs + (monoMs - sample.monoMs);
}

function driftMs(sample: TimeSample, monoMs: number): number {
  return (Math.abs(monoMs - sample.monoMs) * clockLimits.driftPpm) / 1e6;
}

/**
 * The only time that codes and records carry: an offset to the monotonic clock, from GNSS or the
 * gateway's signed time. The machine's own wall clock has no say.
 */
export class TrustedClock {
  readonly #options: TrustedClockOptions;
  /** What `now` counts from. */
  #anchor: TimeSample | null = null;
  /** What GNSS is measured against: it cannot wander from here in many small steps. */
  #reference: TimeSample | null = null;
  #candidate: TimeSample | null = null;
  #agreeing = 0;

  constructor(options: TrustedClockOptions) {
    this.#options = options;
  }

  /** Null without a trusted time: then no code is made. */
  now(): ClockReading | null {
    const anchor = this.#anchor;
    if (anchor === null) return null;
    const monoMs = this.#options.nowMonoMs();
    const uncertaintyMs = anchor.uncertaintyMs + driftMs(anchor, monoMs);
    if (uncertaintyMs > clockLimits.uncertaintyMsMax) return null;
    const aged = monoMs - anchor.monoMs > clockLimits.holdoverAfterMs;
    return { ms: at(anchor, monoMs), source: aged ? 'holdover' : anchor.source, uncertaintyMs };
  }

  offer(sample: TimeSample): SampleVerdict {
    const { builtAtMs } = this.#options;
    const latestMs = builtAtMs + clockLimits.plausibleSpanMs;
    if (!(sample.unixMs >= builtAtMs && sample.unixMs <= latestMs)) return 'implausible';
    return sample.source === 'gateway' ? this.#fromGateway(sample) : this.#fromGnss(sample);
  }

  /** Signed time is always believed; live GNSS close to it is kept, being the finer of the two. */
  #fromGateway(sample: TimeSample): SampleVerdict {
    const anchor = this.#anchor;
    if (anchor !== null) {
      const offMs = Math.abs(sample.unixMs - at(anchor, sample.monoMs));
      const gnssIsLive =
        anchor.source === 'gnss' && sample.monoMs - anchor.monoMs <= clockLimits.gnssFreshMsMax;
      if (gnssIsLive && offMs <= clockLimits.jumpMsMax) {
        this.#reference = anchor;
        return 'accepted';
      }
      const grownMs = anchor.uncertaintyMs + driftMs(anchor, sample.monoMs);
      const agrees = offMs <= grownMs + sample.uncertaintyMs;
      if (agrees && grownMs <= sample.uncertaintyMs) {
        this.#reference = anchor;
        return 'accepted';
      }
    }
    this.#set(sample);
    this.#reference = sample;
    return 'accepted';
  }

  #fromGnss(sample: TimeSample): SampleVerdict {
    if (this.#tooFar(sample)) {
      this.#agreeing = 0;
      return 'needs-second-source';
    }
    const anchor = this.#anchor;
    if (anchor !== null) {
      const boundMs = clockLimits.stepMsMax + anchor.uncertaintyMs + driftMs(anchor, sample.monoMs);
      if (Math.abs(sample.unixMs - at(anchor, sample.monoMs)) <= boundMs) {
        this.#set(sample);
        return 'accepted';
      }
    }
    this.#count(sample);
    if (this.#agreeing < clockLimits.samplesToAgree) return 'confirming';
    this.#set(sample);
    this.#reference ??= sample;
    return 'accepted';
  }

  /** Against the reference of this run or, before there is one, the last good time on disk. */
  #tooFar(sample: TimeSample): boolean {
    const reference = this.#reference;
    if (reference !== null) {
      const allowedMs = clockLimits.jumpMsMax + driftMs(reference, sample.monoMs);
      return Math.abs(sample.unixMs - at(reference, sample.monoMs)) > allowedMs;
    }
    const { lastGoodMs } = this.#options;
    return lastGoodMs !== null && sample.unixMs < lastGoodMs - clockLimits.jumpMsMax;
  }

  #count(sample: TimeSample): void {
    const last = this.#candidate;
    const agrees =
      last !== null &&
      Math.abs(sample.unixMs - at(last, sample.monoMs)) <= clockLimits.agreementMsMax;
    this.#agreeing = agrees ? this.#agreeing + 1 : 1;
    this.#candidate = sample;
  }

  #set(sample: TimeSample): void {
    this.#anchor = sample;
    this.#candidate = null;
    this.#agreeing = 0;
  }
}
