import type { RefreshMode } from '../display.ts';

/** Command codes of the UC8179 and of the GD7965, which takes the same ones. */
export const UC8179 = {
  panelSetting: 0x00,
  powerSetting: 0x01,
  powerOff: 0x02,
  powerOn: 0x04,
  boosterSoftStart: 0x06,
  deepSleep: 0x07,
  oldPlane: 0x10,
  refresh: 0x12,
  newPlane: 0x13,
  dualSpi: 0x15,
  lutVcom: 0x20,
  lutWhiteWhite: 0x21,
  lutBlackWhite: 0x22,
  lutWhiteBlack: 0x23,
  lutBlackBlack: 0x24,
  lutBorder: 0x25,
  temperatureSensor: 0x41,
  dataInterval: 0x50,
  gateSourceNonOverlap: 0x60,
  resolution: 0x61,
  partialWindow: 0x90,
  partialIn: 0x91,
  partialOut: 0x92,
  cascade: 0xe0,
  forceTemperature: 0xe5,
} as const;

/** A command with its data bytes. */
export type Step = readonly [code: number, ...data: number[]];

/** Panels sold before about September 2023 know no fast waveforms in their memory. */
export type PanelBatch = 'since-2023' | 'before-2023';

const GEOMETRY: readonly Step[] = [
  [UC8179.resolution, 0x03, 0x20, 0x01, 0xe0],
  [UC8179.dualSpi, 0x00],
  // RAM 0 = white, 1 = black, as in our bitmaps.
  [UC8179.dataInterval, 0x10, 0x07],
  [UC8179.gateSourceNonOverlap, 0x22],
];

const SUPPLY: Step = [UC8179.powerSetting, 0x07, 0x07, 0x3f, 0x3f];
const STRONG_BOOSTER: Step = [UC8179.boosterSoftStart, 0x17, 0x17, 0x28, 0x17];
const QUICK_BOOSTER: Step = [UC8179.boosterSoftStart, 0x27, 0x27, 0x18, 0x17];
const LUT_FROM_MEMORY: Step = [UC8179.panelSetting, 0x1f];
const LUT_FROM_REGISTERS: Step = [UC8179.panelSetting, 0x3f];
const POWER_ON: Step = [UC8179.powerOn];

/** One waveform: 30 frames against, 30 frames towards the colour, so that no charge stays. */
function waveform(code: number, levels: number): Step {
  const phases = [levels, 30, 5, 30, 5, 1];
  return [code, ...phases, ...new Array<number>(42 - phases.length).fill(0)];
}

const PARTIAL_WAVEFORMS: readonly Step[] = [
  waveform(UC8179.lutVcom, 0x00),
  waveform(UC8179.lutWhiteWhite, 0x00),
  waveform(UC8179.lutBlackWhite, 0x48),
  waveform(UC8179.lutWhiteBlack, 0x84),
  waveform(UC8179.lutBlackBlack, 0x00),
  waveform(UC8179.lutBorder, 0x00),
];

const FULL: readonly Step[] = [STRONG_BOOSTER, SUPPLY, POWER_ON, LUT_FROM_MEMORY, ...GEOMETRY];

/** The waveform is chosen by telling the panel a temperature that its memory keeps for it. */
function quick(temperature: number): readonly Step[] {
  return [
    LUT_FROM_MEMORY,
    SUPPLY,
    POWER_ON,
    QUICK_BOOSTER,
    [UC8179.cascade, 0x02],
    [UC8179.forceTemperature, temperature],
    ...GEOMETRY,
  ];
}

/** From reset to ready for the planes (hardware.md, section 1.1). */
export const UC8179_INIT: Readonly<Record<PanelBatch, Record<RefreshMode, readonly Step[]>>> = {
  'since-2023': { full: FULL, fast: quick(0x5a), partial: quick(0x6e) },
  'before-2023': {
    full: FULL,
    fast: FULL,
    partial: [
      STRONG_BOOSTER,
      SUPPLY,
      POWER_ON,
      LUT_FROM_REGISTERS,
      ...GEOMETRY,
      ...PARTIAL_WAVEFORMS,
    ],
  },
};
