import type { EpdBus, Level } from '../../../hardware/epd/epd-bus.ts';

/** One command with its data, as a wrong driver would send it; null: it would not send it. */
export type Rewrite = (code: number, data: Uint8Array) => readonly [number, Uint8Array] | null;

export interface Mutation {
  readonly rewrite?: Rewrite;
  readonly ignoresBusy?: boolean;
  readonly noReset?: boolean;
}

/** Stands between a right driver and the panel, and makes it a wrong one. */
export class MutantBus implements EpdBus {
  readonly #bus: EpdBus;
  readonly #mutation: Mutation;
  #isData = false;
  #code: number | null = null;
  #data: Uint8Array[] = [];

  constructor(bus: EpdBus, mutation: Mutation) {
    this.#bus = bus;
    this.#mutation = mutation;
  }

  start(): Promise<void> {
    return this.#bus.start();
  }

  stop(): Promise<void> {
    return this.#bus.stop();
  }

  power(on: boolean): void {
    this.#bus.power(on);
  }

  reset(level: Level): void {
    if (this.#mutation.noReset !== true) this.#bus.reset(level);
  }

  dataCommand(level: Level): void {
    this.#isData = level === 1;
  }

  /** A command is held until its data is complete: the next command or a look at BUSY says so. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isData) {
      this.#data.push(bytes.slice());
      return;
    }
    await this.#pass();
    this.#code = bytes[0] ?? null;
    if (bytes[0] === 0x04 || bytes[0] === 0x02 || bytes[0] === 0x12) await this.#pass();
  }

  busyLevel(): Level {
    return this.#mutation.ignoresBusy === true ? 1 : this.#bus.busyLevel();
  }

  /** Sends what is still held, at the end of a picture. */
  async #pass(): Promise<void> {
    const code = this.#code;
    if (code === null) return;
    const data = Buffer.concat(this.#data);
    this.#code = null;
    this.#data = [];
    const passed = this.#mutation.rewrite?.(code, data);
    if (passed === null) return;
    const [sentCode, sentData] = passed ?? [code, data];
    this.#bus.dataCommand(0);
    await this.#bus.write(Uint8Array.of(sentCode));
    this.#bus.dataCommand(1);
    for (let at = 0; at < sentData.length; at += 4096) {
      await this.#bus.write(sentData.subarray(at, at + 4096));
    }
  }

  flush(): Promise<void> {
    return this.#pass();
  }
}
