import type { GnssReceiver, GnssState, ReceivedFix } from '../../hardware/gnss.ts';
import type { SampleVerdict, TrustedClock } from '../clock/trusted-clock.ts';
import type { Recorder } from '../recorder.ts';
import {
  type GnssWord,
  gnssWord,
  type PlacedFix,
  type PositionTracker,
  placeFix,
} from './position.ts';
import { ReportingRule } from './reporting.ts';

/** NMEA says when the antenna was there; the words take up to this long to arrive. */
const gnssUncertaintyMs = 500;

export interface GnssFeedParts {
  readonly receiver: GnssReceiver;
  readonly clock: TrustedClock;
  readonly positions: PositionTracker;
  readonly recorder: Recorder;
  isOffDuty(): boolean;
  /** The receiver's state, or whether there is a trusted time, has changed. */
  onChanged(): void;
}

/** From the receiver to clock, position and records. */
export class GnssFeed {
  readonly #parts: GnssFeedParts;
  readonly #rule = new ReportingRule();
  #refused: SampleVerdict | null = null;
  #last: PlacedFix | null = null;

  constructor(parts: GnssFeedParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { receiver } = this.#parts;
    receiver.on('fix', (received) => this.#take(received));
    receiver.on('state', (state) => this.#stateChanged(state));
    await receiver.start();
  }

  async stop(): Promise<void> {
    await this.#parts.receiver.stop();
  }

  /** The newest fix with a position. */
  get last(): PlacedFix | null {
    return this.#last;
  }

  word(): GnssWord {
    return gnssWord(this.#parts.receiver.state);
  }

  #take(received: ReceivedFix): void {
    const { clock, positions } = this.#parts;
    this.#offerTime(received);
    const reading = clock.now();
    const placed = placeFix(received, reading?.ms ?? null);
    if (placed === null) return;
    positions.add(placed);
    this.#last = placed;
    if (this.#rule.isDue(placed, this.#parts.isOffDuty())) this.#report(placed);
  }

  #offerTime({ fix, receivedMonoMs }: ReceivedFix): void {
    if (!fix.valid || fix.timeMs === null) return;
    const { clock, recorder, onChanged } = this.#parts;
    const hadTime = clock.now() !== null;
    const verdict = clock.offer({
      source: 'gnss',
      unixMs: fix.timeMs,
      monoMs: receivedMonoMs,
      uncertaintyMs: gnssUncertaintyMs,
    });
    const isRefusal = verdict === 'needs-second-source' || verdict === 'implausible';
    if (isRefusal && verdict !== this.#refused) {
      recorder.event('gnss-time-refused', `${verdict} ${new Date(fix.timeMs).toISOString()}`);
    }
    this.#refused = isRefusal ? verdict : null;
    if (!hadTime && clock.now() !== null) onChanged();
  }

  #report(fix: PlacedFix): void {
    const { clock, recorder } = this.#parts;
    const { lat, lon, altM, speedMps, courseDeg, satsUsed, hdop, quality } = fix;
    const values = { lat, lon, altM, speedMps, courseDeg, satsUsed, hdop, quality };
    const source = clock.now()?.source;
    if (fix.unixMs === null || source === undefined) void recorder.write('fix', values);
    else void recorder.write('fix', values, { happenedAtMs: fix.unixMs, clock: source });
  }

  #stateChanged(state: GnssState): void {
    if (state === 'unplugged' || state === 'silent') {
      this.#parts.recorder.event('gnss-lost', state);
    }
    this.#parts.onChanged();
  }
}
