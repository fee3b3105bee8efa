/** A part that runs between `start` and `stop`. */
export interface Part {
  readonly name: string;
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
}

/** Parts in the one order in which they start; they stop in the reverse of it. */
export class Lifecycle {
  readonly #running: Part[] = [];

  /** Starts a part now. When it cannot, what it began and everything before it is stopped. */
  async start(part: Part): Promise<void> {
    this.#running.push(part);
    try {
      await part.start();
    } catch (error) {
      await this.stop().catch(() => undefined);
      throw error;
    }
  }

  /** Every part is stopped, also when one before it could not; then the first error is thrown. */
  async stop(): Promise<void> {
    const errors: unknown[] = [];
    for (const part of this.#running.splice(0).reverse()) {
      try {
        await part.stop();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
