type Form = Readonly<Record<string, unknown>>;

/** Most ticks of one list that are looked at. */
const listItemsMax = 50;

function fieldOf(form: unknown, name: string): unknown {
  return typeof form === 'object' && form !== null ? (form as Form)[name] : undefined;
}

/** A field of a form; a field sent twice, or something else than text, counts as not sent. */
export function textField(form: unknown, name: string): string {
  const value = fieldOf(form, name);
  return typeof value === 'string' ? value : '';
}

/** A field that may be ticked several times. */
export function listField(form: unknown, name: string): string[] {
  const value = fieldOf(form, name);
  const values: unknown[] = Array.isArray(value) ? value.slice(0, listItemsMax) : [value];
  return values.filter((item): item is string => typeof item === 'string');
}

/**
 * Words without what cannot be seen: control characters but line ends, and marks of direction; the
 * joiner of emoji stays.
 */
export function cleanWords(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\u200d]/gu, '')
    .trim();
}
