import type { Writer } from '../../protocols/store/store.ts';

/** What was refused and why, for people who look into it. The oldest go first. */
export interface DeadLetter {
  readonly serial: string;
  readonly epoch: string | null;
  readonly seq: number | null;
  readonly reason: string;
  readonly body: Uint8Array;
}

export const deadLettersMax = 10_000;
/** Of a larger body only the beginning is kept. */
export const deadLetterBytesMax = 8 * 1024;

export async function insertDeadLetters(
  tx: Writer,
  letters: readonly DeadLetter[],
  atMs: number,
): Promise<void> {
  for (const { serial, epoch, seq, reason, body } of letters) {
    await tx.run(
      'INSERT INTO dead_letter (at_ms, serial, epoch, seq, reason, body) VALUES (?, ?, ?, ?, ?, ?)',
      [atMs, serial, epoch, seq, reason, body.subarray(0, deadLetterBytesMax)],
    );
  }
  if (letters.length === 0) return;
  await tx.run('DELETE FROM dead_letter WHERE id <= (SELECT max(id) FROM dead_letter) - ?', [
    deadLettersMax,
  ]);
}
