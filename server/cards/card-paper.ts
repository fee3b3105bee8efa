import PdfDocument from 'pdfkit';
import { type CardDrawing, type Colour, codeSideMm, colours, type Mark } from './card-layout.ts';
import { faceFiles } from './faces.ts';

const pointsPerMm = 72 / 25.4;
const sheetMm = { width: 210, height: 297 };
/** Marks show where to cut, outside of the cards. */
const cropMm = { from: 1.5, to: 6, line: 0.15 };

const pt = (mm: number) => mm * pointsPerMm;
const rgb = (colour: Colour) => [...colours[colour]] as [number, number, number];

export interface PaperFacts {
  readonly title: string;
  readonly madeAtMs: number;
}

function drawMark(paper: PDFKit.PDFDocument, mark: Mark, xMm: number, yMm: number): void {
  if (mark.kind === 'bar') {
    const { box } = mark;
    paper.rect(pt(xMm + box.xMm), pt(yMm + box.yMm), pt(box.widthMm), pt(box.heightMm));
    paper.fill(rgb(mark.colour));
  } else if (mark.kind === 'text') {
    paper.font(mark.weight).fontSize(pt(mark.sizeMm)).fillColor(rgb(mark.colour));
    const place = { lineBreak: false, baseline: 'alphabetic' } as const;
    paper.text(mark.text, pt(xMm + mark.xMm), pt(yMm + mark.yMm), place);
  } else {
    const { modules, isDark } = mark.code;
    const sideMm = codeSideMm(mark.code);
    const moduleMm = sideMm / modules;
    paper.rect(pt(xMm + mark.xMm), pt(yMm + mark.yMm), pt(sideMm), pt(sideMm)).fill('#ffffff');
    // One path for all modules: neighbours then join without hairlines.
    for (let row = 0; row < modules; row += 1) {
      for (let column = 0; column < modules; column += 1) {
        if (!isDark(row, column)) continue;
        const [left, top] = [mark.xMm + column * moduleMm, mark.yMm + row * moduleMm];
        paper.rect(pt(xMm + left), pt(yMm + top), pt(moduleMm), pt(moduleMm));
      }
    }
    paper.fill(rgb('ink'));
  }
}

/** How many cards of a size stand on A4, and where the first one does. */
function gridOf({ widthMm, heightMm }: CardDrawing) {
  const columns = Math.floor((sheetMm.width - 2 * cropMm.to) / widthMm);
  const rows = Math.floor((sheetMm.height - 2 * cropMm.to) / heightMm);
  const leftMm = (sheetMm.width - columns * widthMm) / 2;
  const topMm = (sheetMm.height - rows * heightMm) / 2;
  return { columns, rows, leftMm, topMm };
}

function cropMarks(paper: PDFKit.PDFDocument, size: CardDrawing): void {
  const { columns, rows, leftMm, topMm } = gridOf(size);
  const [rightMm, bottomMm] = [leftMm + columns * size.widthMm, topMm + rows * size.heightMm];
  const line = (x0: number, y0: number, x1: number, y1: number) =>
    paper.moveTo(pt(x0), pt(y0)).lineTo(pt(x1), pt(y1));
  for (let column = 0; column <= columns; column += 1) {
    const x = leftMm + column * size.widthMm;
    line(x, topMm - cropMm.to, x, topMm - cropMm.from);
    line(x, bottomMm + cropMm.from, x, bottomMm + cropMm.to);
  }
  for (let row = 0; row <= rows; row += 1) {
    const y = topMm + row * size.heightMm;
    line(leftMm - cropMm.to, y, leftMm - cropMm.from, y);
    line(rightMm + cropMm.from, y, rightMm + cropMm.to, y);
  }
  paper.lineWidth(pt(cropMm.line)).stroke('#000000');
}

function newPaper({ title, madeAtMs }: PaperFacts): PDFKit.PDFDocument {
  const info = { Title: title, Creator: 'Xinlu', CreationDate: new Date(madeAtMs) };
  const paper = new PdfDocument({ autoFirstPage: false, margin: 0, info, lang: 'zh-CN' });
  paper.registerFont('medium', faceFiles.medium);
  paper.registerFont('bold', faceFiles.bold);
  return paper;
}

async function bytesOf(paper: PDFKit.PDFDocument): Promise<Buffer> {
  const chunks: Buffer[] = [];
  paper.end();
  for await (const chunk of paper) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Each card on a page of its own size. */
export function singlePaper(cards: readonly CardDrawing[], facts: PaperFacts): Promise<Buffer> {
  const paper = newPaper(facts);
  for (const { widthMm, heightMm, marks } of cards) {
    paper.addPage({ size: [pt(widthMm), pt(heightMm)], margin: 0 });
    for (const mark of marks) drawMark(paper, mark, 0, 0);
  }
  return bytesOf(paper);
}

/** Cards on A4 with crop marks, those of one size together. */
export function sheetPaper(cards: readonly CardDrawing[], facts: PaperFacts): Promise<Buffer> {
  const paper = newPaper(facts);
  for (const widthMm of new Set(cards.map((card) => card.widthMm))) {
    const ofSize = cards.filter((card) => card.widthMm === widthMm);
    const [first] = ofSize;
    if (first === undefined) continue;
    const { columns, rows, leftMm, topMm } = gridOf(first);
    for (const [index, card] of ofSize.entries()) {
      const place = index % (columns * rows);
      if (place === 0) {
        paper.addPage({ size: 'A4', margin: 0 });
        cropMarks(paper, first);
      }
      const xMm = leftMm + (place % columns) * card.widthMm;
      const yMm = topMm + Math.floor(place / columns) * card.heightMm;
      for (const mark of card.marks) drawMark(paper, mark, xMm, yMm);
    }
  }
  return bytesOf(paper);
}
