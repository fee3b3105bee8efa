import type { NetworkSummary } from '../../protocols/network/summary.ts';
import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { Activation } from './timeline.ts';

/** A network file of the store, without its text. */
export interface NetworkFile extends NetworkSummary {
  /** SHA-256 of the text in UTF-8, hexadecimal. */
  readonly hash: string;
  readonly importedAtMs: number;
  readonly importedBy: string;
}

const fileColumns = `hash, name, sections, lines, vertices, areas, length_m AS lengthM,
  imported_at_ms AS importedAtMs, imported_by AS importedBy`;
const activationColumns = `id, hash, valid_from_ms AS validFromMs, valid_to_ms AS validToMs,
  activated_at_ms AS activatedAtMs, activated_by AS activatedBy, reason,
  withdrawn_at_ms AS withdrawnAtMs`;

/** Keeps a file once, whoever brings it again. */
export async function insertFile(tx: Writer, file: NetworkFile, content: string): Promise<void> {
  await tx.run(
    `INSERT INTO network_file (hash, content, name, sections, lines, vertices, areas, length_m,
     imported_at_ms, imported_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (hash) DO NOTHING`,
    [
      file.hash,
      content,
      file.name,
      file.sections,
      file.lines,
      file.vertices,
      file.areas,
      file.lengthM,
      file.importedAtMs,
      file.importedBy,
    ],
  );
}

/** Oldest first. */
export function filesOf(reader: Reader): Promise<NetworkFile[]> {
  return reader.all(`SELECT ${fileColumns} FROM network_file ORDER BY imported_at_ms, hash`);
}

export function fileOf(reader: Reader, hash: string): Promise<NetworkFile | undefined> {
  return reader.get(`SELECT ${fileColumns} FROM network_file WHERE hash = ?`, [hash]);
}

export async function contentOf(reader: Reader, hash: string): Promise<string | undefined> {
  const sql = 'SELECT content FROM network_file WHERE hash = ?';
  return (await reader.get<{ content: string }>(sql, [hash]))?.content;
}

/** Oldest first, the withdrawn ones too. */
export function activationsOf(reader: Reader): Promise<Activation[]> {
  return reader.all(`SELECT ${activationColumns} FROM network_activation ORDER BY id`);
}

export async function insertActivation(
  tx: Writer,
  { hash, validFromMs, validToMs, activatedAtMs, activatedBy, reason }: Omit<Activation, 'id'>,
): Promise<void> {
  await tx.run(
    `INSERT INTO network_activation (hash, valid_from_ms, valid_to_ms, activated_at_ms,
     activated_by, reason) VALUES (?, ?, ?, ?, ?, ?)`,
    [hash, validFromMs, validToMs, activatedAtMs, activatedBy, reason],
  );
}

export async function markWithdrawn(
  tx: Writer,
  id: number,
  { atMs, by, reason }: { readonly atMs: number; readonly by: string; readonly reason: string },
): Promise<void> {
  await tx.run(
    `UPDATE network_activation
     SET withdrawn_at_ms = ?, withdrawn_by = ?, withdrawn_reason = ? WHERE id = ?`,
    [atMs, by, reason, id],
  );
}
