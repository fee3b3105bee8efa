import { createHash } from 'node:crypto';
import type { Bitmap } from './bitmap.ts';

/** SHA-256, in hex, over format, size and bytes of a picture. */
export function frameHash(picture: Bitmap): string {
  return createHash('sha256')
    .update(`${picture.format} ${picture.width}x${picture.height} `)
    .update(picture.data)
    .digest('hex');
}
