import type { FactName } from './facts.ts';
import type { Box } from './geometry.ts';
import type { BaseItem, LiveItem, TextLook } from './layout.ts';
import type { LiveName } from './live.ts';
import type { Paint } from './paints.ts';

/** Short forms for the tables of the layouts. */
type LookMore = Partial<Pick<TextLook, 'sizePxMin' | 'align' | 'lines'>>;

export function bold(sizePx: number, paint: Paint, more: LookMore = {}): TextLook {
  return { sizePx, weight: 'bold', paint, ...more };
}

export function medium(sizePx: number, paint: Paint, more: LookMore = {}): TextLook {
  return { sizePx, weight: 'medium', paint, ...more };
}

export function text(name: FactName, box: Box, look: TextLook): BaseItem {
  return { kind: 'text', text: name, box, look };
}

export function fill(
  paint: Paint,
  box: Box,
  more: { readonly radius?: number; readonly when?: FactName } = {},
): BaseItem {
  return { kind: 'fill', paint, box, ...more };
}

export function live(name: LiveName, box: Box, ground: Paint, look: TextLook): LiveItem {
  return { live: name, box, ground, look };
}
