import type { Bitmap } from '../bitmap.ts';
import type { RefreshMode } from '../display.ts';
import type { PanelDriver } from '../displays/panel-driver.ts';
import { type HardwareEnv, pause } from '../environment.ts';
import { HardwareError } from '../errors.ts';
import { EPD_WRITE_BYTES_MAX, type EpdBus } from './epd-bus.ts';
import { type PanelBatch, type Step, UC8179, UC8179_INIT } from './uc8179-tables.ts';

export const UC8179_LIMITS = {
  /** A refresh takes up to 5 s; the maker's own code would wait for ever. */
  busyMsMax: 15_000,
  busyPollMs: 10,
  /** BUSY may be read from 0.2 ms after the command; the maker waits this long. */
  settleMs: 100,
  resetHighMs: 20,
  resetLowMs: 2,
} as const;

const PLANE_BYTES = 48_000;
const BUSY_LOW = 0;

/** 7.5 inch 800x480 e-ink. Every picture is one life: wake, planes, refresh, power off, sleep. */
export class Uc8179Panel implements PanelDriver {
  readonly #bus: EpdBus;
  readonly #env: Pick<HardwareEnv, 'nowMonoMs' | 'timers'>;
  readonly #batch: PanelBatch;
  /** What stands on the glass: the controller's memory is lost in deep sleep. */
  #shown: Uint8Array | null = null;
  #open = false;

  constructor(bus: EpdBus, env: Pick<HardwareEnv, 'nowMonoMs' | 'timers'>, batch: PanelBatch) {
    this.#bus = bus;
    this.#env = env;
    this.#batch = batch;
  }

  async start(): Promise<void> {
    if (this.#open) return;
    await this.#bus.start();
    this.#open = true;
  }

  async draw(picture: Bitmap, mode: RefreshMode): Promise<void> {
    try {
      await this.#wake();
      await this.#run(UC8179_INIT[this.#batch][mode]);
      await this.#plane(UC8179.oldPlane, this.#shown ?? new Uint8Array(PLANE_BYTES));
      await this.#plane(UC8179.newPlane, picture.data);
      await this.#run([[UC8179.refresh]]);
      this.#shown = picture.data.slice();
      await this.#sleep();
    } catch (error) {
      // Left under power a panel is damaged for good: cut it, whatever went wrong.
      this.#shown = null;
      this.#bus.power(false);
      throw error;
    }
  }

  /** The panel itself has no light; a front light hangs on the control panel. */
  async light(): Promise<void> {}

  /** Between pictures the panel sleeps already; where there is a supply pin it goes off as well. */
  async powerOff(): Promise<void> {
    if (this.#open) this.#bus.power(false);
  }

  async stop(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#bus.stop();
  }

  async #wake(): Promise<void> {
    const { timers } = this.#env;
    this.#bus.power(true);
    this.#bus.reset(1);
    await pause(timers, UC8179_LIMITS.resetHighMs);
    this.#bus.reset(0);
    await pause(timers, UC8179_LIMITS.resetLowMs);
    this.#bus.reset(1);
    await pause(timers, UC8179_LIMITS.resetHighMs);
    await this.#untilIdle();
  }

  async #sleep(): Promise<void> {
    await this.#run([[UC8179.powerOff], [UC8179.deepSleep, 0xa5]]);
  }

  async #run(steps: readonly Step[]): Promise<void> {
    for (const [code, ...data] of steps) {
      await this.#command(code);
      if (data.length > 0) await this.#data(Uint8Array.from(data));
      if (keepsBusy(code)) {
        await pause(this.#env.timers, UC8179_LIMITS.settleMs);
        await this.#untilIdle();
      }
    }
  }

  async #plane(code: number, data: Uint8Array): Promise<void> {
    await this.#command(code);
    await this.#data(data);
  }

  async #command(code: number): Promise<void> {
    this.#bus.dataCommand(0);
    await this.#bus.write(Uint8Array.of(code));
  }

  async #data(data: Uint8Array): Promise<void> {
    this.#bus.dataCommand(1);
    for (let at = 0; at < data.length; at += EPD_WRITE_BYTES_MAX) {
      await this.#bus.write(data.subarray(at, at + EPD_WRITE_BYTES_MAX));
    }
  }

  async #untilIdle(): Promise<void> {
    const sinceMs = this.#env.nowMonoMs();
    while (this.#bus.busyLevel() === BUSY_LOW) {
      if (this.#env.nowMonoMs() - sinceMs > UC8179_LIMITS.busyMsMax) {
        throw new HardwareError('busy-timeout', 'UC8179');
      }
      await pause(this.#env.timers, UC8179_LIMITS.busyPollMs);
    }
  }
}

function keepsBusy(code: number): boolean {
  return code === UC8179.powerOn || code === UC8179.powerOff || code === UC8179.refresh;
}
