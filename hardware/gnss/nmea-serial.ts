import { EventEmitter } from 'node:events';
import { type GnssFix, NmeaDecoder } from '../../protocols/nmea/nmea.ts';
import type { BytePort, PortCloseReason } from '../byte-port.ts';
import type { Cancel, HardwareEnv } from '../environment.ts';
import type { GnssEvents, GnssReceiver, GnssState } from '../gnss.ts';
import { PortLink } from '../serial/port-link.ts';
import { framedSentence } from './framed-sentence.ts';
import type { ReceiverProfile } from './profiles.ts';

export const NMEA_SERIAL_LIMITS = {
  /** A pause this long ends an epoch: the receiver has said all it knows of this second. */
  epochGapMs: 150,
  /** No epoch for this long: the receiver is silent. */
  silenceMsMax: 3000,
  /** How long one speed is listened to before the next is tried. */
  probeMsMax: 1500,
} as const;

/** A receiver that talks NMEA 0183 on a line. Finds its speed, tells it what to send. */
export class NmeaSerialReceiver extends EventEmitter<GnssEvents> implements GnssReceiver {
  readonly #port: BytePort;
  readonly #link: PortLink;
  readonly #env: HardwareEnv;
  readonly #profile: ReceiverProfile;
  readonly #pivotMs: number | undefined;
  #decoder: NmeaDecoder;
  #state: GnssState = 'starting';
  /** An intact sentence came since the line is up: its speed is right. */
  #understood = false;
  #baudIndex = 0;
  #lastByteMonoMs = 0;
  #gap: Cancel | null = null;
  #probe: Cancel | null = null;

  /** `pivotMs`: dates before it are moved forward by whole 1024 weeks; best the build date. */
  constructor(port: BytePort, env: HardwareEnv, profile: ReceiverProfile, pivotMs?: number) {
    super();
    this.#pivotMs = pivotMs;
    this.#decoder = new NmeaDecoder({ pivotMs });
    this.#port = port;
    this.#link = new PortLink(port, env.timers, {
      opened: () => this.#opened(),
      heard: (bytes) => this.#heard(bytes),
      closed: (reason) => this.#closed(reason),
    });
    this.#env = env;
    this.#profile = profile;
  }

  get state(): GnssState {
    return this.#state;
  }

  start(): Promise<void> {
    return this.#link.start();
  }

  async stop(): Promise<void> {
    await this.#link.stop();
    this.#cancelListening();
  }

  #opened(): void {
    this.#decoder = new NmeaDecoder({ pivotMs: this.#pivotMs });
    this.#understood = false;
    if (this.#state === 'unplugged') this.#become('starting');
    if (!this.#link.watches) this.#watchSilence();
    if (this.#port.tune !== undefined) {
      const { timers } = this.#env;
      this.#probe = timers.after(NMEA_SERIAL_LIMITS.probeMsMax, () => this.#tryNextSpeed());
    }
  }

  #heard(chunk: Uint8Array): void {
    this.#lastByteMonoMs = this.#env.nowMonoMs();
    this.#report(this.#decoder.push(chunk));
    if (!this.#understood && this.#decoder.counts.intact > 0) this.#settle();
    this.#gap?.();
    this.#gap = this.#env.timers.after(NMEA_SERIAL_LIMITS.epochGapMs, () => {
      this.#report(this.#decoder.flush());
    });
  }

  #closed(reason: PortCloseReason): void {
    this.#cancelListening();
    if (reason === 'retuned') return;
    this.#link.unwatch();
    this.#become('unplugged');
  }

  #report(fixes: readonly GnssFix[]): void {
    if (fixes.length === 0) return;
    this.#watchSilence();
    for (const fix of fixes) {
      this.#become(fix.valid ? 'fix' : 'no-fix');
      this.emit('fix', { fix, receivedMonoMs: this.#lastByteMonoMs });
    }
  }

  /** The speed is right: stop looking, and tell the receiver what to send. */
  #settle(): void {
    this.#understood = true;
    this.#probe?.();
    this.#probe = null;
    void this.#configure();
  }

  /** A line lost on the way is no fault here: the receiver is told again when it returns. */
  async #configure(): Promise<void> {
    const messages = [...this.#profile.sentences.map(framedSentence), ...this.#profile.frames];
    for (const message of messages) {
      try {
        await this.#port.write(message);
      } catch {
        return;
      }
    }
  }

  #tryNextSpeed(): void {
    this.#probe = null;
    this.#baudIndex = (this.#baudIndex + 1) % this.#profile.baudRates.length;
    const baudRate = this.#profile.baudRates[this.#baudIndex];
    if (baudRate !== undefined) this.#port.tune?.(baudRate);
  }

  #watchSilence(): void {
    this.#link.watch(NMEA_SERIAL_LIMITS.silenceMsMax, () => {
      this.#become('silent');
      if (this.#port.tune !== undefined && this.#probe === null) this.#tryNextSpeed();
    });
  }

  #become(state: GnssState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.emit('state', state);
  }

  #cancelListening(): void {
    this.#gap?.();
    this.#probe?.();
    this.#gap = null;
    this.#probe = null;
  }
}
