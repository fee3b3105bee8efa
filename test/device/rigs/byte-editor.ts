import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../support/random.ts';

/** Bytes of one part of a file that an edit may fall into. */
interface Region {
  readonly name: string;
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

const pageBytes = 4096;
const walHeaderBytes = 32;
const walFrameHeaderBytes = 24;

/** Header of a page, its pointers, its middle, and its end, where its first rows lie. */
const pageParts = [
  ['header', 0, 8],
  ['pointers', 8, 200],
  ['middle', 200, 2_400],
  ['rows', 2_400, pageBytes],
] as const;

function pagesOf(file: string, from: number, step: number, size: number, what: string): Region[] {
  const regions: Region[] = [];
  for (let at = from; at + step <= size; at += step) {
    const head = step - pageBytes;
    if (head > 0) regions.push({ name: `${what} frame header`, file, from: at, to: at + head });
    for (const [part, first, last] of pageParts) {
      const base = at + head;
      regions.push({ name: `${what} ${part}`, file, from: base + first, to: base + last });
    }
  }
  return regions;
}

/** Every region of a unit's store: the file, its log if there is one, the marks beside it. */
export function regionsOf(folder: string): Region[] {
  const size = (file: string) => {
    const path = join(folder, file);
    return existsSync(path) ? readFileSync(path).length : 0;
  };
  const [store, log, marks] = ['unit.sqlite', 'unit.sqlite-wal', 'watermark'];
  const frameBytes = walFrameHeaderBytes + pageBytes;
  const logHeader = { name: 'log header', file: log, from: 0, to: walHeaderBytes };
  return [
    { name: 'file header', file: store, from: 0, to: 100 },
    ...pagesOf(store, 0, pageBytes, size(store), 'page'),
    ...(size(log) > 0 ? [logHeader] : []),
    ...pagesOf(log, walHeaderBytes, frameBytes, size(log), 'log'),
    { name: 'marks', file: marks, from: 0, to: size(marks) },
  ];
}

type Act = (bytes: Buffer, at: number, random: Random) => void;

const acts: Readonly<Record<string, Act>> = {
  'a flipped bit': (bytes, at, random) => {
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.whole(0, 7));
  },
  'another byte': (bytes, at, random) => {
    bytes[at] = random.whole(0, 255);
  },
  'a run of zeros': (bytes, at, random) => {
    bytes.fill(0, at, Math.min(at + random.whole(1, 512), bytes.length));
  },
  'a run of noise': (bytes, at, random) => {
    bytes.set(random.bytes(Math.min(random.whole(1, 64), bytes.length - at)), at);
  },
};

/** Edits one place of one region in `folder`, or cuts the file off there; says what it did. */
export function edit(folder: string, region: Region, random: Random): string {
  const path = join(folder, region.file);
  const at = random.whole(region.from, region.to - 1);
  if (random.next() < 0.04) {
    truncateSync(path, at);
    return `${region.name}: cut off at ${at}`;
  }
  // Single bits, which are what memory loses and what checks overlook, most of all.
  const name = random.next() < 0.6 ? 'a flipped bit' : random.pick(Object.keys(acts));
  const bytes = readFileSync(path);
  acts[name]?.(bytes, at, random);
  writeFileSync(path, bytes);
  return `${region.name}: ${name} at ${at}`;
}
