import { html } from 'ghtml';
import { type MatchShape, matchShapes } from '../../../protocols/scan-code/match.ts';
import type { PageKind } from '../../scan-page/view.ts';
import type { ScanMessageKey } from './messages.ts';

/** Outlines of the eight shapes in a square of 100. Each differs in outline, not in colour. */
const shapePaths: Readonly<Record<MatchShape, string>> = {
  circle: 'M50 8a42 42 0 1 0 0 84a42 42 0 1 0 0-84z',
  square: 'M12 12h76v76h-76z',
  triangle: 'M50 10L94 88H6z',
  star: 'M50 5L61.8 37.8L96.6 38.9L69 60.2L78.8 93.6L50 74L21.2 93.6L31 60.2L3.4 38.9L38.2 37.8z',
  heart: 'M50 90C10 62 5 42 5 32A22.5 22.5 0 0 1 50 26A22.5 22.5 0 0 1 95 32C95 42 90 62 50 90z',
  moon: 'M64 8A43 43 0 1 0 92 66A35 35 0 1 1 64 8z',
  cross: 'M36 8h28v28h28v28h-28v28h-28v-28h-28v-28h28z',
  diamond: 'M50 5L90 50L50 95L10 50z',
};

const shapeNames: Readonly<Record<MatchShape, ScanMessageKey>> = {
  circle: 'shapeCircle',
  square: 'shapeSquare',
  triangle: 'shapeTriangle',
  star: 'shapeStar',
  heart: 'shapeHeart',
  moon: 'shapeMoon',
  cross: 'shapeCross',
  diamond: 'shapeDiamond',
};

/** The message that names a shape; shape 0 stands in for an index out of range. */
export function shapeName(shape: number): ScanMessageKey {
  return shapeNames[(matchShapes[shape] ?? matchShapes[0]).code];
}

/** The shape with its name as the text alternative. */
export function shapeDrawing(shape: number, name: string): string {
  const { code } = matchShapes[shape] ?? matchShapes[0];
  return html`<svg class="shape" viewBox="0 0 100 100" role="img" aria-label="${name}"
    ><path d="${shapePaths[code]}"/></svg>`;
}

/** Icons of the verdict bands, in a square of 24, drawn as strokes. */
export const bandIcons: Readonly<Record<PageKind | 'mismatch', string>> = {
  present: 'M4 12.5l5.5 5.5L20 6.5',
  rescan: 'M20 12a8 8 0 1 1-2.5-5.8M20 3v5h-5',
  'view-only':
    'M2 12s3.5-6.5 10-6.5S22 12 22 12s-3.5 6.5-10 6.5S2 12 2 12zM12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5z',
  offline:
    'M3 3l18 18M8.5 15.5a5 5 0 0 1 6 0M5 12a10 10 0 0 1 5-2.7M14.5 9.5A10 10 0 0 1 19 12M12 19h.01',
  stale: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 7v5.5l3.5 2',
  early: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM12 7v5.5l-3.5 2',
  revoked: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18zM5.8 5.8l12.4 12.4',
  mismatch: 'M12 3.5L22 20.5H2zM12 10v4.5M12 17.5h.01',
  static: 'M4 5h16v14H4zM8 10h5M8 14h8M16.5 9.5h.01',
};
