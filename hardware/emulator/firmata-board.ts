import type { Cancel, Timers } from '../environment.ts';
import { HardwareError } from '../errors.ts';
import { FirmataInbox, type FirmataMessage } from './firmata-inbox.ts';
import { MemoryPort } from './memory-port.ts';

const PIN_COUNT = 22;
const ANALOG_FIRST_PIN = 14;
/** The last two of a Nano have no digital half. */
const ANALOG_ONLY_PIN = 20;
const PWM_PINS = [3, 5, 6, 9, 10, 11];
const MODE = { input: 0, output: 1, analog: 2, pwm: 3, pullUp: 11 } as const;
const BOOT_MS = 200;
const ILLEGAL_KEPT_MAX = 100;

interface Pin {
  mode: number;
  /** Written by the host: level, PWM duty, or the pull-up of an input. */
  written: number;
  /** From the world: 0 or 1, null open. */
  level: 0 | 1 | null;
}

/** An Arduino Nano with StandardFirmata, byte by byte, on the far end of `port`. */
export class FirmataBoard {
  readonly port = new MemoryPort();
  readonly illegal: string[] = [];
  readonly #timers: Timers;
  readonly #inbox = new FirmataInbox();
  readonly #world: (0 | 1 | null)[] = new Array<0 | 1 | null>(PIN_COUNT).fill(null);
  readonly #readings = new Array<number>(PIN_COUNT - ANALOG_FIRST_PIN).fill(512);
  #pins: Pin[] = [];
  #reportedPorts = new Set<number>();
  #reportedChannels = new Set<number>();
  #samplingMs = 19;
  #running = false;
  #hung = false;
  #timer: Cancel | null = null;

  constructor(timers: Timers) {
    this.#timers = timers;
    this.port.attach({ receive: (bytes) => this.#receive(bytes) });
  }

  start(): void {
    this.#reset();
  }

  stop(): void {
    this.#running = false;
    this.#timer?.();
    this.#timer = null;
  }

  /** The cable carries the supply as well: the board forgets all. */
  unplug(): void {
    this.stop();
    this.port.unplug();
  }

  plug(): void {
    this.port.plug();
    this.#reset();
  }

  /** The program on the board hangs; the cable stays in. */
  hang(): void {
    this.#hung = true;
  }

  /** What the world does to a digital pin: 0 closed to ground, 1 at supply, null open. */
  setLevel(pin: number, level: 0 | 1 | null): void {
    this.#world[pin] = level;
    const state = this.#pins[pin];
    if (state === undefined || !this.#running) return;
    state.level = level;
    if (this.#reportedPorts.has(pin >> 3)) this.#reportPort(pin >> 3);
  }

  /** Reading of an analog channel, 0 to 1023. */
  setReading(channel: number, reading: number): void {
    this.#readings[channel] = reading;
  }

  /** What the host drives on a pin, 0 to 255; null for a pin that is no output. */
  output(pin: number): number | null {
    const state = this.#pins[pin];
    if (state?.mode === MODE.pwm) return state.written;
    return state?.mode === MODE.output ? state.written * 255 : null;
  }

  #reset(): void {
    this.stop();
    this.#hung = false;
    this.#pins = this.#world.map((level) => ({ mode: MODE.output, written: 0, level }));
    this.#reportedPorts = new Set();
    this.#reportedChannels = new Set();
    this.#timer = this.#timers.after(BOOT_MS, () => {
      this.#running = true;
      this.#sendVersion();
      this.#sendFirmware();
      this.#sample();
    });
  }

  #sample(): void {
    for (const channel of this.#reportedChannels) {
      const reading = this.#readings[channel] ?? 0;
      this.#send(0xe0 | channel, reading & 0x7f, reading >> 7);
    }
    this.#timer = this.#timers.after(this.#samplingMs, () => this.#sample());
  }

  #receive(bytes: Uint8Array): void {
    if (!this.#running || this.#hung) return;
    try {
      for (const message of this.#inbox.push(bytes)) this.#obey(message);
    } catch (error) {
      const kept = error instanceof HardwareError && this.illegal.length < ILLEGAL_KEPT_MAX;
      if (kept) this.illegal.push(error.message);
      throw error;
    }
  }

  #obey({ command, data }: FirmataMessage): void {
    const [first = 0, second = 0] = data;
    const low = command & 0x0f;
    if (command === 0xf9) this.#sendVersion();
    else if (command === 0xf0) this.#obeySysex(first, data.slice(1));
    else if (command === 0xf4) this.#setMode(first, second);
    else if ((command & 0xf0) === 0x90) this.#writePort(low, first | (second << 7));
    else if ((command & 0xf0) === 0xe0) this.#writePwm(low, first | (second << 7));
    else if ((command & 0xf0) === 0xc0) this.#reportChannel(low, first);
    else this.#reportPortWhen(low, first);
  }

