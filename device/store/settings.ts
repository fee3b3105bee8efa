import { createHash } from 'node:crypto';
import type { Reader, Writer } from '../../protocols/store/store.ts';
import { damaged } from './damage.ts';

/** Small values the unit keeps: one row each, as JSON, with a hash against flipped bits. */
export const settingNames = {
  /** 16 hexadecimal digits, born with the store. */
  epoch: 'epoch',
  /** Next `seq` of the outbox. */
  nextSeq: 'nextSeq',
  /** Highest counter of anything accepted from the gateway. */
  downCounter: 'downCounter',
  /** Seconds up to and including this one are taken, whatever the table says. */
  usedUpTo: 'usedUpTo',
  /** Count and sum of the seconds in the table: what they must come to. */
  usedTally: 'usedTally',
  /** Newest `config` message. */
  config: 'config',
  /** Newest `incident` message. */
  incident: 'incident',
  /** Commands asked before this moment, Unix ms, may have been obeyed; absent: all are known. */
  commandsFrom: 'commandsFrom',
  /** Who may sign on here: the newest roster that came whole. */
  roster: 'roster',
  /** Who is aboard. */
  crew: 'crew',
  /** The newest text for the crew. */
  crewText: 'crewText',
} as const;
export type SettingName = (typeof settingNames)[keyof typeof settingNames];

const hashBytes = 8;

/** Hash of a row from before rows had one. */
const unhashed = Buffer.from([0]);

interface SettingRow {
  readonly name: string;
  readonly value: string;
  readonly hash: Uint8Array | null;
}

function hashOf(name: string, value: string): Buffer {
  return createHash('sha256').update(`${name}\n${value}`).digest().subarray(0, hashBytes);
}

function isSound({ name, value, hash }: SettingRow): boolean {
  return hash !== null && (hashOf(name, value).equals(hash) || unhashed.equals(hash));
}

/** Throws an error that counts as damage when the row is not what was written. */
export async function readSetting<Value>(
  reader: Reader,
  name: SettingName,
): Promise<Value | undefined> {
  const row = await reader.get<SettingRow>('SELECT name, value, hash FROM setting WHERE name = ?', [
    name,
  ]);
  if (row === undefined) return undefined;
  if (!isSound(row)) throw damaged(`setting ${name}`);
  return JSON.parse(row.value) as Value;
}

export async function writeSetting(
  writer: Writer,
  name: SettingName,
  value: unknown,
): Promise<void> {
  const text = JSON.stringify(value);
  await writer.run(
    `INSERT INTO setting (name, value, hash) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value, hash = excluded.hash`,
    [name, text, hashOf(name, text)],
  );
}

/** Names of settings that are not what was written. */
export async function unsoundSettings(reader: Reader): Promise<string[]> {
  const rows = await reader.all<SettingRow>('SELECT name, value, hash FROM setting');
  return rows.filter((row) => !isSound(row)).map(({ name }) => name);
}
