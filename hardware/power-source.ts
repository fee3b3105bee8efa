import { EventEmitter } from 'node:events';
import type { ControlPanel } from './control-panel.ts';
import type { Cancel, Timers } from './environment.ts';

export interface PowerEvents {
  /** True: ignition on. After settling, only on change; the first word is told as well. */
  ignition: [boolean];
}

/** The vehicle's supply as far as the agent can know it. */
export interface PowerSource {
  /** Null: nothing known; a kiosk is always on. */
  readonly ignition: boolean | null;
  /** How long the unit runs on its own once the ignition is off, in ms. */
  readonly holdUpMs: number;
  on<Name extends keyof PowerEvents>(
    name: Name,
    listener: (...values: PowerEvents[Name]) => void,
  ): unknown;
}

/** Starting the engine drops the line for a moment: off counts only when it stays off. */
export const IGNITION_SETTLE_MS = 1000;

/** Ignition as the control panel's switch tells it. */
export class PanelPower extends EventEmitter<PowerEvents> implements PowerSource {
  readonly holdUpMs: number;
  readonly #timers: Timers;
  #ignition: boolean | null = null;
  #settling: Cancel | null = null;

  constructor(panel: ControlPanel, holdUpMs: number, timers: Timers) {
    super();
    this.holdUpMs = holdUpMs;
    this.#timers = timers;
    panel.on('ignition', (on) => this.#heard(on));
  }

  get ignition(): boolean | null {
    return this.#ignition;
  }

  #heard(on: boolean): void {
    this.#settling?.();
    this.#settling = null;
    if (on) this.#settle(true);
    else this.#settling = this.#timers.after(IGNITION_SETTLE_MS, () => this.#settle(false));
  }

  #settle(on: boolean): void {
    if (on === this.#ignition) return;
    this.#ignition = on;
    this.emit('ignition', on);
  }
}
