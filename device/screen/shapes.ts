import { type MatchShape, matchShapes } from '../../protocols/scan-code/match.ts';

/**
 * The eight match shapes in a square of 100, filled. Each differs in outline, so that nothing
 * hangs on colour; the colours are dark enough for white ground (contrast 4 : 1 and more).
 */
const shapeTable: Readonly<Record<MatchShape, { readonly path: string; readonly colour: string }>> =
  {
    circle: { path: 'M50 4a46 46 0 1 0 .01 0z', colour: '#c81e1e' },
    square: { path: 'M9 9h82v82h-82z', colour: '#1d4ed8' },
    triangle: { path: 'M50 6L97 90H3z', colour: '#15803d' },
    star: {
      path: 'M50 2L61.8 37.8L99.5 38.1L69.1 60.5L80.6 96.5L50 74.6L19.4 96.5L30.9 60.5L.5 38.1L38.2 37.8z',
      colour: '#b45309',
    },
    heart: {
      path: 'M50 94C18 68 3 50 3 31C3 16 14 6 27 6C37 6 45 11 50 20C55 11 63 6 73 6C86 6 97 16 97 31C97 50 82 68 50 94z',
      colour: '#be185d',
    },
    moon: { path: 'M64 4A46 46 0 1 0 96 66A38 38 0 1 1 64 4z', colour: '#6d28d9' },
    cross: { path: 'M34 4H66V34H96V66H66V96H34V66H4V34H34z', colour: '#0f766e' },
    diamond: { path: 'M50 2L90 50L50 98L10 50z', colour: '#7c2d12' },
  };

/** Path and colour of the shape with this index of `matchShapes`. */
export function matchShapeDrawing(index: number): { path: string; colour: string } {
  const shape = matchShapes[index];
  if (shape === undefined) throw new RangeError(`no match shape ${index}`);
  return shapeTable[shape.code];
}
