import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { publicMode, secretMode, writeWhole } from '../secrets/secret-file.ts';

/** A file as an answer of the gateway holds it. */
interface AnsweredFile {
  readonly name: string;
  readonly text: string;
  readonly isSecret: boolean;
}

export function hasFiles(body: unknown): body is { readonly files: readonly AnsweredFile[] } {
  return typeof body === 'object' && body !== null && 'files' in body && Array.isArray(body.files);
}

/** Writes them into a folder of the caller's, secrets 0600; a line for each. */
export function writeFiles(folder: string, files: readonly AnsweredFile[]) {
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  return files.map(({ name, text, isSecret }) => {
    const file = join(folder, basename(name));
    writeWhole(file, text, isSecret ? secretMode : publicMode);
    return { file, bytes: Buffer.byteLength(text) };
  });
}
