import type { ButtonName, ControlPanel, LedState } from '../../hardware/control-panel.ts';
import type { Modem, ModemReport } from '../../hardware/modem.ts';
import type { PowerSource } from '../../hardware/power-source.ts';
import type { DutyName } from '../../protocols/scan-code/fields.ts';
import type { Cancel, DeviceEnv } from '../environment.ts';
import { dutyOfButton } from './buttons.ts';

export const cabLimits = {
  modemPeriodMs: 60_000,
  /** How long the lamp says that somebody has scanned. */
  scannedLampMs: 5_000,
  /** How long a unit that is looked for blinks. */
  blinkMs: 10_000,
  /** A change of daylight below this share is not worth a write. */
  lightStepMin: 0.05,
} as const;

/** From this share of daylight down e-ink needs its front light. */
const duskLight = 0.25;

export interface CabParts {
  readonly panel: ControlPanel | null;
  readonly modem: Modem | null;
  readonly power: PowerSource | null;
  readonly env: Pick<DeviceEnv, 'timers' | 'log'>;
  /** What happened, for the outbox. */
  event(name: string, detail: string): void;
  setDuty(duty: DutyName): void;
  nextCode(): void;
  /** Daylight, 0 to 1, for the display's own light. */
  daylight(level: number): void;
  ignition(on: boolean): void;
  /** Temperature or modem may have changed. */
  onReading(): void;
}

/** What the driver of the vehicle presses and sees, and what else the cab can tell. */
export class Cab {
  readonly #parts: CabParts;
  #temperatureC: number | null = null;
  #modemDbm: number | null = null;
  #report: ModemReport | null = null;
  #light: number | null = null;
  #nextAsk: Cancel | null = null;
  #lampOff: Cancel | null = null;
  /** Set while it makes itself known. */
  #blinkOff: Cancel | null = null;
  #steady: { readonly status: LedState; readonly fault: LedState } = {
    status: 'off',
    fault: 'off',
  };
  #shown = '';

  constructor(parts: CabParts) {
    this.#parts = parts;
  }

  /** At the panel, degrees Celsius; null: nobody measures it. */
  get temperatureC(): number | null {
    return this.#temperatureC;
  }

  get ignition(): boolean | null {
    return this.#parts.power?.ignition ?? null;
  }

  get modemDbm(): number | null {
    return this.#modemDbm;
  }

  get hasModem(): boolean {
    return this.#parts.modem !== null;
  }

  /** What the modem last said of itself. */
  get modem(): ModemReport | null {
    return this.#report;
  }

  /** Null: no panel is fitted. */
  get isPanelLinked(): boolean | null {
    return this.#parts.panel?.linked ?? null;
  }

  async start(): Promise<void> {
    const { panel, modem, power, event } = this.#parts;
    panel?.on('button', (name) => this.#pressed(name));
    panel?.on('tamper', (open) => event('tamper', open ? 'open' : 'shut'));
    panel?.on('link', (linked) => event('control-panel', linked ? 'linked' : 'lost'));
    panel?.on('light', (level) => this.#daylight(level));
    panel?.on('temperature', (celsius) => {
      this.#temperatureC = celsius;
      this.#parts.onReading();
    });
    power?.on('ignition', (on) => this.#parts.ignition(on));
    await panel?.start();
    await modem?.start();
    if (modem !== null) this.#askModem(modem);
  }

  async stop(): Promise<void> {
    this.#nextAsk?.();
    this.#lampOff?.();
    this.#blinkOff?.();
    await this.#parts.modem?.stop();
    await this.#parts.panel?.stop();
  }

  /** Lamps: steady while a code stands on the glass, blinking while it only lacks the gateway. */
  show(state: { readonly code: boolean; readonly online: boolean; readonly fault: boolean }): void {
    const { panel } = this.#parts;
    const key = JSON.stringify(state);
    if (panel === null || key === this.#shown) return;
    this.#shown = key;
    const lit = state.online ? 'on' : 'blink';
    this.#steady = { status: state.code ? lit : 'off', fault: state.fault ? 'on' : 'off' };
    if (this.#blinkOff === null) this.#showSteady();
  }

  /** Makes this unit known among many, for a while. False: it has no lamps. */
  blink(): boolean {
    const { panel, env } = this.#parts;
    if (panel === null) return false;
    panel.beep(2);
    panel.led('status', 'blink');
    panel.led('fault', 'blink');
    this.#blinkOff?.();
    this.#blinkOff = env.timers.after(cabLimits.blinkMs, () => {
      this.#blinkOff = null;
      this.#showSteady();
    });
    return true;
  }

  /** Asks the modem now; null: it does not answer, or there is none. */
  async askModemNow(): Promise<ModemReport | null> {
    return (await this.#parts.modem?.report().catch(() => null)) ?? null;
  }

  /** Somebody opened the code: lamp and buzzer, long before e-ink can answer. */
  scanned(): void {
    const { panel, env } = this.#parts;
    if (panel === null) return;
    panel.beep(1);
    panel.led('scanned', 'on');
    this.#lampOff?.();
    this.#lampOff = env.timers.after(cabLimits.scannedLampMs, () => panel.led('scanned', 'off'));
  }

  #showSteady(): void {
    this.#parts.panel?.led('status', this.#steady.status);
    this.#parts.panel?.led('fault', this.#steady.fault);
  }

  #pressed(name: ButtonName): void {
    const { event, setDuty, nextCode } = this.#parts;
    event('button', name);
    const duty = dutyOfButton[name];
    if (duty !== undefined) setDuty(duty);
    if (name === 'next-code') nextCode();
  }

  #daylight(level: number): void {
    const known = this.#light;
    if (known !== null && Math.abs(level - known) < cabLimits.lightStepMin) return;
    this.#light = level;
    const { panel, daylight } = this.#parts;
    const dark = level < duskLight;
    panel?.led('front-light', dark ? 'on' : 'off', dark ? 1 - level / duskLight : 0);
    daylight(level);
  }

  #askModem(modem: Modem): void {
    const { env, onReading } = this.#parts;
    this.#nextAsk = env.timers.after(cabLimits.modemPeriodMs, () => this.#askModem(modem));
    modem.report().then(
      (report) => {
        this.#report = report;
        this.#modemDbm = report.rssiDbm;
        onReading();
      },
      (error: unknown) => {
        this.#report = null;
        this.#modemDbm = null;
        env.log.debug({ error: String(error) }, 'the modem does not answer');
      },
    );
  }
}
