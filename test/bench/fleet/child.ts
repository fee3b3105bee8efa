import { type ChildProcess, fork } from 'node:child_process';

type Handlers = Readonly<Record<string, (ask: never) => Promise<unknown> | unknown>>;

interface Asked {
  readonly id: number;
  readonly name: string;
  readonly ask: unknown;
}

interface Answered {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

/** In the child: answers what the bench asks, until it is told to stop. */
export function serve(handlers: Handlers): void {
  process.on('message', async ({ id, name, ask }: Asked) => {
    try {
      const handler = handlers[name];
      if (handler === undefined) throw new Error(`nobody answers ${name}`);
      process.send?.({ id, answer: (await handler(ask as never)) ?? null } satisfies Answered);
    } catch (error) {
      process.send?.({ id, error: (error as Error).stack ?? String(error) } satisfies Answered);
    }
  });
  process.on('disconnect', () => process.exit(0));
}

/** A process of the bench's own: what it uses is its own too. */
export class Child {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (answered: Answered) => void>();
  #asked = 0;

  constructor(script: string) {
    this.#process = fork(new URL(script, import.meta.url), [], {
      execArgv: ['--import', 'tsx', '--expose-gc'],
    });
    this.#process.on('message', (answered: Answered) => this.#waiting.get(answered.id)?.(answered));
    this.#process.once('exit', (code) => {
      for (const [id, resolve] of this.#waiting) resolve({ id, error: `ended with ${code}` });
    });
  }

  ask<Answer>(name: string, ask: unknown = null): Promise<Answer> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ answer, error }) => {
        this.#waiting.delete(id);
        if (error === undefined) resolve(answer as Answer);
        else reject(new Error(error));
      });
      this.#process.send({ id, name, ask } satisfies Asked);
    });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.disconnect();
    await ended;
  }
}

/** CPU time of this process since it began, ms. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Memory of this process, bytes, after a collection that is no part of any CPU time asked for. */
export function memoryBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}
