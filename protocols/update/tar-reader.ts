import { releaseLimits } from './limits.ts';
import { regularFile, type TarFieldName, tarBlockBytes, tarFields, tarMagic } from './tar-table.ts';
import { tarChecksum } from './tar-writer.ts';
import { isTreePath } from './tree.ts';

/** What comes out of a tar, in order. `content` pieces belong to the last `file`. */
export type TarEvent =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'content'; readonly bytes: Uint8Array }
  | { readonly kind: 'file-end' };

export type TarProblem =
  | 'bad-head'
  | 'not-a-file'
  | 'bad-path'
  | 'twice'
  | 'too-many'
  | 'too-large'
  | 'after-end'
  | 'cut-short';

function text(block: Buffer, name: TarFieldName): string {
  const { at, bytes } = tarFields[name];
  const field = block.subarray(at, at + bytes);
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end < 0 ? bytes : end);
}

/** Digits to the first space or zero byte; null for anything else. */
function octal(block: Buffer, name: TarFieldName): number | null {
  const digits = /^([0-7]{1,11})[ ]?$/.exec(text(block, name))?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 8);
}

/**
 * Takes a tar apart in any chunking. Only regular files with paths that stay below their folder,
 * each once, within the limits of a release and of `bytesMax`; the first thing that is not so is
 * the last that is looked at. Never throws.
 */
export class TarReader {
  readonly #bytesMax: number;
  readonly #paths = new Set<string>();
  #rest: Buffer = Buffer.alloc(0);
  /** Of the file that is being read. */
  #contentLeft = 0;
  #paddingLeft = 0;
  #emptyBlocks = 0;
  #bytes = 0;
  #problem: TarProblem | null = null;

  /** @param bytesMax contents of all files together, from the signed manifest */
  constructor(bytesMax: number) {
    this.#bytesMax = Math.min(bytesMax, releaseLimits.treeBytesMax);
  }

  get problem(): TarProblem | null {
    return this.#problem;
  }

  push(chunk: Uint8Array): TarEvent[] {
    const events: TarEvent[] = [];
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    while (this.#problem === null && this.#step(events)) {
      // Each step takes something away from the rest.
    }
    if (this.#problem !== null) this.#rest = Buffer.alloc(0);
    return events;
  }

  /** Nothing more comes: what is wrong, or null for a whole tar. */
  end(): TarProblem | null {
    const isWhole = this.#emptyBlocks === 2 && this.#rest.length === 0;
    if (this.#problem === null && !isWhole) this.#problem = 'cut-short';
    return this.#problem;
  }

  #take(bytes: number): Buffer {
    const taken = this.#rest.subarray(0, bytes);
    this.#rest = this.#rest.subarray(bytes);
    return taken;
  }

  /** One thing after the other; false: more bytes are needed. */
  #step(events: TarEvent[]): boolean {
    if (this.#contentLeft > 0) {
      if (this.#rest.length === 0) return false;
      const bytes = this.#take(Math.min(this.#contentLeft, this.#rest.length));
      this.#contentLeft -= bytes.length;
      events.push({ kind: 'content', bytes });
      if (this.#contentLeft === 0) events.push({ kind: 'file-end' });
      return true;
    }
    if (this.#paddingLeft > 0) {
      if (this.#rest.length < this.#paddingLeft) return false;
      this.#take(this.#paddingLeft);
      this.#paddingLeft = 0;
      return true;
    }
    if (this.#rest.length < tarBlockBytes) return false;
    this.#head(this.#take(tarBlockBytes), events);
    return true;
  }

  #head(block: Buffer, events: TarEvent[]): void {
    if (block.every((byte) => byte === 0)) {
      this.#emptyBlocks += 1;
      if (this.#emptyBlocks > 2) this.#problem = 'after-end';
      return;
    }
    const size = octal(block, 'size');
    const isHead =
      this.#emptyBlocks === 0 &&
      text(block, 'magic').startsWith(tarMagic.slice(0, 5)) &&
      octal(block, 'checksum') === tarChecksum(block) &&
      size !== null;
    if (!isHead) {
      this.#problem = this.#emptyBlocks > 0 ? 'after-end' : 'bad-head';
      return;
    }
    const [prefix, name] = [text(block, 'prefix'), text(block, 'name')];
    const path = prefix === '' ? name : `${prefix}/${name}`;
    this.#bytes += size;
    this.#problem = this.#objection(text(block, 'type'), path);
    if (this.#problem !== null) return;
    this.#paths.add(path);
    this.#contentLeft = size;
    this.#paddingLeft = (tarBlockBytes - (size % tarBlockBytes)) % tarBlockBytes;
    events.push({ kind: 'file', path, bytes: size });
    if (size === 0) events.push({ kind: 'file-end' });
  }

  #objection(type: string, path: string): TarProblem | null {
    if (type !== regularFile) return 'not-a-file';
    if (!isTreePath(path)) return 'bad-path';
    if (this.#paths.has(path)) return 'twice';
    if (this.#paths.size >= releaseLimits.filesMax) return 'too-many';
    return this.#bytes > this.#bytesMax ? 'too-large' : null;
  }
}
