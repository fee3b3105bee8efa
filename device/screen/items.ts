import type { FactName } from './facts.ts';
import type { Box } from './geometry.ts';
import type { Alone, BaseItem, LiveItem, TextLook } from './layout.ts';
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

export function text(name: FactName, box: Box, look: TextLook, alone?: Alone): BaseItem {
  return { kind: 'text', text: name, box, look, ...(alone && { alone }) };
}

export function logo(box: Box, alone: Alone): BaseItem {
  return { kind: 'logo', box, when: 'logo', alone };
}

/** Where something stands when no English is said. */
export function alone(box: Box, when: FactName = 'chineseOnly'): Alone {
  return { box, when };
}

export function fill(
  paint: Paint,
  box: Box,
  more: { readonly radius?: number; readonly when?: FactName; readonly alone?: Alone } = {},
): BaseItem {
  return { kind: 'fill', paint, box, ...more };
}

export function live(name: LiveName, box: Box, ground: Paint, look: TextLook): LiveItem {
  return { live: name, box, ground, look };
}
