/**
 * The ustar format of POSIX.1-1988 (IEEE 1003.1, "ustar Interchange Format"), as much as a package
 * needs: folders, files and links, owned by root. The same entries give the same bytes anywhere.
 */
const blockBytes = 512;
const nameBytesMax = 100;
const prefixBytesMax = 155;
const types = { file: '0', link: '2', folder: '5' };

/** Field of the header: offset, length. */
const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkName: [157, 100],
  magic: [257, 8],
  userName: [265, 32],
  groupName: [297, 32],
  prefix: [345, 155],
};

function octal(value, [, bytes]) {
  const text = value.toString(8).padStart(bytes - 1, '0');
  if (text.length > bytes - 1) throw new Error(`${value} is too large for tar`);
  return text;
}

/** A path of more than 100 bytes is cut at a slash: the front goes to the prefix. */
function cutPath(path) {
  if (Buffer.byteLength(path) <= nameBytesMax) return ['', path];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    const isShort = Buffer.byteLength(prefix) <= prefixBytesMax;
    if (isShort && name !== '' && Buffer.byteLength(name) <= nameBytesMax) return [prefix, name];
  }
  throw new Error(`the path is too long for tar: ${path}`);
}

function header({ path, type, mode, link = '' }, size, mtimeS) {
  const block = Buffer.alloc(blockBytes);
  const put = (field, text) => block.write(text, fields[field][0], fields[field][1]);
  const [prefix, name] = cutPath(path);
  if (Buffer.byteLength(link) > nameBytesMax) throw new Error(`the link is too long: ${link}`);
  put('name', name);
  put('mode', octal(mode, fields.mode));
  put('uid', octal(0, fields.uid));
  put('gid', octal(0, fields.gid));
  put('size', octal(size, fields.size));
  put('mtime', octal(mtimeS, fields.mtime));
  put('checksum', ' '.repeat(fields.checksum[1]));
  put('type', types[type]);
  put('linkName', link);
  put('magic', 'ustar\u000000');
  put('userName', 'root');
  put('groupName', 'root');
  put('prefix', prefix);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put('checksum', `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}

/**
 * A tar archive in pieces, in the order given.
 * @param entries `{ path, type: 'file' | 'folder' | 'link', mode, bytes?(): Buffer, link? }`
 * @param mtimeS Unix seconds every entry bears
 */
export function* tarPieces(entries, mtimeS) {
  for (const entry of entries) {
    const bytes = entry.type === 'file' ? entry.bytes() : Buffer.alloc(0);
    yield header(entry, bytes.length, mtimeS);
    yield bytes;
    yield Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes);
  }
  yield Buffer.alloc(2 * blockBytes);
}
