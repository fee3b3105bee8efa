import type { Bitmap } from '../bitmap.ts';
import type { PageHandlers, RefreshMode } from '../display.ts';

/**
 * The part-specific half of a display. It is only called by one caller at a time, with pictures
 * of the right size, and when the refresh policy allows. Every method may reject with a
 * HardwareError; its code becomes the health of the display.
 */
export interface PanelDriver {
  start(): Promise<void>;
  /** Resolves when `picture` stands on the glass. */
  draw(picture: Bitmap, mode: RefreshMode): Promise<void>;
  light(level: number): Promise<void>;
  /** Takes power from the panel. An LCD goes dark, e-ink keeps its picture. */
  powerOff(): Promise<void>;
  stop(): Promise<void>;
  readonly pageHandlers?: PageHandlers;
}
