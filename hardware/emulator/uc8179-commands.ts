import { type PanelBatch, UC8179 } from '../epd/uc8179-tables.ts';

/** How many data bytes a command takes; `plane`: as many as the window or the screen holds. */
export type DataRule = number | 'plane';

const COMMON: readonly (readonly [number, DataRule])[] = [
  [UC8179.panelSetting, 1],
  [UC8179.powerSetting, 4],
  [UC8179.powerOff, 0],
  [UC8179.powerOn, 0],
  [UC8179.boosterSoftStart, 4],
  [UC8179.deepSleep, 1],
  [UC8179.oldPlane, 'plane'],
  [UC8179.refresh, 0],
  [UC8179.newPlane, 'plane'],
  [UC8179.dualSpi, 1],
  [UC8179.lutVcom, 42],
  [UC8179.lutWhiteWhite, 42],
  [UC8179.lutBlackWhite, 42],
  [UC8179.lutWhiteBlack, 42],
  [UC8179.lutBlackBlack, 42],
  [UC8179.lutBorder, 42],
  [UC8179.temperatureSensor, 1],
  [UC8179.dataInterval, 2],
  [UC8179.gateSourceNonOverlap, 1],
  [UC8179.resolution, 4],
  [UC8179.partialWindow, 9],
  [UC8179.partialIn, 0],
  [UC8179.partialOut, 0],
];

/** Only panels since 2023 keep waveforms that these two can call up. */
const SINCE_2023: readonly (readonly [number, DataRule])[] = [
  [UC8179.cascade, 1],
  [UC8179.forceTemperature, 1],
];

export const UC8179_DATA: Readonly<Record<PanelBatch, ReadonlyMap<number, DataRule>>> = {
  'since-2023': new Map([...COMMON, ...SINCE_2023]),
  'before-2023': new Map(COMMON),
};

/** What has to be set between reset and a refresh, or the picture is left to chance. */
export const UC8179_NEEDED: readonly number[] = [
  UC8179.panelSetting,
  UC8179.powerSetting,
  UC8179.boosterSoftStart,
  UC8179.dataInterval,
  UC8179.resolution,
];

export const UC8179_WAVEFORMS: readonly number[] = [
  UC8179.lutVcom,
  UC8179.lutWhiteWhite,
  UC8179.lutBlackWhite,
  UC8179.lutWhiteBlack,
  UC8179.lutBlackBlack,
  UC8179.lutBorder,
];

/** Measured by the author of GxEPD2 (hardware.md, section 1.1), in ms. */
export const UC8179_TIMES_MS = {
  'since-2023': { powerOn: 129, powerOff: 40, full: 4100, fast: 1170, partial: 435 },
  'before-2023': { powerOn: 129, powerOff: 40, full: 4100, fast: 4100, partial: 1580 },
} as const;
