import type { Store } from '../../protocols/store/store.ts';
import { readSetting, settingNames, writeSetting } from '../store/settings.ts';

/** How long a second is remembered one by one. Scan code, "82 bytes", issuedAt. */
export const usedSecondsKeptS = 8 * 86_400;

/**
 * The seconds this unit has signed. Each is on disk before its code is on the glass, so that no
 * `issuedAt` is ever signed twice, whatever the clock does and across restarts. What is pruned
 * stays taken through a floor: a clock that ran ahead and came back cannot reuse it either.
 */
export class UsedSeconds {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** True when the second was free and is now taken, on disk. */
  take(issuedAt: number): Promise<boolean> {
    return this.#store.write(async (tx) => {
      const floor = (await readSetting<number>(tx, settingNames.usedUpTo)) ?? 0;
      if (issuedAt <= floor) return false;
      const { changes } = await tx.run(
        'INSERT INTO used_second (issued_at) VALUES (?) ON CONFLICT DO NOTHING',
        [issuedAt],
      );
      if (changes === 0) return false;
      const oldest = issuedAt - usedSecondsKeptS;
      const row = await tx.get<{ last: number | null }>(
        'SELECT max(issued_at) AS last FROM used_second WHERE issued_at < ?',
        [oldest],
      );
      if (typeof row?.last === 'number') {
        await writeSetting(tx, settingNames.usedUpTo, Math.max(floor, row.last));
        await tx.run('DELETE FROM used_second WHERE issued_at <= ?', [row.last]);
      }
      return true;
    });
  }

  /** After the table was lost: everything up to here counts as taken. */
  async raiseFloor(upTo: number): Promise<void> {
    await this.#store.write(async (tx) => {
      const floor = (await readSetting<number>(tx, settingNames.usedUpTo)) ?? 0;
      await writeSetting(tx, settingNames.usedUpTo, Math.max(floor, upTo));
    });
  }
}
