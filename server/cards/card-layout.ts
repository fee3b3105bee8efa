import { create, type QRCodeSegment } from 'qrcode';
import { codeDigitsOf } from '../../protocols/scan-code/code.ts';
import { kinds } from '../../protocols/scan-code/fields.ts';
import type { CodeHost } from '../../protocols/scan-code/link.ts';
import { qrSegments } from '../../protocols/scan-code/segments.ts';
import { chinaDayOf } from '../calendar/china-day.ts';
import { bothOf, type CardMessageKey, cardMessages } from '../web/cards/card-messages.ts';
import type { CardPrint } from './card-table.ts';
import type { Faces, Weight } from './faces.ts';
import type { CardSubject } from './subjects.ts';

/** Everything is measured in millimetres from the upper left corner of the card. */
export type Mark =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly xMm: number;
      /** Base line. */
      readonly yMm: number;
      readonly sizeMm: number;
      readonly weight: Weight;
      readonly colour: Colour;
    }
  | { readonly kind: 'bar'; readonly box: Box; readonly colour: Colour }
  | { readonly kind: 'code'; readonly xMm: number; readonly yMm: number; readonly code: CodeGrid };

export interface Box {
  readonly xMm: number;
  readonly yMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
}
export type Colour = 'ink' | 'paper' | 'band' | 'quiet';
/** Red, green, blue. */
export const colours: Readonly<Record<Colour, readonly [number, number, number]>> = {
  ink: [17, 17, 17],
  paper: [255, 255, 255],
  band: [11, 61, 92],
  quiet: [85, 85, 85],
};

/** Dots an inch of pictures; modules of the code are whole dots of it. */
export const dotsPerInch = 300;
export const mmPerInch = 25.4;

export interface CodeGrid {
  readonly modules: number;
  readonly moduleDots: number;
  isDark(row: number, column: number): boolean;
}

export interface CardDrawing {
  readonly widthMm: number;
  readonly heightMm: number;
  readonly marks: readonly Mark[];
}

/** Light modules around the code. ISO/IEC 18004. */
const quietModules = 4;
/** A card is scratched: a quarter of the code may be unreadable. */
const level = 'Q';
const smallestMm = 1.8;

function gridOf(code: Buffer, host: CodeHost, moduleDots: number): CodeGrid {
  const segments = qrSegments(host, codeDigitsOf(code)).map(
    ({ mode, text }): QRCodeSegment =>
      mode === 'byte' ? { mode, data: Buffer.from(text, 'latin1') } : { mode, data: text },
  );
  const { modules } = create(segments, { errorCorrectionLevel: level });
  const { size } = modules;
  return {
    modules: size + 2 * quietModules,
    moduleDots,
    isDark: (row, column) => {
      const [r, c] = [row - quietModules, column - quietModules];
      return r >= 0 && c >= 0 && r < size && c < size && modules.get(r, c) !== 0;
    },
  };
}

/** Side of a code with its quiet zone. */
export function codeSideMm({ modules, moduleDots }: CodeGrid): number {
  return (modules * moduleDots * mmPerInch) / dotsPerInch;
}

interface Line {
  readonly text: string;
  readonly yMm: number;
  readonly sizeMm: number;
  readonly weight?: Weight;
  readonly colour?: Colour;
}

/** A line that fits: smaller first, then cut. */
function fitted(faces: Faces, line: Line, xMm: number, widthMm: number): Mark {
  const { weight = 'medium', colour = 'ink', yMm } = line;
  const face = faces[weight];
  let text = face.drawable(line.text);
  const wantedMm = face.widthEm(text) * line.sizeMm;
  const sizeMm = Math.max(Math.min(line.sizeMm, (line.sizeMm * widthMm) / wantedMm), smallestMm);
  while (face.widthEm(text) * sizeMm > widthMm + 0.01 && text.length > 1) {
    text = `${text.replace(/…$/, '').slice(0, -1)}…`;
  }
  return { kind: 'text', text, xMm, yMm, sizeMm, weight, colour };
}

function centred(faces: Faces, line: Line, xMm: number, widthMm: number): Mark {
  const mark = fitted(faces, line, xMm, widthMm);
  if (mark.kind !== 'text') return mark;
  const ownMm = faces[mark.weight].widthEm(mark.text) * mark.sizeMm;
  return { ...mark, xMm: xMm + (widthMm - ownMm) / 2 };
}

/** A line for each fact that is there. */
function facts(subject: CardSubject, print: CardPrint) {
  const { organisation, hotline, person, vehicle } = subject;
  const role: CardMessageKey | undefined =
    person?.role ?? (vehicle?.role === 'kiosk' ? undefined : vehicle?.role);
  const pair = (key: CardMessageKey, value = '') => (value === '' ? '' : `${bothOf(key)} ${value}`);
  return {
    organisation: organisation.nameZh,
    organisationEn: organisation.nameEn,
    name: person?.nameZh ?? vehicle?.plate ?? '',
    nameEn: person?.nameEn ?? '',
    role: role === undefined ? '' : bothOf(role),
    badge: pair('badge', person?.badgeNumber),
    qualification: person?.qualificationZh ?? organisation.qualificationZh,
    qualificationEn: person?.qualificationEn ?? organisation.qualificationEn,
    hotline: pair('hotline', hotline),
    // The first of the print's name tells two cards of one person apart.
    number: `${bothOf('number')} ${subject.subjectNumber}-${print.printId.slice(0, 6).toUpperCase()}`,
    printed: `${bothOf('printed')} ${chinaDayOf(print.printedAtMs)}`,
    sample: print.sample === 1 ? `${cardMessages.sample.zh} ${cardMessages.sample.en}` : '',
  };
}

