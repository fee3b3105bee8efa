import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  ButtonName,
  ControlPanel,
  ControlPanelEvents,
  LedName,
  LedState,
} from '../control-panel.ts';
import { type Cancel, pause, type Timers } from '../environment.ts';
import { Backoff, SERIAL_BACKOFF } from '../serial/backoff.ts';
import { type InputEvent, InputEvents } from './input-events.ts';
import { PANEL_LIMITS } from './panel-limits.ts';

export interface EvdevSettings {
  /** As `/dev/input/by-path/platform-gpio-keys-event`. */
  readonly input: string;
  /** Key codes of the buttons; default F1 to F7. */
  readonly keys?: Readonly<Record<number, ButtonName>>;
  /** Key code that is down while the ignition is on; default F12. */
  readonly ignitionKey?: number;
  /** Key code that is down while the cover is shut; default F11. */
  readonly tamperKey?: number;
  /** Folders in `/sys/class/leds`; a lamp without one is not there. */
  readonly leds?: Readonly<Partial<Record<LedName | 'buzzer', string>>>;
}

const EV_KEY = 1;
const KEYS: Readonly<Record<number, ButtonName>> = {
  59: 'on-duty',
  60: 'en-route',
  61: 'arrived',
  62: 'working',
  63: 'done',
  64: 'help',
  65: 'next-code',
};
const KEY_F11 = 87;
const KEY_F12 = 88;
const PRESSED = 1;
const RELEASED = 0;

/**
 * Buttons and lamps on the computer's own pins, through the kernel's gpio-keys and gpio-leds. The
 * device is read by a child: a read of our own would hold a thread and keep the process from
 * ending (hardware.md, section 3).
 */
export class EvdevPanel extends EventEmitter<ControlPanelEvents> implements ControlPanel {
  readonly #settings: EvdevSettings;
  readonly #timers: Timers;
  readonly #backoff = new Backoff(SERIAL_BACKOFF);
  #reader: ChildProcess | null = null;
  #retry: Cancel | null = null;
  #running = false;
  #linked = false;
  #beeps: Promise<void> = Promise.resolve();

  constructor(settings: EvdevSettings, timers: Timers) {
    super();
    this.#settings = settings;
    this.#timers = timers;
  }

  get linked(): boolean {
    return this.#linked;
  }

  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#read();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#retry?.();
    this.#retry = null;
    this.#reader?.kill();
    this.#reader = null;
  }

  led(name: LedName, state: LedState, level = 1): void {
    const folder = this.#settings.leds?.[name];
    if (folder === undefined) return;
    const bounded = Math.min(1, Math.max(0, level));
    void this.#drive(folder, state, Math.round(bounded * 255));
  }

  beep(times: number): void {
    const folder = this.#settings.leds?.buzzer;
    if (folder === undefined) return;
    const count = Math.min(PANEL_LIMITS.beepsMax, times);
    this.#beeps = this.#beeps.then(async () => {
      for (let beep = 0; beep < count; beep += 1) {
        await this.#drive(folder, 'on', 255);
        await pause(this.#timers, PANEL_LIMITS.beepMs);
        await this.#drive(folder, 'off', 0);
        await pause(this.#timers, PANEL_LIMITS.beepMs);
      }
    });
  }

  /** A lamp that cannot be written to is dark; nothing else hangs on it. */
  async #drive(folder: string, state: LedState, brightness: number): Promise<void> {
    const trigger = state === 'blink' ? 'timer' : 'none';
    await writeFile(join(folder, 'trigger'), trigger).catch(() => undefined);
    if (state === 'blink') return;
    const value = state === 'off' ? '0' : String(brightness);
    await writeFile(join(folder, 'brightness'), value).catch(() => undefined);
  }

  #read(): void {
    this.#retry = null;
    const events = new InputEvents();
    const reader = spawn('cat', [this.#settings.input], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#reader = reader;
    reader.on('error', () => undefined);
    reader.on('spawn', () => this.#link(true));
    reader.stdout.on('data', (chunk: Buffer) => {
      this.#backoff.reset();
      for (const event of events.push(chunk)) this.#take(event);
    });
    reader.on('close', () => {
      this.#link(false);
      if (!this.#running || this.#reader !== reader) return;
      this.#retry = this.#timers.after(this.#backoff.next(), () => this.#read());
    });
  }

  #take({ type, code, value }: InputEvent): void {
    if (type !== EV_KEY || (value !== PRESSED && value !== RELEASED)) return;
    const down = value === PRESSED;
    const { keys = KEYS, ignitionKey = KEY_F12, tamperKey = KEY_F11 } = this.#settings;
    const button = keys[code];
    if (code === ignitionKey) this.emit('ignition', down);
    else if (code === tamperKey) this.emit('tamper', !down);
    else if (button !== undefined && down) this.emit('button', button);
  }

  #link(linked: boolean): void {
    if (linked === this.#linked) return;
    this.#linked = linked;
    this.emit('link', linked);
  }
}
