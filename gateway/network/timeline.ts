/** From when to when a version counts, as somebody said. */
export interface Activation {
  readonly id: number;
  readonly hash: string;
  readonly validFromMs: number;
  /** The first moment at which it does not count any more; null: until another takes over. */
  readonly validToMs: number | null;
  readonly activatedAtMs: number;
  readonly activatedBy: string;
  readonly reason: string;
  /** Taken back: what it covered falls to the others. Null: it stands. */
  readonly withdrawnAtMs: number | null;
}

/** From this moment on, up to the span before it in the list, this version counts. */
export interface Span {
  readonly fromMs: number;
  /** Null: none. */
  readonly hash: string | null;
}

function covers({ validFromMs, validToMs }: Activation, atMs: number): boolean {
  return validFromMs <= atMs && (validToMs === null || atMs < validToMs);
}

/**
 * The activation that counts at a moment: of those that cover it, the one that begins last; of two
 * that begin together, the one said last. So a version with an end stands before the others for
 * its time only, and one withdrawn leaves its time to whatever counted before.
 */
export function activationAt(
  standing: readonly Activation[],
  atMs: number,
): Activation | undefined {
  let best: Activation | undefined;
  for (const one of standing) {
    if (!covers(one, atMs)) continue;
    const isLater = best === undefined || one.validFromMs > best.validFromMs;
    if (isLater || (one.validFromMs === best?.validFromMs && one.id > best.id)) best = one;
  }
  return best;
}

/** What counts when, from `sinceMs` on, newest span first; spans of one version are not joined. */
export function spansOf(activations: readonly Activation[], sinceMs: number): Span[] {
  const standing = activations.filter(({ withdrawnAtMs }) => withdrawnAtMs === null);
  const turns = standing.flatMap(({ validFromMs, validToMs }) => [
    validFromMs,
    validToMs ?? sinceMs,
  ]);
  const moments = new Set([sinceMs, ...turns.filter((atMs) => atMs > sinceMs)]);
  return [...moments]
    .sort((a, b) => b - a)
    .map((fromMs) => ({ fromMs, hash: activationAt(standing, fromMs)?.hash ?? null }));
}
