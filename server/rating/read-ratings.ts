import { cleanWords, listField, textField } from '../scan-page/forms.ts';
import { isPhrase, type PhraseCode } from './phrases.ts';
import type { RatedSubject, SubjectRating } from './rating.ts';

export const scoreMax = 100;
/** Longest words of a rating, in characters as people count them. */
export const wordsCharsMax = 500;

export type RatingProblem = 'no-score' | 'bad-score' | 'long-words';

/** What stood in a form that came back, so that nobody writes it twice. */
export interface RatingDraft {
  readonly subject: RatedSubject;
  readonly level: string;
  readonly score: string;
  readonly words: string;
  readonly phrases: readonly PhraseCode[];
}

export type RatingsReading =
  | { readonly ratings: readonly SubjectRating[] }
  | {
      readonly problem: RatingProblem;
      readonly about: RatedSubject;
      readonly drafts: readonly RatingDraft[];
    };

/** Name of a subject's field: the unit's have the bare name, a person's the id behind it. */
export function fieldName(name: string, { kind, id }: RatedSubject): string {
  return kind === 'unit' ? name : `${name}-${id}`;
}

function draftOf(form: unknown, subject: RatedSubject): RatingDraft {
  const field = (name: string) => textField(form, fieldName(name, subject));
  return {
    subject,
    level: field('level'),
    // Full-width digits are taken as well.
    score: field('score').normalize('NFKC').trim(),
    words: cleanWords(field('words')),
    phrases: listField(form, fieldName('phrase', subject)).filter(isPhrase),
  };
}

function isUntouched({ level, score, words }: RatingDraft): boolean {
  return level === '' && score === '' && words === '';
}

function readOne({ subject, level, score, words, phrases }: RatingDraft) {
  const text = score === '' ? level : score;
  if (text === '') return { problem: 'no-score' as const };
  if (!/^\d{1,3}$/.test(text) || Number(text) > scoreMax) return { problem: 'bad-score' as const };
  if ([...words].length > wordsCharsMax) return { problem: 'long-words' as const };
  return { rated: { subject, rating: { score: Number(text), words, phrases } } };
}

/**
 * Reads the rating form: for each subject `score` 0–100 as digits, or else one of the `level`
 * choices, `words` and `phrase`. The unit is always rated; a person only where something was said.
 */
export function readRatings(form: unknown, people: readonly string[]): RatingsReading {
  const subjects: RatedSubject[] = [
    { kind: 'unit', id: '' },
    ...people.map((id) => ({ kind: 'person' as const, id })),
  ];
  const drafts = subjects.map((subject) => draftOf(form, subject));
  const ratings: SubjectRating[] = [];
  for (const draft of drafts) {
    if (draft.subject.kind === 'person' && isUntouched(draft)) continue;
    const { problem, rated } = readOne(draft);
    if (problem !== undefined) return { problem, about: draft.subject, drafts };
    if (rated !== undefined) ratings.push(rated);
  }
  return { ratings };
}
