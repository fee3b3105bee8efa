/** Longest table that is read, in characters and in rows. */
export const csvCharsMax = 500_000;
export const csvRowsMax = 2000;

export type CsvReading =
  | { readonly header: readonly string[]; readonly rows: readonly CsvRow[] }
  | { readonly problem: 'empty' | 'too-long' | 'open-quote' };

export interface CsvRow {
  /** Line of the file the row begins on, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

interface Scan {
  readonly rows: CsvRow[];
  readonly isOpen: boolean;
}

/** RFC 4180: commas, quotes doubled within quotes, line ends within quotes kept. */
function scan(text: string): Scan {
  const rows: CsvRow[] = [];
  const token = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|\n|\r|$)/y;
  let cells: string[] = [];
  let line = 1;
  let startLine = 1;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return { rows, isOpen: true };
    const [whole, cell = '', end = ''] = match;
    cells.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    line += (whole.match(/\r\n|\n|\r/g) ?? []).length;
    if (end === ',' && token.lastIndex < text.length) continue;
    if (cells.some((value) => value.trim() !== '')) rows.push({ line: startLine, cells });
    cells = [];
    startLine = line;
  }
  return { rows, isOpen: false };
}

/** Reads a table with a header row, as office programs write it; a byte order mark is passed over. */
export function readCsv(text: string): CsvReading {
  if (text.length > csvCharsMax) return { problem: 'too-long' };
  const { rows, isOpen } = scan(text.replace(/^\ufeff/, ''));
  if (isOpen) return { problem: 'open-quote' };
  const [head, ...rest] = rows;
  if (head === undefined || rest.length === 0) return { problem: 'empty' };
  if (rest.length > csvRowsMax) return { problem: 'too-long' };
  return { header: head.cells.map((cell) => cell.trim()), rows: rest };
}
