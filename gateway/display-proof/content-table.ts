import type { ScreenContent } from '../../protocols/messages/down-schemas.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';

/** A version of what a unit was told to show. */
export interface KeptContent {
  readonly serial: string;
  /** Version of the whole configuration. */
  readonly version: number;
  /** Since when it was desired, Unix ms. */
  readonly fromMs: number;
  readonly screen: ScreenContent;
  readonly training: boolean;
}

/** Keeps a content in the transaction that gives it its version. */
export async function insertContent(tx: Writer, kept: KeptContent): Promise<void> {
  const { serial, version, fromMs, screen, training } = kept;
  await tx.run(
    `INSERT INTO desired_content (serial, version, content_version, from_ms, content)
    VALUES (?, ?, ?, ?, ?)`,
    [serial, version, screen.version, fromMs, JSON.stringify({ screen, training })],
  );
}

/** Contents of a version that were desired up to a moment, newest first. */
export async function contentsOf(
  reader: Reader,
  serial: string,
  contentVersion: number,
  untilMs: number,
): Promise<readonly KeptContent[]> {
  const rows = await reader.all<{ version: number; fromMs: number; content: string }>(
    `SELECT version, from_ms AS fromMs, content FROM desired_content
    WHERE serial = ? AND content_version = ? AND from_ms <= ? ORDER BY version DESC`,
    [serial, contentVersion, untilMs],
  );
  return rows.map(({ version, fromMs, content }) => ({
    ...{ serial, version, fromMs },
    ...(JSON.parse(content) as Pick<KeptContent, 'screen' | 'training'>),
  }));
}

/** Drops, at most `rowsMax`, what a later version had replaced before `beforeMs`. */
export async function dropContents(tx: Writer, beforeMs: number, rowsMax: number): Promise<number> {
  const { changes } = await tx.run(
    `DELETE FROM desired_content WHERE (serial, version) IN (
      SELECT old.serial, old.version FROM desired_content AS old
      WHERE EXISTS (SELECT 1 FROM desired_content AS later WHERE later.serial = old.serial
        AND later.version > old.version AND later.from_ms < ?) LIMIT ?)`,
    [beforeMs, rowsMax],
  );
  return changes;
}
