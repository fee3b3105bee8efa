import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { writeDurably } from './durable-file.ts';

/** How far this unit has gone, whatever its store says. None of them ever goes back. */
export interface Marks {
  /** Of the outbox that `nextSeq` belongs to; empty: none yet. */
  readonly epoch: string;
  /** Every `seq` below may have left the unit. */
  readonly nextSeq: number;
  /** Highest second that was ever signed, Unix seconds. */
  readonly usedUpTo: number;
  /** Up to here every second counts as signed: the table of them is lost or incomplete. */
  readonly takenUpTo: number;
}

const noMarks: Marks = { epoch: '', nextSeq: 0, usedUpTo: 0, takenUpTo: 0 };

/** Slots lie in sectors of their own: a power cut tears one at most. */
const slotBytes = 512;
const slotCount = 2;
const hashChars = 16;

interface Slot {
  readonly turn: number;
  readonly marks: Marks;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, hashChars);
}

function slotText({ turn, marks }: Slot): string {
  const text = JSON.stringify({ turn, ...marks });
  return `${hashOf(text)} ${text}\n`.padEnd(slotBytes);
}

function slotIn(text: string): Slot | null {
  const hash = text.slice(0, hashChars);
  const body = text.slice(hashChars + 1).trimEnd();
  if (hash !== hashOf(body)) return null;
  const { turn, ...marks } = JSON.parse(body) as Marks & { turn: number };
  return { turn, marks };
}

/** Later of two states of the same marks; another epoch begins its numbers anew. */
function later(before: Marks, more: Partial<Marks>): Marks {
  const epoch = more.epoch ?? before.epoch;
  const beforeSeq = epoch === before.epoch ? before.nextSeq : 0;
  return {
    epoch,
    nextSeq: Math.max(beforeSeq, more.nextSeq ?? 0),
    usedUpTo: Math.max(before.usedUpTo, more.usedUpTo ?? 0),
    takenUpTo: Math.max(before.takenUpTo, more.takenUpTo ?? 0),
  };
}

/**
 * A small file beside the store, written in place: it takes no room on a full disk, and is not
 * damaged with the store. It tells a store that lost its end from one that is whole, and keeps
 * seconds from being signed twice (reliability.md, R5 and R6).
 */
export class Watermark {
  readonly #file: FileHandle | null;
  #marks: Marks;
  #turn: number;
  #writing: Promise<void> = Promise.resolve();
  #next: { readonly done: Promise<void>; durable: boolean } | null = null;

  private constructor(file: FileHandle | null, { turn, marks }: Slot) {
    this.#file = file;
    this.#turn = turn;
    this.#marks = marks;
  }

  /** The marks of that file. One that cannot be made, on a full disk, is kept in memory only. */
  static async open(path: string): Promise<Watermark> {
    const file = await openSlots(path);
    const slots: Slot[] = [];
    for (let index = 0; file !== null && index < slotCount; index += 1) {
      const bytes = Buffer.alloc(slotBytes);
      await file.read(bytes, 0, slotBytes, index * slotBytes);
      const slot = slotIn(bytes.toString('utf8'));
      if (slot !== null) slots.push(slot);
    }
    const [first] = slots.sort((a, b) => b.turn - a.turn);
    return new Watermark(file, first ?? { turn: 0, marks: noMarks });
  }

  get marks(): Marks {
    return this.#marks;
  }

  /**
   * Counts at once, and resolves when the file says so; rejects when it could not be written.
   * @param durable also through a power cut, not only through the end of this process
   */
  raise(more: Partial<Marks>, durable: boolean): Promise<void> {
    this.#marks = later(this.#marks, more);
    // Whoever comes while a write is under way shares the next one.
    if (this.#next === null) {
      const done = this.#writing.then(() => this.#write());
      this.#writing = done.catch(() => undefined);
      this.#next = { done, durable };
    }
    this.#next.durable ||= durable;
    return this.#next.done;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
  }

  async #write(): Promise<void> {
    const durable = this.#next?.durable ?? true;
    this.#next = null;
    if (this.#file === null) throw new Error('the watermark has no file');
    this.#turn += 1;
    const slot = Buffer.from(slotText({ turn: this.#turn, marks: this.#marks }));
    await this.#file.write(slot, 0, slotBytes, (this.#turn % slotCount) * slotBytes);
    if (durable) await this.#file.datasync();
  }
}

async function openSlots(path: string): Promise<FileHandle | null> {
  try {
    const known = await open(path, 'r+').catch(() => null);
    if (known !== null && (await known.stat()).size === slotCount * slotBytes) return known;
    await known?.close();
    await writeDurably(path, Buffer.alloc(slotCount * slotBytes, ' '));
    return await open(path, 'r+');
  } catch {
    return null;
  }
}
