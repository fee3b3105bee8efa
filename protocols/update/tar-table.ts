/**
 * The head of a file in a tar, POSIX.1-1988 "ustar": 512 bytes of fields. `octal` fields hold
 * digits and a zero byte at the end; `text` fields are filled with zero bytes. Only regular files
 * are written and read: folders follow from the paths, links are nothing a release needs.
 */
export const tarBlockBytes = 512;

export const tarFields = {
  name: { at: 0, bytes: 100, kind: 'text' },
  mode: { at: 100, bytes: 8, kind: 'octal' },
  uid: { at: 108, bytes: 8, kind: 'octal' },
  gid: { at: 116, bytes: 8, kind: 'octal' },
  size: { at: 124, bytes: 12, kind: 'octal' },
  mtime: { at: 136, bytes: 12, kind: 'octal' },
  checksum: { at: 148, bytes: 8, kind: 'octal' },
  type: { at: 156, bytes: 1, kind: 'text' },
  magic: { at: 257, bytes: 8, kind: 'text' },
  prefix: { at: 345, bytes: 155, kind: 'text' },
} as const;
export type TarFieldName = keyof typeof tarFields;

/** `ustar`, a zero byte and version `00`. */
export const tarMagic = 'ustar\u000000';
export const regularFile = '0';
export const fileMode = 0o644;
