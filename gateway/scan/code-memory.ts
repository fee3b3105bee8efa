/** A later code and when it became known here. */
interface KnownCode {
  readonly issuedAt: number;
  readonly knownAtMs: number;
}

/** Codes remembered a unit: an hour of the fastest rotation, and more. */
const knownCodesMax = 512;
/** Longer than any code can be fresh (ttl 3,600 s and the tolerances), ms. */
export const memoryMs = 2 * 3_600_000;

/**
 * What the gateway knows of codes it has seen, from memory: which are followed by later ones, and
 * when each was opened first. Scan code, "Verdicts" and "Opening and redeeming".
 */
export class CodeMemory {
  /** By unit: issuedAt and knownAtMs both grow, so the first later code was known first. */
  readonly #known = new Map<number, KnownCode[]>();
  /** Presence → moment of its first fresh opening; oldest first. */
  readonly #firstOpenedAtMs = new Map<string, number>();

  /** When a code later than `issuedAt` became known, Unix ms; null: none is. */
  laterKnownAtMs(unitId: number, issuedAt: number): number | null {
    const later = this.#known.get(unitId)?.find((code) => code.issuedAt > issuedAt);
    return later?.knownAtMs ?? null;
  }

  /** A genuine code that is not ahead of its time has been seen. */
  noteKnown(unitId: number, issuedAt: number, knownAtMs: number): void {
    const codes = this.#known.get(unitId) ?? [];
    const isCovered = codes.some(
      (code) => code.issuedAt >= issuedAt && code.knownAtMs <= knownAtMs,
    );
    if (isCovered) return;
    const kept = codes.filter((code) => code.issuedAt > issuedAt || code.knownAtMs < knownAtMs);
    kept.push({ issuedAt, knownAtMs });
    kept.sort((a, b) => a.issuedAt - b.issuedAt);
    this.#known.set(unitId, kept.slice(-knownCodesMax));
  }

  /** Unix ms of the first fresh opening of a presence; null: this would be the first. */
  firstOpenedAtMs(presenceId: string): number | null {
    return this.#firstOpenedAtMs.get(presenceId) ?? null;
  }

  /** Claims the first opening at once: whoever asks next, even before COMMIT, is second. */
  claimFirst(presenceId: string, openedAtMs: number): void {
    this.#firstOpenedAtMs.set(presenceId, openedAtMs);
    for (const [oldest, atMs] of this.#firstOpenedAtMs) {
      if (atMs > openedAtMs - memoryMs) break;
      this.#firstOpenedAtMs.delete(oldest);
    }
  }

  /** The opening that claimed it was never committed. */
  unclaim(presenceId: string): void {
    this.#firstOpenedAtMs.delete(presenceId);
  }
}