  #obeySysex(kind: number, data: readonly number[]): void {
    if (kind === 0x79 && data.length === 0) this.#sendFirmware();
    else if (kind === 0x6b && data.length === 0) this.#sendCapabilities();
    else if (kind === 0x69 && data.length === 0) this.#sendAnalogMapping();
    else if (kind === 0x7a && data.length === 2) {
      this.#samplingMs = Math.max(10, (data[0] ?? 0) | ((data[1] ?? 0) << 7));
    } else this.#refuse(`sysex ${kind.toString(16)} with ${data.length} bytes`);
  }

  #setMode(pin: number, mode: number): void {
    const state = this.#pins[pin] ?? this.#refuse(`mode of pin ${pin}`);
    if (!this.#modesOf(pin).includes(mode)) this.#refuse(`mode ${mode} on pin ${pin}`);
    state.mode = mode;
    state.written = mode === MODE.pullUp ? 1 : 0;
  }

  /** Written to an input, a 1 switches its pull-up on: johnny-five relies on that. */
  #writePort(port: number, bits: number): void {
    if (port > 2) this.#refuse(`port ${port}`);
    for (let bit = 0; bit < 8; bit += 1) {
      const state = this.#pins[port * 8 + bit];
      const digital = state?.mode === MODE.input || state?.mode === MODE.output;
      if (state !== undefined && digital) state.written = (bits >> bit) & 1;
    }
  }

  #writePwm(pin: number, duty: number): void {
    const state = this.#pins[pin];
    if (state?.mode !== MODE.pwm || duty > 255) this.#refuse(`duty ${duty} on pin ${pin}`);
    state.written = duty;
  }

  #reportChannel(channel: number, on: number): void {
    if (this.#readings[channel] === undefined || on > 1) this.#refuse(`channel ${channel}`);
    if (on === 1) this.#reportedChannels.add(channel);
    else this.#reportedChannels.delete(channel);
  }

  #reportPortWhen(port: number, on: number): void {
    if (port > 2 || on > 1) this.#refuse(`report of port ${port}`);
    if (on === 1) this.#reportedPorts.add(port);
    else this.#reportedPorts.delete(port);
    if (on === 1) this.#reportPort(port);
  }

  #reportPort(port: number): void {
    let bits = 0;
    for (let bit = 0; bit < 8; bit += 1) {
      const state = this.#pins[port * 8 + bit];
      const isInput = state?.mode === MODE.input || state?.mode === MODE.pullUp;
      if (state !== undefined && isInput) bits |= (state.level ?? state.written) << bit;
    }
    this.#send(0x90 | port, bits & 0x7f, bits >> 7);
  }

  #modesOf(pin: number): number[] {
    if (pin >= ANALOG_ONLY_PIN) return [MODE.analog];
    const modes: number[] = [MODE.input, MODE.output, MODE.pullUp];
    if (PWM_PINS.includes(pin)) modes.push(MODE.pwm);
    if (pin >= ANALOG_FIRST_PIN) modes.push(MODE.analog);
    return pin < 2 ? [] : modes;
  }

  #sendVersion(): void {
    this.#send(0xf9, 2, 5);
  }

  #sendFirmware(): void {
    const name = [...Buffer.from('xinlu-panel')].flatMap((code) => [code & 0x7f, code >> 7]);
    this.#send(0xf0, 0x79, 2, 5, ...name, 0xf7);
  }

  #sendCapabilities(): void {
    const bits: Readonly<Record<number, number>> = { [MODE.analog]: 10, [MODE.pwm]: 8 };
    const pins = this.#pins.flatMap((_, pin) => [
      ...this.#modesOf(pin).flatMap((mode) => [mode, bits[mode] ?? 1]),
      0x7f,
    ]);
    this.#send(0xf0, 0x6c, ...pins, 0xf7);
  }

  #sendAnalogMapping(): void {
    const channels = this.#pins.map((_, pin) =>
      pin >= ANALOG_FIRST_PIN ? pin - ANALOG_FIRST_PIN : 0x7f,
    );
    this.#send(0xf0, 0x6a, ...channels, 0xf7);
  }

  #send(...bytes: number[]): void {
    if (this.#running && !this.#hung) this.port.send(Uint8Array.from(bytes));
  }

  #refuse(what: string): never {
    throw new HardwareError('illegal-input', `Firmata: ${what}`);
  }
}
