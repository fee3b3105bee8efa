import type { Bitmap } from '../../hardware/bitmap.ts';
import type { FactName } from './facts.ts';
import type { Weight } from './fonts.ts';
import type { Box } from './geometry.ts';
import type { LiveName } from './live.ts';
import type { Paint } from './paints.ts';
import type { View } from './state.ts';

/** How a text looks in its box; it stands in the middle of the box's height. */
export interface TextLook {
  readonly sizePx: number;
  /** Default: `sizePx`, the text is cut rather than shrunk. */
  readonly sizePxMin?: number;
  readonly weight: Weight;
  readonly paint: Paint;
  /** Default: left. */
  readonly align?: 'left' | 'center' | 'right';
  /** Most lines; default 1. */
  readonly lines?: number;
}

/** Where an item stands while that fact is said: the room of what is left out then is its own. */
export interface Alone {
  readonly box: Box;
  readonly when: FactName;
}

/** Rasterised once into the base. Items without their text, or with `when` null, are left out. */
export type BaseItem =
  | {
      readonly kind: 'fill';
      readonly box: Box;
      readonly paint: Paint;
      readonly radius?: number;
      readonly when?: FactName;
      readonly alone?: Alone;
    }
  | {
      readonly kind: 'text';
      readonly box: Box;
      readonly text: FactName;
      readonly look: TextLook;
      readonly when?: FactName;
      readonly alone?: Alone;
    }
  /** Copied over what is drawn before it, as large as its box allows, on white. */
  | { readonly kind: 'logo'; readonly box: Box; readonly when: 'logo'; readonly alone?: Alone }
  | { readonly kind: 'notice-icon'; readonly box: Box; readonly paint: Paint };

/**
 * Copied into every frame as a strip over `ground`. In 1-bit its left edge and width are whole
 * bytes.
 */
export interface LiveItem {
  readonly live: LiveName;
  readonly box: Box;
  readonly ground: Paint;
  readonly look: TextLook;
}

/** One panel size, all roles: the role changes words and colours, not places. */
export interface Layout {
  readonly format: Bitmap['format'];
  readonly width: number;
  readonly height: number;
  /** The QR stands in the middle of `box`, with at least this many light modules around it. */
  readonly qr: { readonly box: Box; readonly quietModules: number };
  readonly base: Readonly<Record<View, readonly BaseItem[]>>;
  readonly live: Readonly<Record<View, readonly LiveItem[]>>;
}

/** Goes up with every change of what stands where; a `shown` record names it. */
export const layoutVersion = 2;
