import type { Reader, Store } from '../../protocols/store/store.ts';
import { readSetting, settingNames, writeSetting } from '../store/settings.ts';

/** A text of the dispatcher, until its end, Unix ms. */
export interface TextForCrew {
  readonly text: string;
  readonly untilMs: number;
}

/** The newest text for the crew: on screen and local page until its end, over restarts. */
export class CrewText {
  readonly #store: Store;
  #kept: TextForCrew | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  async load(reader: Reader): Promise<void> {
    this.#kept = (await readSetting<TextForCrew>(reader, settingNames.crewText)) ?? null;
  }

  async say(text: string, untilMs: number): Promise<void> {
    const kept = { text, untilMs };
    await this.#store.write((tx) => writeSetting(tx, settingNames.crewText, kept));
    this.#kept = kept;
  }

  /** Null once its time is over, and while nobody knows the time. */
  current(nowMs: number | null): TextForCrew | null {
    if (this.#kept === null || nowMs === null || nowMs >= this.#kept.untilMs) return null;
    return this.#kept;
  }
}
