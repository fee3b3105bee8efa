import type { Store } from '../../protocols/store/store.ts';
import { tallyIsRight } from '../code/used-seconds.ts';
import { healStates, highestSeq } from '../outbox/outbox-table.ts';
import { damaged } from './damage.ts';
import { readSetting, settingNames, unsoundSettings } from './settings.ts';
import type { Marks } from './watermark.ts';

/**
 * Finds what SQLite's own check misses, three quarters of flipped bits (reliability.md, fact 5),
 * and a log that lost its end: its numbers would be given away a second time. Rows of the outbox
 * are checked when they are read.
 * @throws an error that counts as damage
 */
export async function checkSound(store: Store, marks: Marks | null): Promise<void> {
  const [unsound] = await unsoundSettings(store);
  if (unsound !== undefined) throw damaged(`setting ${unsound}`);
  if (!(await tallyIsRight(store))) throw damaged('used seconds');
  const nextSeq = (await readSetting<number>(store, settingNames.nextSeq)) ?? 1;
  if ((await highestSeq(store)) >= nextSeq) throw damaged('a row without a number');
  const epoch = await readSetting<string>(store, settingNames.epoch);
  if (marks !== null && marks.epoch !== '') {
    if (epoch === undefined) throw damaged('all of it');
    if (epoch === marks.epoch && nextSeq < marks.nextSeq) {
      throw damaged(`numbers end at ${nextSeq}, they had come to ${marks.nextSeq}`);
    }
  }
  await healStates(store);
}
