import { create, type QRCodeSegment } from 'qrcode';
import type { Bitmap } from '../../hardware/bitmap.ts';
import { linkCharsMax } from '../../protocols/scan-code/link.ts';
import { qrSegments } from '../../protocols/scan-code/segments.ts';
import { ScreenError } from './errors.ts';
import type { Box } from './geometry.ts';
import type { QrContent } from './state.ts';

/** Error correction: M by default, L for distance, Q for glare. Scan code, "Text in the QR". */
export type QrLevel = 'L' | 'M' | 'Q';

/** A square of modules, 1 = dark. */
export interface QrMatrix {
  readonly modules: number;
  readonly dark: Uint8Array;
}

/** Where the dark square stands, without its quiet zone. */
export interface QrPlace {
  readonly x: number;
  readonly y: number;
  readonly modulePx: number;
}

/** Under this a phone at arm's length reads nothing: 0.6 mm on the smallest panel. */
const modulePxMin = 3;

/**
 * The smallest symbol of `level` for three explicit segments: byte, alphanumeric, numeric. Throws
 * ScreenError `code-too-large` for a link that no reader would look at.
 */
export function qrMatrix({ codeHost, digits, link }: QrContent, level: QrLevel): QrMatrix {
  const segments = qrSegments(codeHost, digits).map(
    ({ mode, text }): QRCodeSegment =>
      mode === 'byte' ? { mode, data: Buffer.from(text, 'latin1') } : { mode, data: text },
  );
  if (link.length > linkCharsMax) throw new ScreenError('code-too-large', `${link.length} chars`);
  const { size, data } = create(segments, { errorCorrectionLevel: level }).modules;
  return { modules: size, dark: data };
}

/**
 * Whole pixels a module, as large as the box allows with `quietModules` around; in the middle, the
 * left edge on the nearest multiple of 8. Throws ScreenError `code-too-large`.
 */
export function placeQr(modules: number, box: Box, quietModules: number): QrPlace {
  const side = Math.min(box.width, box.height);
  const modulePx = Math.floor(side / (modules + 2 * quietModules));
  if (modulePx < modulePxMin) throw new ScreenError('code-too-large', `${modules} modules`);
  const sizePx = modules * modulePx;
  const x = Math.round((box.x + (box.width - sizePx) / 2) / 8) * 8;
  const y = box.y + Math.floor((box.height - sizePx) / 2);
  return { x, y, modulePx };
}

/**
 * Draws the modules, dark and light, into `picture`. The quiet zone is the base's white ground: in
 * 1-bit up to seven pixels of it, right of the last module, are written white again.
 */
export function drawQr(picture: Bitmap, { modules, dark }: QrMatrix, place: QrPlace): void {
  const { x, y, modulePx } = place;
  const mono = picture.format === 'mono1';
  const left = mono ? x / 8 : x * 3;
  for (let module = 0; module < modules; module += 1) {
    const marks = dark.subarray(module * modules, (module + 1) * modules);
    const row = mono ? monoRow(marks, modulePx) : colourRow(marks, modulePx);
    const top = y + module * modulePx;
    for (let line = top; line < top + modulePx; line += 1) {
      picture.data.set(row, line * picture.strideBytes + left);
    }
  }
}

/** One row of pixels, 1 = black, padded with white to whole bytes. */
function monoRow(marks: Uint8Array, modulePx: number): Uint8Array {
  const row = new Uint8Array(Math.ceil((marks.length * modulePx) / 8));
  for (let x = 0; x < marks.length * modulePx; x += 1) {
    if (marks[Math.floor(x / modulePx)] === 0) continue;
    row[x >> 3] = (row[x >> 3] ?? 0) | (0x80 >> (x & 7));
  }
  return row;
}

/** One row of pixels, black on white. */
function colourRow(marks: Uint8Array, modulePx: number): Uint8Array {
  const row = new Uint8Array(marks.length * modulePx * 3).fill(255);
  for (const [module, mark] of marks.entries()) {
    if (mark !== 0) row.fill(0, module * modulePx * 3, (module + 1) * modulePx * 3);
  }
  return row;
}
