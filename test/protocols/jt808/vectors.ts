import { readFileSync } from 'node:fs';

const folder = new URL('../../vectors/jt808/', import.meta.url);
const load = (file: string) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

/** A recorded frame with the fields it has. */
export interface FrameCase {
  readonly name: string;
  readonly hex: string;
  readonly expected: Readonly<Record<string, unknown>>;
}

interface Framing {
  readonly decodeErrors: readonly (Omit<FrameCase, 'expected'> & {
    readonly ref: FrameCase['expected'];
    readonly peerError: string | null;
  })[];
  readonly escape: readonly {
    readonly op: 'escape' | 'unescape';
    readonly name: string;
    readonly in: string;
    readonly out: string | null;
  }[];
  readonly stream: readonly {
    readonly name: string;
    readonly bytes: string;
    readonly frames: readonly string[];
    readonly leftoverBytes: number;
  }[];
  readonly frameDecoder: readonly {
    readonly name: string;
    readonly in: string;
    readonly out: string;
  }[];
}

export const framing: Framing = load('framing.json');

function casesOf(file: string): FrameCase[] {
  const { cases } = load(file) as { cases: readonly Partial<FrameCase>[] };
  return cases.map(({ name, hex = '', expected = {} }, at) => ({
    name: `${file} ${at} ${name ?? String(expected.msgId)}`,
    hex,
    expected,
  }));
}

/** Frames of terminals, platforms and real devices, all whole. */
export const wholeCases: readonly FrameCase[] = [
  ...casesOf('yezhihao-cases.json'),
  ...casesOf('go-jt808-frames.json'),
  ...casesOf('traccar-devices-a.json'),
];

/** Whole and damaged frames. */
export const framingCases: readonly FrameCase[] = framing.decodeErrors.map(
  ({ name, hex, ref }) => ({ name, hex, expected: ref }),
);

export const fromHex = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
