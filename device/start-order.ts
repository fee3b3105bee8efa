import type { Log } from './environment.ts';

type Act = () => Promise<void> | void;

/** Parts in the order in which they began; they stop in the reverse order, each whatever befell. */
export class StartOrder {
  readonly #log: Log;
  readonly #begun: (readonly [name: string, stop: Act])[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  /** A part that runs already. */
  begun(name: string, stop: Act): void {
    this.#begun.push([name, stop]);
  }

  async start(name: string, part: { start(): unknown; stop(): Promise<void> | void }) {
    await part.start();
    this.begun(name, () => part.stop());
  }

  /** Never rejects: a part that fails to stop holds up no other. */
  async stop(): Promise<void> {
    for (const [part, stop] of this.#begun.splice(0).reverse()) {
      try {
        await stop();
      } catch (error) {
        this.#log.error({ part, error: String(error) }, 'a part did not stop in order');
      }
    }
  }
}
