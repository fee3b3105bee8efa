/** Text rules of MQTT 3.1.1, section 1.5.3: what a server may refuse, this one refuses. */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

/** Control characters and code points that no text has (U+FDD0–U+FDEF, U+…FFFE, U+…FFFF). */
function isForbidden(point: number): boolean {
  return (
    point < 0x20 ||
    (point >= 0x7f && point <= 0x9f) ||
    (point >= 0xfdd0 && point <= 0xfdef) ||
    (point & 0xfffe) === 0xfffe
  );
}

function isPlain(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < 0x20 || byte > 0x7e) return false;
  return true;
}

/** The text of an MQTT string; null when it is not one that may travel. */
export function mqttText(bytes: Buffer): string | null {
  if (isPlain(bytes)) return bytes.toString('latin1');
  const text = decode(bytes);
  if (text === null) return null;
  for (const character of text) if (isForbidden(character.codePointAt(0) ?? 0)) return null;
  return text;
}

/** A topic that something may be published on: not empty, no wildcard. MQTT 3.1.1, 3.3.2.1. */
export function isTopicName(text: string, levelsMax: number): boolean {
  return text !== '' && !/[+#]/.test(text) && text.split('/').length <= levelsMax;
}

/** A filter with `+` for a whole level and `#` for the last one. MQTT 3.1.1, 4.7.1. */
export function isTopicFilter(text: string, levelsMax: number): boolean {
  const levels = text.split('/');
  const wellPlaced = (level: string, index: number) =>
    level === '+' || (level === '#' && index === levels.length - 1) || !/[+#]/.test(level);
  return text !== '' && levels.length <= levelsMax && levels.every(wellPlaced);
}
