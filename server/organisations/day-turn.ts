import type { Store } from '../../protocols/store/store.ts';
import { type ChinaDay, chinaDayOf } from '../calendar/china-day.ts';
import type { ServerEnvironment } from '../environment.ts';
import { showDay } from './version-table.ts';

/** How often it is looked whether a new day has begun in China. */
const lookEveryMs = 60_000;

/** Brings changes that were planned for a day into force when the day comes. */
export class DayTurn {
  readonly #store: Store;
  readonly #env: ServerEnvironment;
  #shown: ChinaDay | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store, env: ServerEnvironment) {
    this.#store = store;
    this.#env = env;
  }

  /** Shows today, unless it is shown already. */
  async turn(): Promise<void> {
    const nowMs = this.#env.nowMs();
    const today = chinaDayOf(nowMs);
    if (today === this.#shown) return;
    await this.#store.write((tx) => showDay(tx, today, nowMs));
    this.#shown = today;
  }

  async start(): Promise<void> {
    await this.turn();
    this.#timer = setInterval(() => {
      this.turn().catch((error: unknown) => {
        this.#env.log.error({ err: error }, 'the directory could not be brought to the new day');
      });
    }, lookEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
