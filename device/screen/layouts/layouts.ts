import type { Bitmap } from '../../../hardware/bitmap.ts';
import { ScreenError } from '../errors.ts';
import type { Layout } from '../layout.ts';
import { eink800x480 } from './eink-800x480.ts';
import { kiosk1280x800 } from './kiosk-1280x800.ts';
import { lcd1024x600 } from './lcd-1024x600.ts';

/** Every panel there is a layout for. */
export const layouts: readonly Layout[] = [eink800x480, lcd1024x600, kiosk1280x800];

/** The layout of a panel. Throws ScreenError `unknown-panel`. */
export function layoutOf(panel: {
  readonly width: number;
  readonly height: number;
  readonly format: Bitmap['format'];
}): Layout {
  const { width, height, format } = panel;
  const found = layouts.find(
    (layout) => layout.width === width && layout.height === height && layout.format === format,
  );
  if (found === undefined) throw new ScreenError('unknown-panel', `${width}x${height} ${format}`);
  return found;
}
