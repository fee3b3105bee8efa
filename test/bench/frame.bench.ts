import { blit, copyOf } from '../../device/screen/blit.ts';
import { type Fonts, loadFonts } from '../../device/screen/fonts.ts';
import type { Layout } from '../../device/screen/layout.ts';
import { layouts } from '../../device/screen/layouts/layouts.ts';
import { FramePainter } from '../../device/screen/painter.ts';
import { drawQr, placeQr, qrMatrix } from '../../device/screen/qr.ts';
import { decodeFrame, prepareSelfDecoder } from '../../device/screen/self-decoder.ts';
import { type Bitmap, blankBitmap } from '../../hardware/bitmap.ts';
import { codeAt, issuedAt, stateOf } from '../device/screen/states.ts';
import { type BenchRow, inTurns, row } from './row.ts';

/** Codes shown in turn; their words are on strips after the first time. */
const codes = 20;
/** One frame a turn, many turns: a median that other work on the machine does not move. */
const rounds = 400;
const slowRounds = 7;

/** The state with a code of its own, signed here and now. */
function stateAt(second: number) {
  const validUntilMs = (second + 30) * 1000;
  return stateOf('patrol-car', { code: codeAt(second), validUntilMs });
}

/**
 * A new code on the glass: signing, QR, composing from the cached base; against the same work done
 * bare, against rasterising everything afresh, and beside the self-decode of the frame.
 */
export async function benchFrame(): Promise<BenchRow[]> {
  const fonts = await loadFonts();
  await prepareSelfDecoder();
  const rows: BenchRow[] = [];
  for (const layout of layouts) rows.push(...(await benchLayout(layout, fonts)));
  return rows;
}

async function benchLayout(layout: Layout, fonts: Fonts): Promise<BenchRow[]> {
  const { width, height, format } = layout;
  const name = `frame ${width}x${height} ${format}`;
  const painter = new FramePainter(layout, fonts, 'M');
  for (let turn = 0; turn < codes; turn += 1) await painter.paint(stateAt(issuedAt + turn));
  const { picture: base } = await painter.paint(stateAt(issuedAt));
  const strips = layout.live.unit.map(({ box }) => blankBitmap(format, box.width, box.height));

  let composed = 0;
  let bare = 0;
  const [frameMs, bareMs] = await inTurns(
    rounds,
    () => painter.paint(stateAt(issuedAt + (composed++ % codes))),
    () => drawBare(layout, base, strips, issuedAt + (bare++ % codes)),
  );
  const [rasterMs, decodeMs] = await inTurns(
    slowRounds,
    () => new FramePainter(layout, fonts, 'M').paint(stateAt(issuedAt)),
    () => decodeFrame(base),
  );
  return [
    row(name, 'ms', frameMs, ['sign + QR + blit apart', bareMs], { atMost: 1.2 }),
    row(`${name}, rasterised afresh`, 'ms', rasterMs, ['a composed frame', frameMs], null),
    row(`${name}, self-decode`, 'ms', decodeMs, ['a composed frame', frameMs], null),
  ];
}

/** The limit: nothing but the signature, the matrix, one copy of the base and the blits. */
function drawBare(layout: Layout, base: Bitmap, strips: readonly Bitmap[], second: number): void {
  const { code } = stateAt(second);
  if (code === null) throw new Error('the bench needs a code');
  const matrix = qrMatrix(code, 'M');
  const picture = copyOf(base);
  drawQr(picture, matrix, placeQr(matrix.modules, layout.qr.box, layout.qr.quietModules));
  for (const [index, item] of layout.live.unit.entries()) {
    const strip = strips[index];
    if (strip !== undefined) blit(picture, strip, item.box.x, item.box.y);
  }
}
