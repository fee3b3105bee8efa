import { CodedError } from '../../protocols/errors.ts';
import { type CodeHost, parseCodeHost } from '../../protocols/scan-code/link.ts';
import type { Reader } from '../../protocols/store/store.ts';
import type { ServerConfig } from '../config.ts';
import { type CardDrawing, cardDrawing } from './card-layout.ts';
import { sheetPaper, singlePaper } from './card-paper.ts';
import { cardPicture } from './card-picture.ts';
import type { CardPrint } from './card-table.ts';
import { cardFaces } from './faces.ts';
import { subjectOfPrint } from './subjects.ts';

/** Files a print or a sheet is given as. */
export const paperKinds = ['sheet.pdf', 'single.pdf'] as const;
export type PaperKind = (typeof paperKinds)[number];

export interface CardFile {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/**
 * Where printed codes point; null: nobody has said so, and nothing is printed that would lead
 * nowhere. @throws CodedError 'bad-config'
 */
export function cardHostOf({ codeAddress, allowHttpCodes }: ServerConfig): CodeHost | null {
  if (codeAddress === '') return null;
  const check = parseCodeHost(codeAddress, allowHttpCodes);
  if (!check.ok) throw new CodedError('bad-config', `server.codeAddress: ${check.message}`);
  return check.codeHost;
}

/** How prints look by the directory of today; those whose subject is gone are left out. */
async function drawings(
  reader: Reader,
  prints: readonly CardPrint[],
  host: CodeHost,
): Promise<CardDrawing[]> {
  const drawn: CardDrawing[] = [];
  for (const print of prints) {
    const subject = await subjectOfPrint(reader, print);
    if (subject !== null) drawn.push(cardDrawing(print, subject, host, cardFaces()));
  }
  return drawn;
}

/** Cards on paper: A4 with crop marks, or a page each. */
export async function paperOf(
  reader: Reader,
  prints: readonly CardPrint[],
  host: CodeHost,
  kind: PaperKind,
): Promise<CardFile> {
  const cards = await drawings(reader, prints, host);
  const facts = { title: prints[0]?.sheetId ?? '', madeAtMs: prints[0]?.printedAtMs ?? 0 };
  const make = kind === 'sheet.pdf' ? sheetPaper : singlePaper;
  return { contentType: 'application/pdf', bytes: await make(cards, facts) };
}

/** One card as a picture; null: its subject is gone. */
export async function pictureOf(
  reader: Reader,
  print: CardPrint,
  host: CodeHost,
): Promise<CardFile | null> {
  const [card] = await drawings(reader, [print], host);
  if (card === undefined) return null;
  return { contentType: 'image/png', bytes: cardPicture(card, cardFaces()) };
}
