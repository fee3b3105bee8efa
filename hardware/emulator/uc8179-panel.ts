import type { Bitmap } from '../bitmap.ts';
import { blankBitmap } from '../bitmap.ts';
import type { RefreshMode } from '../display.ts';
import type { HardwareEnv } from '../environment.ts';
import { EPD_WRITE_BYTES_MAX, type EpdBus, type Level } from '../epd/epd-bus.ts';
import { type PanelBatch, UC8179 } from '../epd/uc8179-tables.ts';
import { HardwareError } from '../errors.ts';
import {
  UC8179_DATA,
  UC8179_NEEDED,
  UC8179_TIMES_MS,
  UC8179_WAVEFORMS,
} from './uc8179-commands.ts';
import { type PanelWindow, Uc8179Ram, WHOLE_SCREEN, windowOf } from './uc8179-ram.ts';

/** BUSY falls a moment after the command; who looks at once sees an idle panel. */
const BUSY_DELAY_MS = 0.2;
const RESET_PULSE_MS_MIN = 0.05;
const POWERED_IDLE_MS_MAX = 60_000;
const TEMPERATURE_RANGE_C = [0, 50] as const;

export interface RefreshRecord {
  readonly mode: RefreshMode;
  readonly atMonoMs: number;
  readonly temperatureC: number;
}

/**
 * A UC8179 and its glass, on the far side of the wires. It refuses loudly what the chip would not
 * take, and keeps in `wear` what would have damaged the panel.
 */
export class Uc8179Emulator implements EpdBus {
  readonly illegal: string[] = [];
  readonly wear: string[] = [];
  readonly refreshes: RefreshRecord[] = [];
  /** Faults: the ribbon cable is loose and BUSY reads low for ever; the temperature. */
  stuckBusy = false;
  temperatureC = 20;
  boosterOnMs = 0;
  readonly #env: Pick<HardwareEnv, 'nowMonoMs'>;
  readonly #batch: PanelBatch;
  readonly #ram = new Uc8179Ram();
  readonly #registers = new Map<number, readonly number[]>();
  #supply = true;
  #asleep = false;
  #resetLowMs: number | null = null;
  #isData = false;
  #command: number | null = null;
  #data: number[] = [];
  #busyFromMs = 0;
  #busyToMs = 0;
  #boosterSinceMs: number | null = null;
  #window: PanelWindow | null = null;
  readonly #planesWritten = new Set<number>();

  constructor(env: Pick<HardwareEnv, 'nowMonoMs'>, batch: PanelBatch = 'since-2023') {
    this.#env = env;
    this.#batch = batch;
  }

