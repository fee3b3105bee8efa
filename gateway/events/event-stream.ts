import type { Writable } from 'node:stream';
import type { Log } from '../environment.ts';
import type { Timers } from '../link/timers.ts';
import type { EventLog, FleetEvent } from './event-log.ts';

export const streamLimits = {
  readersMax: 64,
  /** A comment line at least this often, so that both ends know of each other. */
  beatMs: 15_000,
  /** A reader that takes nothing for this long is dropped. */
  drainMsMax: 10_000,
  /** What a browser waits before it comes back. */
  retryMs: 3_000,
} as const;

export interface StreamDeps {
  readonly log: EventLog;
  readonly timers: Timers;
  readonly lines: Log;
}

interface Reader {
  readonly out: Writable;
  /** Everything up to this event was handed to the socket. */
  afterId: number;
  isGone: boolean;
  /** Wakes the reader from its wait. */
  wake: () => void;
}

function frameOf({ id, atMs, type, subject, body }: FleetEvent): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ id, atMs, type, subject, body })}\n\n`;
}

/**
 * Server-sent events. Each reader is served from the log at its own pace, a page at a time, and
 * nothing is queued for it: one that stops reading is dropped, and comes back with the last id it
 * got (`Last-Event-ID`). Neither ingest nor another reader waits for it. reliability.md, fact 6.
 */
export class EventStream {
  readonly #deps: StreamDeps;
  readonly #readers = new Set<Reader>();
  #dropped = 0;

  constructor(deps: StreamDeps) {
    this.#deps = deps;
  }

  get isFull(): boolean {
    return this.#readers.size >= streamLimits.readersMax;
  }

  /** Readers now, and how many were dropped since the start. */
  get counts(): { readonly readers: number; readonly dropped: number } {
    return { readers: this.#readers.size, dropped: this.#dropped };
  }

  /** Serves a reader until it leaves, is dropped, or the gateway stops. */
  async serve(out: Writable, afterId: number): Promise<void> {
    const reader: Reader = { out, afterId, isGone: false, wake: () => undefined };
    this.#readers.add(reader);
    const gone = () => {
      reader.isGone = true;
      reader.wake();
    };
    out.once('close', gone).once('error', gone);
    const unsubscribe = this.#deps.log.onNews(() => reader.wake());
    try {
      await this.#write(reader, `retry: ${streamLimits.retryMs}\nid: ${afterId}\n\n`);
      while (!reader.isGone) await this.#serveSome(reader);
    } catch (error) {
      this.#deps.lines.error({ reason: (error as Error).message }, 'event reader failed');
      out.destroy();
    } finally {
      unsubscribe();
      this.#readers.delete(reader);
    }
  }

  /** Ends every stream, so that the listener can close. */
  end(): void {
    for (const reader of this.#readers) {
      reader.isGone = true;
      // What a stuck reader has not taken would keep its connection, and the listener, open.
      if (reader.out.writableNeedDrain) reader.out.destroy();
      else reader.out.end();
      reader.wake();
    }
  }

  async #serveSome(reader: Reader): Promise<void> {
    const { log } = this.#deps;
    let hasNews = false;
    reader.wake = () => {
      hasNews = true;
    };
    const { events, isComplete } = await log.after(reader.afterId);
    if (!isComplete) {
      const data = JSON.stringify({ after: reader.afterId });
      await this.#write(reader, `event: gap\ndata: ${data}\n\n`);
    }
    for (const event of events) {
      if (reader.isGone) return;
      await this.#write(reader, frameOf(event));
      reader.afterId = event.id;
    }
    if (events.length > 0 || hasNews || reader.isGone) return;
    const isQuiet = await this.#pause(reader, streamLimits.beatMs);
    if (isQuiet && !reader.isGone) await this.#write(reader, ':\n\n');
  }

  /** True when nobody woke the reader before the time was over. */
  #pause(reader: Reader, msMax: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#deps.timers.after(msMax, () => resolve(true));
      reader.wake = () => {
        cancel();
        resolve(false);
      };
    });
  }

  async #write(reader: Reader, text: string): Promise<void> {
    if (reader.isGone || reader.out.write(text)) return;
    const drained = await this.#drained(reader);
    if (drained || reader.isGone) return;
    this.#dropped += 1;
    this.#deps.lines.info({ afterId: reader.afterId }, 'a slow event reader was dropped');
    reader.isGone = true;
    reader.out.destroy();
  }

  /** False: the reader took nothing for too long. */
  #drained({ out }: Reader): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (answer: boolean) => {
        cancel();
        out.off('drain', onDrain).off('close', onClose);
        resolve(answer);
      };
      const onDrain = () => done(true);
      const onClose = () => done(true);
      const cancel = this.#deps.timers.after(streamLimits.drainMsMax, () => done(false));
      out.once('drain', onDrain).once('close', onClose);
    });
  }
}
