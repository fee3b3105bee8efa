/** Errors that say the file itself is broken, as SQLite names them. */
const damageCodes = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

/** Errors of the machine: another file would fare no better. */
const machineCodes = new Set([
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_NOMEM',
  'SQLITE_IOERR',
  'SQLITE_FULL',
  'SQLITE_CANTOPEN',
  'SQLITE_PERM',
]);

export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code);
}

/** True for errors that say the file itself is broken. */
export function isDamage(error: unknown): boolean {
  return damageCodes.has(codeOf(error));
}

/** True when a store that does not open is better put aside than tried again. */
export function isOfTheFile(error: unknown): boolean {
  return !machineCodes.has(codeOf(error));
}

/** The disk has no room left. */
export function isFull(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_FULL';
}

/** Damage that SQLite's own check does not see. */
export function damaged(what: string): Error {
  return Object.assign(new Error(`damaged: ${what}`), { code: 'SQLITE_CORRUPT' });
}
