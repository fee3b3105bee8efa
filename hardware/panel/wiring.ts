import type { ButtonName, LedName } from '../control-panel.ts';

/**
 * Pins of the control panel's board, an Arduino Nano. Not an Uno: johnny-five knows one by its 20
 * pins and silently takes 14 to 19 for the analog channels 0 to 5.
 */
export interface PanelWiring {
  /** Each button closes its pin to ground. */
  readonly buttons: Readonly<Record<ButtonName, number>>;
  readonly leds: Readonly<Record<LedName, number>>;
  /** An active buzzer: sound without a tone generator. */
  readonly buzzer: number;
  /** Closed to ground while the ignition is on, through an optocoupler. */
  readonly ignition: number;
  /** Closed to ground while the cover is shut. */
  readonly tamper: number;
  /** Photo resistor to supply, resistor to ground: bright is high. */
  readonly lightChannel: string;
  /** 10 kilohm to supply, thermistor of 10 kilohm and B = 3950 to ground. */
  readonly thermistorChannel: string;
}

export const PANEL_WIRING: PanelWiring = {
  buttons: {
    'on-duty': 2,
    'en-route': 3,
    arrived: 4,
    working: 5,
    done: 6,
    help: 7,
    'next-code': 8,
  },
  leds: { 'front-light': 9, status: 10, fault: 11, scanned: 17 },
  buzzer: 13,
  ignition: 16,
  tamper: 12,
  lightChannel: 'A0',
  thermistorChannel: 'A1',
};

const ADC_MAX = 1023;
const KELVIN_AT_0_C = 273.15;
const KELVIN_AT_25_C = 298.15;
const THERMISTOR_B = 3950;

/** Degrees Celsius of the thermistor; null when it is torn off or short. */
export function thermistorC(reading: number): number | null {
  if (reading <= 0 || reading >= ADC_MAX) return null;
  const ratio = reading / (ADC_MAX - reading);
  return 1 / (1 / KELVIN_AT_25_C + Math.log(ratio) / THERMISTOR_B) - KELVIN_AT_0_C;
}

/** The reading of a thermistor at `celsius`. */
export function thermistorReading(celsius: number): number {
  const kelvin = celsius + KELVIN_AT_0_C;
  const ratio = Math.exp(THERMISTOR_B * (1 / kelvin - 1 / KELVIN_AT_25_C));
  return Math.round((ADC_MAX * ratio) / (1 + ratio));
}
