import type { DisplayCaps } from './display.ts';

const HOUR_MS = 3_600_000;

/** What a panel can do, and what its maker lets us do with it. */
export interface DisplayProfile extends DisplayCaps {
  /** Partial refreshes in a row before a `fast` or `full` one; null: no limit. */
  readonly partialsMax: number | null;
  /** A `full` refresh at least this often; null: never needed. */
  readonly fullEveryMs: number | null;
  /** `fast` and `partial` only from this panel temperature up, in degrees Celsius. */
  readonly quickTemperatureCMin: number;
  /** This near the ends of its range the panel carries no codes: they could not be taken off. */
  readonly temperatureGuardC: number;
}

const LCD = {
  minIntervalMs: { full: 0 },
  refreshMs: { full: 50 },
  temperatureC: [-30, 85],
  persistent: false,
  partialsMax: null,
  fullEveryMs: null,
  quickTemperatureCMin: -30,
  temperatureGuardC: 2,
} as const;

/** 7.5 inch e-ink, UC8179 (hardware.md, sections 1.1 and 1.5). */
const EINK = {
  width: 800,
  height: 480,
  format: 'mono1',
  refreshMs: { full: 5000, fast: 1500, partial: 600 },
  temperatureC: [0, 50],
  persistent: true,
  partialsMax: 5,
  fullEveryMs: 24 * HOUR_MS,
  quickTemperatureCMin: 10,
  temperatureGuardC: 2,
} as const;

const VENDOR_INTERVAL_MS = 180_000;

/** Refresh policy is data: one row per panel. Numbers from hardware.md, section 1.5. */
export const DISPLAY_PROFILES = {
  /** E-ink at the speed of a demonstration: partial from 15 s. */
  'png-eink-demo': { ...EINK, minIntervalMs: { full: 60_000, fast: 30_000, partial: 15_000 } },
  'png-lcd': { ...LCD, width: 1024, height: 600, format: 'rgb24' },
  'web-kiosk': { ...LCD, width: 1280, height: 800, format: 'rgb24' },
  'fb-1024x600': { ...LCD, width: 1024, height: 600, format: 'rgb24' },
  'fb-1280x800': { ...LCD, width: 1280, height: 800, format: 'rgb24' },
  'waveshare-7in5-v2': {
    ...EINK,
    minIntervalMs: { full: VENDOR_INTERVAL_MS, fast: 60_000, partial: 15_000 },
  },
  /** The maker's words to the letter: no refresh of any kind within 180 s of the last. */
  'waveshare-7in5-v2-strict': {
    ...EINK,
    minIntervalMs: {
      full: VENDOR_INTERVAL_MS,
      fast: VENDOR_INTERVAL_MS,
      partial: VENDOR_INTERVAL_MS,
    },
  },
} as const satisfies Record<string, DisplayProfile>;

export type DisplayProfileName = keyof typeof DISPLAY_PROFILES;
