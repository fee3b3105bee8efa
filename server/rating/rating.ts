import type { PhraseCode } from './phrases.ts';

/** Who a rating is about: the unit that was scanned, or one person aboard. */
export interface RatedSubject {
  readonly kind: 'unit' | 'person';
  /** Vehicle id, or person id; empty for a unit that has no vehicle, and in its form. */
  readonly id: string;
}

/** A rating as it was saved: 0–100, words, and phrases ticked. */
export interface Rating {
  readonly score: number;
  readonly words: string;
  readonly phrases: readonly PhraseCode[];
}

export interface SubjectRating {
  readonly subject: RatedSubject;
  readonly rating: Rating;
}

/** A rating of this subject among those of one scan, which has one unit; undefined: none. */
export function ratingFor(
  ratings: readonly SubjectRating[],
  { kind, id }: RatedSubject,
): Rating | undefined {
  const isIt = ({ subject }: SubjectRating) =>
    subject.kind === kind && (kind === 'unit' || subject.id === id);
  return ratings.find(isIt)?.rating;
}
