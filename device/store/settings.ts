import type { Reader, Writer } from '../../protocols/store/store.ts';

/** Small values the unit keeps: one row each, as JSON. */
export const settingNames = {
  /** 16 hexadecimal digits, born with the store. */
  epoch: 'epoch',
  /** Next `seq` of the outbox. */
  nextSeq: 'nextSeq',
  /** Highest counter of anything accepted from the gateway. */
  downCounter: 'downCounter',
  /** Seconds up to and including this one are taken, whatever the table says. */
  usedUpTo: 'usedUpTo',
  /** Newest `config` message. */
  config: 'config',
  /** Newest `incident` message. */
  incident: 'incident',
} as const;
export type SettingName = (typeof settingNames)[keyof typeof settingNames];

export async function readSetting<Value>(
  reader: Reader,
  name: SettingName,
): Promise<Value | undefined> {
  const row = await reader.get<{ value: string }>('SELECT value FROM setting WHERE name = ?', [
    name,
  ]);
  return row === undefined ? undefined : (JSON.parse(row.value) as Value);
}

export async function writeSetting(
  writer: Writer,
  name: SettingName,
  value: unknown,
): Promise<void> {
  await writer.run(
    `INSERT INTO setting (name, value) VALUES (?, ?)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    [name, JSON.stringify(value)],
  );
}
