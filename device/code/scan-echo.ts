import type { Match } from '../../protocols/scan-code/match.ts';
import type { EchoOnScreen } from '../screen/screen.ts';

export const scanEchoLimits = {
  /** An opening may be acted on for so long. Scan code, "Opening and redeeming" 2. */
  actMs: 60_000,
  /** Codes whose opening is still answered: ttl over rotation of any panel, with room. */
  codesMax: 5,
} as const;

interface Opening {
  readonly shown: EchoOnScreen;
  readonly heardMonoMs: number;
  /** A frame with it stood on the glass. */
  seen: boolean;
}

/**
 * The answer to an opening: when it was, and the match of the very code that was opened. The
 * phone shows those words while the screen has moved on to the next code, so they stay beside it
 * until nobody can act on that opening any more, or another one comes.
 */
export class ScanEcho {
  readonly #codes: { readonly issuedAt: number; readonly match: Match }[] = [];
  #opening: Opening | null = null;

  /** A new code stands on the glass. */
  codeShown({ issuedAt, match }: { readonly issuedAt: number; readonly match: Match }): void {
    this.#codes.push({ issuedAt, match });
    if (this.#codes.length > scanEchoLimits.codesMax) this.#codes.shift();
  }

  /** False when no such code was shown lately: then there is nothing to answer. */
  opened(issuedAt: number, openedAtMs: number, monoMs: number): boolean {
    const code = this.#codes.find((shown) => shown.issuedAt === issuedAt);
    if (code === undefined) return false;
    const shown = { atMs: openedAtMs, match: code.match };
    this.#opening = { shown, heardMonoMs: monoMs, seen: false };
    return true;
  }

  /** What a frame drawn now has to answer. One that no frame showed yet does not lapse. */
  due(monoMs: number): EchoOnScreen | null {
    const opening = this.#opening;
    if (opening === null) return null;
    const isOver = monoMs - opening.heardMonoMs >= scanEchoLimits.actMs;
    if (isOver && opening.seen) this.#opening = null;
    return this.#opening?.shown ?? null;
  }

  /** A frame with this answer stands on the glass. */
  drawn(echo: EchoOnScreen | null): void {
    if (echo !== null && this.#opening?.shown === echo) this.#opening.seen = true;
  }
}
