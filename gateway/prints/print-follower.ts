import {
  type PrintFeed,
  type PrintIssuer,
  printWaitMsMax,
} from '../../protocols/http/print-bodies.ts';
import type { CodeKey } from '../../protocols/scan-code/verdict.ts';
import { publicKeyFromRaw } from '../../protocols/signed/ed25519.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { Reply } from '../link/server-client.ts';
import type { Timers } from '../link/timers.ts';
import type { PrintRegister } from '../scan/print-register.ts';

export interface PrintFeedDeps {
  readonly store: Store;
  readonly env: Pick<GatewayEnv, 'nowMs' | 'log'>;
  readonly timers: Timers;
  readonly prints: PrintRegister;
  /** Asks the server for what came after a number; it may answer late, or be given up. */
  readonly ask: (after: number, waitMs: number, givenUp: AbortSignal) => Promise<Reply<PrintFeed>>;
  /** Keys that sign printed cards, whenever they are read or change. */
  readonly onIssuers: (issuers: readonly CodeKey[]) => void;
}

const retryMs = 2_000;

function keyOf({ keyId, publicKey, validFrom, validTo, revoked }: PrintIssuer): CodeKey[] {
  const key = publicKeyFromRaw(Buffer.from(publicKey, 'base64url'));
  if (key === null) return [];
  return [{ keyId, publicKey: key, matchKey: null, validFrom, validTo, revoked }];
}

/**
 * Follows the server's register of prints: asks, and the answer comes when something changes. What
 * was taken over is kept, so that cards are judged while the server is away.
 */
export class PrintFollower {
  readonly #deps: PrintFeedDeps;
  #after = 0;
  #stopped = true;
  #cancel: () => void = () => undefined;
  /** A question that is held open would keep the process from ending. */
  #question = new AbortController();
  #taking: Promise<void> = Promise.resolve();

  constructor(deps: PrintFeedDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { store, onIssuers } = this.#deps;
    const kept = await store.get<{ after: number; issuers: string }>(
      'SELECT change_no AS after, issuers FROM print_feed',
    );
    this.#after = kept?.after ?? 0;
    onIssuers(((JSON.parse(kept?.issuers ?? '[]') as PrintIssuer[]) ?? []).flatMap(keyOf));
    this.#stopped = false;
    this.#question = new AbortController();
    this.#askIn(0);
  }

  /** Gives up an answer that is still held open. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    this.#question.abort();
    await this.#taking.catch(() => undefined);
  }

  /** One question and what it brought. True: it was answered. */
  async askOnce(waitMs: number): Promise<boolean> {
    const reply = await this.#deps.ask(this.#after, waitMs, this.#question.signal);
    if (this.#stopped || !reply.ok) return false;
    this.#taking = this.#take(reply.body);
    await this.#taking;
    return true;
  }

  async #take({ changeNo, changes, issuers }: PrintFeed): Promise<void> {
    const { prints, onIssuers, env } = this.#deps;
    await prints.take(changes, env.nowMs(), (tx) =>
      tx
        .run(
          `INSERT INTO print_feed (only_row, change_no, issuers) VALUES (1, ?, ?)
          ON CONFLICT (only_row) DO UPDATE SET change_no = excluded.change_no,
            issuers = excluded.issuers`,
          [changeNo, JSON.stringify(issuers)],
        )
        .then(() => undefined),
    );
    this.#after = changeNo;
    onIssuers(issuers.flatMap(keyOf));
  }

  #askIn(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#deps.timers.after(ms, () => {
      void this.askOnce(printWaitMsMax)
        .catch((error: Error) => {
          this.#deps.env.log.error({ reason: error.message }, 'prints not taken over');
          return false;
        })
        .then((isAnswered) => this.#askIn(isAnswered ? 0 : retryMs));
    });
  }
}