  /** What a person in front of the panel sees. */
  glass(): Bitmap {
    return { ...blankBitmap('mono1', 800, 480), data: this.#ram.glass.slice() };
  }

  get asleep(): boolean {
    return this.#asleep || !this.#supply;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  power(on: boolean): void {
    if (on === this.#supply) return;
    this.#supply = on;
    if (on) return;
    this.#boosterOff();
    this.#forget();
  }

  reset(level: Level): void {
    const nowMs = this.#env.nowMonoMs();
    if (level === 0) {
      this.#resetLowMs ??= nowMs;
      return;
    }
    if (this.#resetLowMs === null) return;
    if (nowMs - this.#resetLowMs < RESET_PULSE_MS_MIN) this.#refuse('reset pulse too short');
    this.#resetLowMs = null;
    this.#boosterOff();
    if (this.#asleep) this.#ram.scramble();
    this.#asleep = false;
    this.#clearRegisters();
  }

  dataCommand(level: Level): void {
    this.#isData = level === 1;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length > EPD_WRITE_BYTES_MAX) this.#refuse(`${bytes.length} bytes in one message`);
    if (!this.#supply) return;
    if (this.#resetLowMs !== null) this.#refuse('bytes in reset');
    if (this.#asleep) this.#refuse('bytes in deep sleep');
    if (this.#isBusy()) this.#refuse('bytes while busy');
    if (this.#isData) {
      for (const byte of bytes) this.#takeData(byte);
    } else {
      for (const byte of bytes) this.#takeCommand(byte);
    }
  }

  busyLevel(): Level {
    if (this.stuckBusy) return 0;
    return this.#isBusy() && this.#env.nowMonoMs() >= this.#busyFromMs ? 0 : 1;
  }

  /** Panels must not stay under power; call at the end of a test to see it noted. */
  inspect(): void {
    const sinceMs = this.#boosterSinceMs;
    if (sinceMs === null) return;
    if (this.#env.nowMonoMs() - sinceMs > POWERED_IDLE_MS_MAX) this.wear.push('left under power');
  }

  #takeCommand(code: number): void {
    this.#checkLength();
    const rule = UC8179_DATA[this.#batch].get(code);
    if (rule === undefined) this.#refuse(`unknown command ${hex(code)}`);
    this.#command = code;
    this.#data = [];
    if (rule === 0) this.#obey(code);
  }

  #takeData(byte: number): void {
    const code = this.#command;
    if (code === null) this.#refuse('data without a command');
    this.#data.push(byte);
    const wanted = this.#wanted(code);
    if (this.#data.length > wanted) this.#refuse(`too many bytes for ${hex(code)}`);
    if (this.#data.length === wanted) this.#obey(code);
  }

  #wanted(code: number): number {
    const rule = UC8179_DATA[this.#batch].get(code) ?? 0;
    return rule === 'plane' ? (this.#window ?? WHOLE_SCREEN).bytes : rule;
  }

  #checkLength(): void {
    const code = this.#command;
    this.#command = null;
    if (code !== null && this.#data.length < this.#wanted(code)) {
      this.#refuse(`${this.#data.length} bytes for ${hex(code)}`);
    }
  }

  #obey(code: number): void {
    const data = this.#data;
    this.#registers.set(code, data);
    switch (code) {
      case UC8179.powerOn:
        this.#boosterSinceMs ??= this.#env.nowMonoMs();
        this.#busyFor(UC8179_TIMES_MS[this.#batch].powerOn);
        break;
      case UC8179.powerOff:
        this.#boosterOff();
        this.#busyFor(UC8179_TIMES_MS[this.#batch].powerOff);
        break;
      case UC8179.deepSleep:
        if (data[0] !== 0xa5) this.#refuse('deep sleep without its key');
        if (this.#boosterSinceMs !== null) this.wear.push('deep sleep under power');
        this.#asleep = true;
        break;
      case UC8179.resolution:
        if (data.join() !== '3,32,1,224') this.#refuse(`resolution ${data.join()}`);
        break;
      case UC8179.partialIn:
        this.#window = WHOLE_SCREEN;
        break;
      case UC8179.partialOut:
        this.#window = null;
        break;
      case UC8179.partialWindow:
        this.#window = windowOf(data) ?? this.#refuse(`window ${data.join()}`);
        break;
      case UC8179.oldPlane:
      case UC8179.newPlane:
        this.#planesWritten.add(code);
        this.#ram.write(code === UC8179.newPlane ? 'new' : 'old', this.#window, data);
        break;
      case UC8179.refresh:
        this.#refresh();
        break;
    }
  }

  #refresh(): void {
    const missing = UC8179_NEEDED.filter((code) => !this.#registers.has(code));
    if (missing.length > 0) this.#refuse(`refresh without ${missing.map(hex).join()}`);
    if (this.#boosterSinceMs === null) this.#refuse('refresh without power');
    if (!this.#planesWritten.has(UC8179.newPlane)) this.#refuse('refresh without a picture');
    const [lowestC, highestC] = TEMPERATURE_RANGE_C;
    if (this.temperatureC < lowestC || this.temperatureC > highestC) {
      this.wear.push(`refresh at ${this.temperatureC} C`);
    }
    const mode = this.#mode();
    const [interval = 0] = this.#registers.get(UC8179.dataInterval) ?? [];
    const oneIsWhite = (interval & 0x01) === 1;
    this.#ram.drive(mode === 'partial', oneIsWhite, this.#window);
    if ((interval & 0x08) !== 0) this.#ram.copyNewToOld();
    const record = { atMonoMs: this.#env.nowMonoMs(), temperatureC: this.temperatureC };
    this.refreshes.push({ mode, ...record });
    this.#busyFor(UC8179_TIMES_MS[this.#batch][mode]);
  }

  #mode(): RefreshMode {
    const [setting = 0] = this.#registers.get(UC8179.panelSetting) ?? [];
    if ((setting & 0x20) !== 0) {
      const missing = UC8179_WAVEFORMS.filter((code) => !this.#registers.has(code));
      if (missing.length > 0) this.#refuse(`refresh without waveforms ${missing.map(hex).join()}`);
      return 'partial';
    }
    if (this.#registers.get(UC8179.cascade)?.[0] !== 0x02) return 'full';
    const [temperature] = this.#registers.get(UC8179.forceTemperature) ?? [];
    if (temperature === 0x5a) return 'fast';
    return temperature === 0x6e ? 'partial' : this.#refuse('no waveform at this temperature');
  }

  #isBusy(): boolean {
    return this.#env.nowMonoMs() < this.#busyToMs;
  }

  #busyFor(ms: number): void {
    const nowMs = this.#env.nowMonoMs();
    this.#busyFromMs = nowMs + BUSY_DELAY_MS;
    this.#busyToMs = nowMs + ms;
  }

  #boosterOff(): void {
    this.inspect();
    if (this.#boosterSinceMs !== null) {
      this.boosterOnMs += this.#env.nowMonoMs() - this.#boosterSinceMs;
    }
    this.#boosterSinceMs = null;
  }

  #forget(): void {
    this.#ram.scramble();
    this.#asleep = false;
    this.#clearRegisters();
  }

  #clearRegisters(): void {
    this.#registers.clear();
    this.#planesWritten.clear();
    this.#window = null;
    this.#command = null;
    this.#busyToMs = 0;
  }

  #refuse(what: string): never {
    this.illegal.push(what);
    throw new HardwareError('illegal-input', `UC8179: ${what}`);
  }
}

function hex(code: number): string {
  return code.toString(16).padStart(2, '0');
}
