import type { Reader, Store, Writer } from '../../protocols/store/store.ts';
import { isFull } from '../store/damage.ts';
import { readSetting, settingNames, writeSetting } from '../store/settings.ts';
import type { Watermark } from '../store/watermark.ts';

/** How long a second is remembered one by one. Scan code, "82 bytes", issuedAt. */
export const usedSecondsKeptS = 8 * 86_400;

/** What the table must come to: a flipped bit changes the sum. */
interface Tally {
  readonly count: number;
  readonly sum: number;
}

async function tallyOf(reader: Reader, upTo: number): Promise<Tally> {
  const row = await reader.get<{ count: number; sum: number | null }>(
    'SELECT count(*) AS count, sum(issued_at) AS sum FROM used_second WHERE issued_at <= ?',
    [upTo],
  );
  return { count: row?.count ?? 0, sum: row?.sum ?? 0 };
}

/** False when the table is not what was written into it. */
export async function tallyIsRight(reader: Reader): Promise<boolean> {
  const written = await readSetting<Tally>(reader, settingNames.usedTally);
  if (written === undefined) return true;
  const { count, sum } = await tallyOf(reader, Number.MAX_SAFE_INTEGER);
  return count === written.count && sum === written.sum;
}

/** True when the second was free in the table; what is older than eight days goes to the floor. */
async function takeIn(tx: Writer, issuedAt: number): Promise<boolean> {
  const floor = (await readSetting<number>(tx, settingNames.usedUpTo)) ?? 0;
  if (issuedAt <= floor) return false;
  const before =
    (await readSetting<Tally>(tx, settingNames.usedTally)) ??
    (await tallyOf(tx, Number.MAX_SAFE_INTEGER));
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
  let pruned: Tally = { count: 0, sum: 0 };
  if (typeof row?.last === 'number') {
    pruned = await tallyOf(tx, row.last);
    await writeSetting(tx, settingNames.usedUpTo, Math.max(floor, row.last));
    await tx.run('DELETE FROM used_second WHERE issued_at <= ?', [row.last]);
  }
  await writeSetting(tx, settingNames.usedTally, {
    count: before.count + 1 - pruned.count,
    sum: before.sum + issuedAt - pruned.sum,
  });
  return true;
}

/**
 * The seconds this unit has signed. Each is on disk before its code is on the glass, so that no
 * `issuedAt` is ever signed twice, whatever the clock does and across restarts. What is pruned
 * stays taken through a floor: a clock that ran ahead and came back cannot reuse it either. The
 * watermark alone suffices for a second later than any before: it needs no room on a full disk.
 */
export class UsedSeconds {
  readonly #store: Store;
  readonly #watermark: Pick<Watermark, 'marks' | 'raise'>;

  constructor(store: Store, watermark: Pick<Watermark, 'marks' | 'raise'>) {
    this.#store = store;
    this.#watermark = watermark;
  }

  /** Brings table and watermark together: what either knows as signed is signed. */
  async start(): Promise<void> {
    const row = await this.#store.get<{ last: number | null }>(
      'SELECT max(issued_at) AS last FROM used_second',
    );
    const floor = (await readSetting<number>(this.#store, settingNames.usedUpTo)) ?? 0;
    const inTable = Math.max(row?.last ?? 0, floor);
    const { usedUpTo, takenUpTo } = this.#watermark.marks;
    if (inTable > usedUpTo) await this.#watermark.raise({ usedUpTo: inTable }, true).catch(ignore);
    if (usedUpTo > Math.max(inTable, takenUpTo)) {
      await this.#takeInTable(usedUpTo).catch(() => this.#closeUpTo(usedUpTo).catch(ignore));
    }
  }

  /** True when the second was free and is now taken, on disk. */
  async take(issuedAt: number): Promise<boolean> {
    const { usedUpTo, takenUpTo } = this.#watermark.marks;
    if (issuedAt <= takenUpTo) return false;
    if (issuedAt <= usedUpTo) return await this.#takeInTable(issuedAt);
    const marked = this.#watermark.raise({ usedUpTo: issuedAt }, true);
    const isMarked = marked.then(
      () => true,
      () => false,
    );
    try {
      const taken = await this.#takeInTable(issuedAt);
      await isMarked;
      return taken;
    } catch (error) {
      if (!isFull(error) || !(await isMarked)) throw error;
      await this.#closeUpTo(issuedAt);
      return true;
    }
  }

  /** After the table was lost: everything up to here counts as taken. */
  async raiseFloor(upTo: number): Promise<void> {
    await this.#watermark.raise({ takenUpTo: upTo }, true).catch(ignore);
    await this.#store.write(async (tx) => {
      const floor = (await readSetting<number>(tx, settingNames.usedUpTo)) ?? 0;
      await writeSetting(tx, settingNames.usedUpTo, Math.max(floor, upTo));
    });
  }

  #takeInTable(issuedAt: number): Promise<boolean> {
    return this.#store.write((tx) => takeIn(tx, issuedAt));
  }

  /** The table misses a second: from now on nothing up to it is given by the table. */
  #closeUpTo(issuedAt: number): Promise<void> {
    return this.#watermark.raise({ takenUpTo: issuedAt }, true);
  }
}

/** Table and watermark stand in for one another: one of them suffices. */
function ignore(): void {}
