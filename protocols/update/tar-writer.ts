import {
  fileMode,
  regularFile,
  type TarFieldName,
  tarBlockBytes,
  tarFields,
  tarMagic,
} from './tar-table.ts';
import { isTreePath } from './tree.ts';

function write(block: Buffer, name: TarFieldName, value: string | number): void {
  const { at, bytes } = tarFields[name];
  const text = typeof value === 'number' ? value.toString(8).padStart(bytes - 1, '0') : value;
  block.write(text, at, bytes, 'ascii');
}

/** Sum of all bytes, those of the field itself taken as spaces. */
export function tarChecksum(block: Uint8Array): number {
  const { at, bytes } = tarFields.checksum;
  return block.reduce(
    (sum, byte, index) => sum + (index >= at && index < at + bytes ? 0x20 : byte),
    0,
  );
}

/** A path in two parts where it is too long for one. Null: it does not fit. */
function splitPath(path: string): { name: string; prefix: string } | null {
  if (path.length <= tarFields.name.bytes) return { name: path, prefix: '' };
  const cut = path.indexOf('/', path.length - tarFields.name.bytes - 1);
  if (cut < 0 || cut > tarFields.prefix.bytes) return null;
  return { name: path.slice(cut + 1), prefix: path.slice(0, cut) };
}

/**
 * One file of a tar: head, content, padding. The same for the same path and content everywhere:
 * no owner, no time. Throws RangeError for a path that no unit would take.
 */
export function tarFile(path: string, content: Uint8Array): Buffer {
  const parts = isTreePath(path) ? splitPath(path) : null;
  if (parts === null) throw new RangeError(`a release cannot hold a file named ${path}`);
  const head = Buffer.alloc(tarBlockBytes);
  const values = { ...parts, mode: fileMode, uid: 0, gid: 0, size: content.length, mtime: 0 };
  for (const [name, value] of Object.entries(values)) write(head, name as TarFieldName, value);
  write(head, 'type', regularFile);
  write(head, 'magic', tarMagic);
  write(head, 'checksum', `${tarChecksum(head).toString(8).padStart(6, '0')}\0 `);
  const padding = Buffer.alloc((tarBlockBytes - (content.length % tarBlockBytes)) % tarBlockBytes);
  return Buffer.concat([head, content, padding]);
}

/** Two empty blocks end a tar. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * tarBlockBytes);
}
