import type { Language } from '../http/language.ts';

/** A message table: the same keys in every language; `{name}` stands for a value. */
export type MessageTable<Key extends string> = {
  readonly [Lang in Language]: { readonly [Name in Key]: string };
};

export type Values = Readonly<Record<string, string | number>>;

/** Gives a message in one language with its values filled in. */
export type Translate<Key extends string> = (key: Key, values?: Values) => string;

/** A message with its values; a value that is missing stays visible as `{name}`. */
export function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)\}/g, (mark, name: string) => String(values[name] ?? mark));
}

export function translator<Key extends string>(
  table: MessageTable<Key>,
  language: Language,
): Translate<Key> {
  return (key, values) => fill(table[language][key], values);
}
