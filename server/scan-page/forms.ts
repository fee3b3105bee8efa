import type { Rating } from './acts.ts';

export const scoreMax = 100;
/** Longest words of a rating, in characters as people count them. */
export const wordsCharsMax = 500;

export type RatingProblem = 'no-score' | 'bad-score' | 'long-words';

export type RatingReading =
  | { readonly rating: Rating }
  | { readonly problem: RatingProblem; readonly words: string };

type Form = Readonly<Record<string, unknown>>;

/** A field of a form; a field sent twice, or something else than text, counts as not sent. */
export function textField(form: unknown, name: string): string {
  const value = typeof form === 'object' && form !== null ? (form as Form)[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/**
 * Words without what cannot be seen: control characters but line ends, and marks of direction; the
 * joiner of emoji stays.
 */
function cleanWords(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\u200d]/gu, '')
    .trim();
}

/**
 * Reads the rating form: `score` 0–100 as digits, or else one of the `level` choices, and `words`.
 * Full-width digits are taken as well.
 */
export function readRating(form: unknown): RatingReading {
  const words = cleanWords(textField(form, 'words'));
  const typed = textField(form, 'score').normalize('NFKC').trim();
  const text = typed === '' ? textField(form, 'level') : typed;
  if (text === '') return { problem: 'no-score', words };
  const score = Number(text);
  if (!/^\d{1,3}$/.test(text) || score > scoreMax) return { problem: 'bad-score', words };
  if ([...words].length > wordsCharsMax) return { problem: 'long-words', words };
  return { rating: { score, words } };
}
