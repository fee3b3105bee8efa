import { EventEmitter } from 'node:events';
import firmata from 'firmata-io';
import five from 'johnny-five';
import type { BytePort } from '../byte-port.ts';
import {
  BUTTONS,
  type ControlPanel,
  type ControlPanelEvents,
  LEDS,
  type LedName,
  type LedState,
} from '../control-panel.ts';
import type { Cancel, Timers } from '../environment.ts';
import { FirmataTransport } from './firmata-transport.ts';
import { PANEL_LIMITS } from './panel-limits.ts';
import { type PanelWiring, thermistorC } from './wiring.ts';

interface LedWish {
  readonly state: LedState;
  readonly level: number;
}

/** Dimming, `pulse`, `fade` and tones of johnny-five cost a core: only on, off and blink here. */
export class FirmataPanel extends EventEmitter<ControlPanelEvents> implements ControlPanel {
  readonly #transport: FirmataTransport;
  readonly #wiring: PanelWiring;
  readonly #timers: Timers;
  readonly #wishes = new Map<LedName, LedWish>();
  readonly #leds = new Map<LedName, InstanceType<typeof five.Led>>();
  #buzzer: InstanceType<typeof five.Led> | null = null;
  #beepsLeft = 0;
  #beeping: Cancel | null = null;
  #made = false;

  constructor(port: BytePort, wiring: PanelWiring, timers: Timers) {
    super();
    this.#transport = new FirmataTransport(port, timers);
    this.#wiring = wiring;
    this.#timers = timers;
  }

  get linked(): boolean {
    return this.#transport.linked;
  }

  /** The board is handed the line before it opens: of an open one it would never hear `open`. */
  async start(): Promise<void> {
    if (!this.#made) this.#makeBoard();
    await this.#transport.start();
  }

  async stop(): Promise<void> {
    this.#beeping?.();
    this.#beeping = null;
    for (const led of this.#leds.values()) led.stop();
    await this.#transport.stop();
  }

  led(name: LedName, state: LedState, level = 1): void {
    this.#wishes.set(name, { state, level: Math.min(1, Math.max(0, level)) });
    this.#apply(name);
  }

  beep(times: number): void {
    this.#beepsLeft = Math.min(PANEL_LIMITS.beepsMax, this.#beepsLeft + times);
    if (this.#beeping === null) this.#nextBeep();
  }

  #makeBoard(): void {
    this.#made = true;
    this.#transport.on('link', (linked) => this.emit('link', linked));
    const options = { reportVersionTimeout: 200, samplingInterval: PANEL_LIMITS.samplingMs };
    const io = new firmata.Firmata(this.#transport, options);
    const board = new five.Board({ io, repl: false, debug: false, sigint: false });
    board.on('ready', () => {
      this.#transport.introduced();
      this.#fit(board);
    });
    // The line's own events tell of faults; an unheard error would end the process.
    board.on('error', () => undefined);
  }

  #fit(board: InstanceType<typeof five.Board>): void {
    const { buttons, leds, buzzer, ignition, tamper } = this.#wiring;
    for (const name of BUTTONS) {
      this.#watch(board, buttons[name], (closed, first) => {
        if (closed && !first) this.emit('button', name);
      });
    }
    this.#watch(board, ignition, (closed) => this.emit('ignition', closed));
    this.#watch(board, tamper, (closed) => this.emit('tamper', !closed));
    for (const name of LEDS) {
      this.#leds.set(name, new five.Led({ pin: leds[name], board }));
      this.#apply(name);
    }
    this.#buzzer = new five.Led({ pin: buzzer, board });
    this.#sense(board, this.#wiring.lightChannel, (value) => this.emit('light', value / 1023));
    this.#sense(board, this.#wiring.thermistorChannel, (value) => {
      const celsius = thermistorC(value);
      if (celsius !== null) this.emit('temperature', celsius);
    });
  }

  /** johnny-five repeats `open` and `close` at every report of the port: only changes pass. */
  #watch(
    board: InstanceType<typeof five.Board>,
    pin: number,
    changed: (closed: boolean, first: boolean) => void,
  ): void {
    let known: boolean | null = null;
    const heard = (closed: boolean): void => {
      if (closed === known) return;
      const first = known === null;
      known = closed;
      changed(closed, first);
    };
    const part = new five.Switch({ pin, board, type: 'NO' });
    part.on('close', () => heard(true));
    part.on('open', () => heard(false));
  }

  #sense(board: InstanceType<typeof five.Board>, pin: string, told: (value: number) => void): void {
    const sensor = new five.Sensor({ pin, board, freq: PANEL_LIMITS.sensorMs });
    sensor.on('data', () => {
      if (this.linked) told(sensor.value);
    });
  }

  #apply(name: LedName): void {
    const led = this.#leds.get(name);
    const wish = this.#wishes.get(name);
    if (led === undefined || wish === undefined) return;
    led.stop();
    if (wish.state === 'blink') led.blink(PANEL_LIMITS.blinkMs);
    else if (wish.state === 'off') led.off();
    else if (name === 'front-light') led.brightness(Math.round(wish.level * 255));
    else led.on();
  }

  #nextBeep(): void {
    this.#beeping = null;
    if (this.#beepsLeft === 0) return;
    this.#beepsLeft -= 1;
    this.#buzzer?.on();
    this.#beeping = this.#timers.after(PANEL_LIMITS.beepMs, () => {
      this.#buzzer?.off();
      this.#beeping = this.#timers.after(PANEL_LIMITS.beepMs, () => this.#nextBeep());
    });
  }
}
