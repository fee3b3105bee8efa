/** Sequence numbers `first` to `last`, both counted. */
export interface SeqRange {
  readonly first: number;
  readonly last: number;
}

/** Seven bits a byte, the lowest first; the top bit says that more follow (LEB128). */
const bitsMask = 0x7f;
const moreBit = 0x80;
const byteSteps = 0x80;

function pushWhole(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= byteSteps; rest = Math.floor(rest / byteSteps)) {
    bytes.push((rest % byteSteps) | moreBit);
  }
  bytes.push(rest);
}

/** The numbers in bytes, each at least 1; null when one is cut off, 0 or no safe integer. */
function readWholes(bytes: Uint8Array): number[] | null {
  const wholes: number[] = [];
  let value = 0;
  let step = 1;
  for (const byte of bytes) {
    value += (byte & bitsMask) * step;
    step *= byteSteps;
    if (!Number.isSafeInteger(value)) return null;
    if ((byte & moreBit) !== 0) continue;
    if (value === 0) return null;
    wholes.push(value);
    value = 0;
    step = 1;
  }
  return step === 1 ? wholes : null;
}

/**
 * Ranges as the lengths of runs: so many numbers are in it, so many are not, and so on; it begins
 * and ends with numbers that are. Where it begins is told beside it.
 * @param ranges at least one, ascending, no two touching
 */
export function encodeSeqRuns(ranges: readonly SeqRange[]): Uint8Array {
  const bytes: number[] = [];
  for (const [index, { first, last }] of ranges.entries()) {
    const before = ranges[index - 1];
    if (before !== undefined) pushWhole(bytes, first - before.last - 1);
    pushWhole(bytes, last - first + 1);
  }
  return Uint8Array.from(bytes);
}

/** Ranges of `encodeSeqRuns` from their first number; null: no runs. Never throws. */
export function decodeSeqRuns(firstSeq: number, bytes: Uint8Array): SeqRange[] | null {
  const lengths = readWholes(bytes);
  if (lengths === null || lengths.length % 2 === 0) return null;
  const ranges: SeqRange[] = [];
  let next = firstSeq;
  for (const [index, length] of lengths.entries()) {
    if (index % 2 === 0) ranges.push({ first: next, last: next + length - 1 });
    next += length;
  }
  return Number.isSafeInteger(next) ? ranges : null;
}

/** Single numbers, ascending, as ranges. */
export function rangesOfSeqs(seqs: readonly number[]): SeqRange[] {
  const ranges: SeqRange[] = [];
  for (const seq of seqs) {
    const before = ranges.at(-1);
    if (before?.last === seq - 1) ranges[ranges.length - 1] = { first: before.first, last: seq };
    else ranges.push({ first: seq, last: seq });
  }
  return ranges;
}
