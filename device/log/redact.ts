/** Names of fields whose values are nobody's business, wherever they stand. */
const secretNames =
  /pin|secret|token|password|passphrase|private|matchkey|cookie|csrf|digits|link/i;

/**
 * What no line may hold, whatever it is called: keys, long runs of digits as codes have them, and
 * long words without a gap, as tokens, hashes and signatures are.
 */
const secretTexts = /-----BEGIN[\s\S]*?(?:-----END[^-]*-----|$)|\d{24,}|[A-Za-z0-9+/_=-]{40,}/g;

const mark = '…';
const depthMax = 4;
const listMax = 20;
const textCharsMax = 300;

function redactText(text: string): string {
  return text.replace(secretTexts, mark).slice(0, textCharsMax);
}

/** A value of a log line with nothing in it that a reader of logs must not have. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || depth >= depthMax) return redactText(String(value));
  if (value instanceof Uint8Array) return mark;
  if (value instanceof Error) return redactText(String(value));
  if (Array.isArray(value)) return value.slice(0, listMax).map((one) => redact(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, listMax)
      .map(([name, one]) => [name, secretNames.test(name) ? mark : redact(one, depth + 1)]),
  );
}
