import type { CommandMessage } from '../../protocols/messages/down-schemas.ts';
import type { RecordValues } from '../../protocols/messages/records.ts';
import type { Writer } from '../../protocols/store/store.ts';
import type { Log } from '../environment.ts';
import { type CommandBook, commandStates, type UnfinishedCommand } from './command-book.ts';
import { type CommandTargets, commandRow, type Outcome } from './command-table.ts';

export interface CommandsParts {
  readonly book: CommandBook;
  readonly targets: CommandTargets;
  readonly log: Log;
  /** Of the machine, now. */
  readonly bootId: string;
  /** Trusted time, Unix ms; null without. */
  nowMs(): number | null;
  /** Keeps the answer; `also` commits with it. Resolves once it is on disk. */
  answer(result: RecordValues<'commandResult'>, also: (tx: Writer) => Promise<void>): Promise<void>;
  /** What screen or status show may be different now. */
  changed(): void;
}

function no(code: string, detail: string): Outcome {
  return { ok: false, code, detail };
}

/**
 * Obeys signed commands, each once: its id is on disk before, its answer after. One that was cut
 * off is answered `interrupted`, never repeated. wire.md, "MQTT".
 */
export class Commands {
  readonly #parts: CommandsParts;
  /** Commands are judged one after the other; what takes long holds up none. */
  #tail: Promise<void> = Promise.resolve();

  constructor(parts: CommandsParts) {
    this.#parts = parts;
  }

  /** Answers, or goes on with, what the last stop or power cut left. */
  async start(): Promise<void> {
    for (const left of await this.#parts.book.unfinished()) await this.#takeUp(left);
  }

  /** What waits on people or hardware is not waited for: it is taken up at the next start. */
  async stop(): Promise<void> {
    await this.#tail;
  }

  /** Resolves once the command is refused, or noted and begun. Never rejects. */
  take(message: CommandMessage): Promise<void> {
    this.#tail = this.#tail
      .then(() => this.#begin(message))
      .catch((error: unknown) => this.#failed(message, error));
    return this.#tail;
  }

  async #begin(message: CommandMessage): Promise<void> {
    const { book, nowMs } = this.#parts;
    if (await book.isKnown(message.id)) return;
    const atMs = nowMs();
    if (!(await book.begin(message, atMs ?? 0))) {
      await this.#answer(message, no('too-many', message.name));
      return;
    }
    const refused = await this.#judge(message, atMs);
    if (refused !== null || atMs === null) {
      await this.#answer(message, no(refused ?? 'no-time', message.name));
      return;
    }
    // Not awaited by the next command: a self-test may take its time.
    void this.#obey(message, atMs).catch((error: unknown) => this.#failed(message, error));
  }

  /** Coded reason not to obey; null: obey. */
  async #judge(message: CommandMessage, atMs: number | null): Promise<string | null> {
    if (atMs === null) return 'no-time';
    if (atMs > message.expiresAtMs) return 'expired';
    const row = commandRow(message.name);
    if (row === undefined) return 'unknown-command';
    if (row.isState === true) return null;
    const fromMs = await this.#parts.book.obeysFromMs(atMs);
    return fromMs !== null && (message.askedAtMs ?? 0) <= fromMs ? 'memory-lost' : null;
  }

  async #obey(message: CommandMessage, atMs: number): Promise<void> {
    const { targets, changed } = this.#parts;
    const row = commandRow(message.name);
    const outcome = await row?.obey(targets, message, atMs);
    changed();
    if (outcome === null || outcome === undefined) return;
    await this.#answer(message, outcome, row?.goesOn !== undefined);
    row?.goesOn?.(targets);
  }

  async #answer(
    { id }: Pick<CommandMessage, 'id'>,
    { ok, code, detail }: Outcome,
    goesOn = false,
  ): Promise<void> {
    const { answer, book } = this.#parts;
    await answer({ commandId: id, ok, code, detail }, (tx) => book.answered(tx, id, goesOn));
  }

  async #failed(message: CommandMessage, error: unknown): Promise<void> {
    this.#parts.log.error({ command: message.name, error: String(error) }, 'a command failed');
    await this.#answer(message, no('failed', message.name)).catch(() => undefined);
  }

  async #takeUp(left: UnfinishedCommand): Promise<void> {
    const { targets, bootId } = this.#parts;
    const row = commandRow(left.name);
    if (left.state === commandStates.begun) {
      const goesOn = row?.goesOn !== undefined;
      const rebooted = left.name === 'reboot' && left.bootId !== bootId;
      const ok = rebooted || goesOn;
      const outcome = { ok, code: ok ? 'done' : 'interrupted', detail: left.name };
      await this.#answer(left, outcome, goesOn);
    }
    row?.goesOn?.(targets);
  }
}
