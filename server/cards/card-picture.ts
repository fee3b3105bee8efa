import { type CardDrawing, colours, dotsPerInch, type Mark, mmPerInch } from './card-layout.ts';
import type { Faces } from './faces.ts';
import { pngOf } from './png.ts';
import { fillBox, fillGlyphs, newPicture, type Picture } from './raster.ts';

function dots(mm: number): number {
  return (mm * dotsPerInch) / mmPerInch;
}

function drawMark(picture: Picture, mark: Mark, faces: Faces): void {
  if (mark.kind === 'bar') {
    const { xMm, yMm, widthMm, heightMm } = mark.box;
    const sides = [xMm, yMm, xMm + widthMm, yMm + heightMm].map((mm) => Math.round(dots(mm)));
    fillBox(picture, sides as [number, number, number, number], colours[mark.colour]);
  } else if (mark.kind === 'text') {
    const at = { x: dots(mark.xMm), y: dots(mark.yMm), sizePx: dots(mark.sizeMm) };
    fillGlyphs(picture, faces[mark.weight].place(mark.text), { ...at, rgb: colours[mark.colour] });
  } else {
    const { modules, moduleDots, isDark } = mark.code;
    const [left, top] = [Math.round(dots(mark.xMm)), Math.round(dots(mark.yMm))];
    for (let row = 0; row < modules; row += 1) {
      for (let column = 0; column < modules; column += 1) {
        const [x, y] = [left + column * moduleDots, top + row * moduleDots];
        const colour = isDark(row, column) ? colours.ink : colours.paper;
        fillBox(picture, [x, y, x + moduleDots, y + moduleDots], colour);
      }
    }
  }
}

/** One card as PNG at 300 dots an inch; modules of the code are whole dots. */
export function cardPicture({ widthMm, heightMm, marks }: CardDrawing, faces: Faces): Buffer {
  const picture = newPicture(Math.round(dots(widthMm)), Math.round(dots(heightMm)));
  for (const mark of marks) drawMark(picture, mark, faces);
  return pngOf(picture, dotsPerInch);
}
