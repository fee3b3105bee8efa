import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import { tarPieces } from './tar.mjs';

const gzipSystemAt = 9;
const gzipUnix = 3;

/** @param level of zlib, 1 to 9 */
async function gzipped(pieces, level) {
  const gzip = createGzip({ level });
  const parts = [];
  gzip.on('data', (part) => parts.push(part));
  const ended = once(gzip, 'end');
  for (const piece of pieces) {
    if (!gzip.write(piece)) await once(gzip, 'drain');
  }
  gzip.end();
  await ended;
  const bytes = Buffer.concat(parts);
  // zlib writes down on what system it ran; the package must not tell.
  bytes[gzipSystemAt] = gzipUnix;
  return bytes;
}

/** A member of an ar archive (System V, as deb(5) wants it): 60 bytes, then an even length. */
function member(name, bytes, mtimeS) {
  const head =
    name.padEnd(16) +
    String(mtimeS).padEnd(12) +
    '0'.padEnd(6) +
    '0'.padEnd(6) +
    '100644'.padEnd(8) +
    String(bytes.length).padEnd(10) +
    '`\n';
  return [Buffer.from(head, 'ascii'), bytes, Buffer.alloc(bytes.length % 2, '\n')];
}

/**
 * A Debian package, format 2.0 of deb(5), compressed with gzip: every dpkg reads it.
 * @param control entries of the control archive
 * @param data entries of the file system, folders before what is in them
 * @param options `mtimeS` of everything, in Unix seconds; `level` of compression, 1 to 9
 */
export async function debPackage(control, data, { mtimeS, level }) {
  return Buffer.concat([
    Buffer.from('!<arch>\n', 'ascii'),
    ...member('debian-binary', Buffer.from('2.0\n', 'ascii'), mtimeS),
    ...member('control.tar.gz', await gzipped(tarPieces(control, mtimeS), level), mtimeS),
    ...member('data.tar.gz', await gzipped(tarPieces(data, mtimeS), level), mtimeS),
  ]);
}
