import type { Language } from '../http/language.ts';
import { linkTo, type Reading } from '../http/reading.ts';
import { type MessageTable, type Translate, translator } from './translate.ts';

/** What every part of a page needs to speak: language, messages, and links that keep both. */
export interface PageSpeech<Key extends string> {
  readonly language: Language;
  readonly elder: boolean;
  readonly t: Translate<Key>;
  /** The zh or en of a pair. */
  readonly pick: (zh: string, en: string) => string;
  /** An address that keeps language and view. */
  readonly link: (address: string) => string;
}

export function speechOf<Key extends string>(
  table: MessageTable<Key>,
  reading: Reading,
): PageSpeech<Key> {
  const { language, elder } = reading;
  return {
    language,
    elder,
    t: translator(table, language),
    pick: (zh, en) => (language === 'en' ? en : zh),
    link: (address) => linkTo(reading, address),
  };
}