const personSize = { widthMm: 85.6, heightMm: 53.98 };
const vehicleSize = { widthMm: 90, heightMm: 130 };

function personCard(all: ReturnType<typeof facts>, code: CodeGrid, faces: Faces): CardDrawing {
  const { widthMm } = personSize;
  const codeMm = codeSideMm(code);
  const codeXMm = widthMm - codeMm - 1;
  const leftMm = 4;
  const textMm = codeXMm - leftMm - 0.5;
  const lines: readonly Line[] = [
    { text: all.name, yMm: 18.5, sizeMm: 6.4, weight: 'bold' },
    { text: all.nameEn, yMm: 22, sizeMm: 2.6, colour: 'quiet' },
    { text: all.role, yMm: 27, sizeMm: 3.2 },
    { text: all.badge, yMm: 31.5, sizeMm: 2.8 },
    { text: all.qualification, yMm: 36, sizeMm: 2.4, colour: 'quiet' },
    { text: all.qualificationEn, yMm: 39, sizeMm: 2, colour: 'quiet' },
    { text: all.hotline, yMm: 43.8, sizeMm: 2.8, weight: 'bold' },
    { text: all.number, yMm: 48, sizeMm: 2.2, colour: 'quiet' },
    { text: all.printed, yMm: 51.2, sizeMm: 2.2, colour: 'quiet' },
  ];
  return {
    ...personSize,
    marks: [
      { kind: 'bar', box: { xMm: 0, yMm: 0, widthMm, heightMm: 9.6 }, colour: 'band' },
      ...header(all, faces, { xMm: leftMm, widthMm: widthMm - 2 * leftMm, yMm: 4.9, sizeMm: 3.6 }),
      ...lines.filter(({ text }) => text !== '').map((line) => fitted(faces, line, leftMm, textMm)),
      { kind: 'code', xMm: codeXMm, yMm: 9.8, code },
      ...caption(faces, codeXMm, codeMm, 9.8 + codeMm, 2.2),
    ],
  };
}

function header(
  all: ReturnType<typeof facts>,
  faces: Faces,
  at: { xMm: number; widthMm: number; yMm: number; sizeMm: number },
): readonly Mark[] {
  const { xMm, yMm, sizeMm } = at;
  const sampleMm = all.sample === '' ? 0 : faces.bold.widthEm(all.sample) * sizeMm * 0.8;
  const widthMm = at.widthMm - (sampleMm === 0 ? 0 : sampleMm + 2);
  const bold = { weight: 'bold', colour: 'paper' } as const;
  const marks = [
    fitted(faces, { text: all.organisation, yMm, sizeMm, ...bold }, xMm, widthMm),
    fitted(
      faces,
      { text: all.organisationEn, yMm: yMm + sizeMm, sizeMm: sizeMm * 0.6, colour: 'paper' },
      xMm,
      widthMm,
    ),
  ];
  if (sampleMm === 0) return marks;
  const sample = { text: all.sample, yMm, sizeMm: sizeMm * 0.8, ...bold };
  return [...marks, fitted(faces, sample, xMm + widthMm + 2, sampleMm)];
}

function caption(
  faces: Faces,
  xMm: number,
  widthMm: number,
  yMm: number,
  sizeMm: number,
): readonly Mark[] {
  const scan = { text: bothOf('scan'), yMm: yMm + sizeMm * 0.55, sizeMm: sizeMm * 1.15 };
  const only = { text: bothOf('identityOnly'), yMm: yMm + sizeMm * 1.9, sizeMm };
  return [
    centred(faces, { ...scan, weight: 'bold' }, xMm, widthMm),
    centred(faces, { ...only, colour: 'quiet' }, xMm, widthMm),
  ];
}

function vehicleLabel(all: ReturnType<typeof facts>, code: CodeGrid, faces: Faces): CardDrawing {
  const { widthMm } = vehicleSize;
  const codeMm = codeSideMm(code);
  const codeXMm = (widthMm - codeMm) / 2;
  const at = { xMm: 5, widthMm: widthMm - 10, yMm: 7.4, sizeMm: 5.2 };
  const middle: readonly Line[] = [
    { text: all.name, yMm: 28.5, sizeMm: 13, weight: 'bold' },
    { text: all.role, yMm: 36, sizeMm: 4.6 },
    { text: all.hotline, yMm: 122.2, sizeMm: 3.8, weight: 'bold' },
    { text: `${all.number} · ${all.printed}`, yMm: 127, sizeMm: 2.5, colour: 'quiet' },
  ];
  return {
    ...vehicleSize,
    marks: [
      { kind: 'bar', box: { xMm: 0, yMm: 0, widthMm, heightMm: 14.4 }, colour: 'band' },
      ...header(all, faces, at),
      ...middle
        .filter(({ text }) => text !== '')
        .map((line) => centred(faces, line, 5, widthMm - 10)),
      { kind: 'code', xMm: codeXMm, yMm: 37.2, code },
      ...caption(faces, codeXMm, codeMm, 37.2 + codeMm + 0.6, 2.8),
    ],
  };
}

/** Dots a module: as large as the card has room for. */
const personModuleDots = 8;
const vehicleModuleDots = 15;

/** How a print looks, whoever draws it. */
export function cardDrawing(
  print: CardPrint,
  subject: CardSubject,
  host: CodeHost,
  faces: Faces,
): CardDrawing {
  const isPerson = print.kind === kinds.personCard;
  const dots = isPerson ? personModuleDots : vehicleModuleDots;
  const code = gridOf(Buffer.from(print.code, 'hex'), host, dots);
  const draw = isPerson ? personCard : vehicleLabel;
  return draw(facts(subject, print), code, faces);
}
