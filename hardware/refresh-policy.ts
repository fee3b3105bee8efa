import type { RefreshMode, ShowHint } from './display.ts';
import type { DisplayProfile } from './display-profiles.ts';
import type { RefreshHistory } from './refresh-memory.ts';

/** `go`: refresh now in this mode. Otherwise why not, and when to ask again. */
export type RefreshDecision =
  | { readonly go: true; readonly mode: RefreshMode }
  | { readonly go: false; readonly because: 'interval' | 'temperature'; readonly waitMs: number };

/** A panel out of its range warms slowly: asking again sooner is of no use. */
export const TEMPERATURE_RETRY_MS = 60_000;

/** A panel that stopped carrying codes begins again this much further within its range. */
const GUARD_RETURN_C = 1;

const THOROUGHNESS = ['partial', 'fast', 'full'] as const satisfies readonly RefreshMode[];

/**
 * Decides how a panel is refreshed, or that it must wait (hardware.md, section 1.5). A mode may be
 * raised to a more thorough one, never lowered. Pure: knows only the clock it is given.
 */
export class RefreshPolicy {
  readonly #profile: DisplayProfile;
  readonly #nowMonoMs: () => number;
  #lastMonoMs: number | null = null;
  #lastFullMonoMs: number | null = null;
  #partials = 0;
  /** False: the controller has lost the picture on the glass, which a partial refresh needs. */
  #glassKnown = false;
  #carries = true;

  /** @param history what the panel went through before this start; null: nothing is known */
  constructor(
    profile: DisplayProfile,
    nowMonoMs: () => number,
    history: RefreshHistory | null = null,
  ) {
    this.#profile = profile;
    this.#nowMonoMs = nowMonoMs;
    if (history === null) return;
    const { lastAgoMs, lastFullAgoMs, partials } = history;
    this.#lastMonoMs = nowMonoMs() - lastAgoMs;
    this.#lastFullMonoMs = lastFullAgoMs === null ? null : nowMonoMs() - lastFullAgoMs;
    this.#partials = partials;
  }

  /** What to do now with a picture. `temperatureC` null: unknown, taken as within range. */
  decide(hint: ShowHint['mode'], temperatureC: number | null): RefreshDecision {
    if (!this.bears(temperatureC)) {
      return { go: false, because: 'temperature', waitMs: TEMPERATURE_RETRY_MS };
    }
    const mode = this.#modeFor(hint ?? 'auto', temperatureC);
    const waitMs = this.#waitFor(mode);
    return waitMs === 0 ? { go: true, mode } : { go: false, because: 'interval', waitMs };
  }

  /** Whether the panel may be refreshed at this temperature; null: unknown, taken as yes. */
  bears(temperatureC: number | null): boolean {
    const [lowestC, highestC] = this.#profile.temperatureC;
    return temperatureC === null || (temperatureC >= lowestC && temperatureC <= highestC);
  }

  /** Whether a code drawn at this temperature can still be taken off when it has expired. */
  carries(temperatureC: number | null): boolean {
    if (temperatureC === null) return true;
    const { temperatureC: range, temperatureGuardC } = this.#profile;
    const guardC = temperatureGuardC + (this.#carries ? 0 : GUARD_RETURN_C);
    this.#carries = temperatureC >= range[0] + guardC && temperatureC <= range[1] - guardC;
    return this.#carries;
  }

  /** How long an `auto` refresh has to wait, in ms; 0: not at all. */
  waitMs(temperatureC: number | null): number {
    const decision = this.decide('auto', temperatureC);
    return decision.go ? 0 : decision.waitMs;
  }

  /**
   * The mode of the last act, the off-frame: the quickest the temperature allows, whatever the
   * interval, for it stands until the vehicle runs again. Null: the panel must not be touched.
   */
  lastAct(temperatureC: number | null): RefreshMode | null {
    if (!this.bears(temperatureC)) return null;
    if (this.#lastMonoMs === null) return 'full';
    return this.#has('fast') && this.#warm(temperatureC) ? 'fast' : 'full';
  }

  /** A refresh in `mode` came to its end now. */
  done(mode: RefreshMode): void {
    this.#lastMonoMs = this.#nowMonoMs();
    this.#glassKnown = true;
    if (mode === 'full') this.#lastFullMonoMs = this.#lastMonoMs;
    this.#partials = mode === 'partial' ? this.#partials + 1 : 0;
  }

  /** For the next start; `lastAgoMs` 0 stands for a refresh that is just being made. */
  history(lastAgoMs = this.#agoMs(this.#lastMonoMs) ?? 0): RefreshHistory {
    const lastFullAgoMs = this.#agoMs(this.#lastFullMonoMs);
    return { lastAgoMs, lastFullAgoMs, partials: this.#partials };
  }

  #agoMs(monoMs: number | null): number | null {
    return monoMs === null ? null : this.#nowMonoMs() - monoMs;
  }

  /** Nobody knows what stands on the glass: the next refresh is a full one. */
  forget(): void {
    this.#lastFullMonoMs = null;
  }

  #modeFor(wanted: 'auto' | RefreshMode, temperatureC: number | null): RefreshMode {
    if (wanted === 'full' || this.#fullIsDue() || !this.#warm(temperatureC)) return 'full';
    const least =
      wanted === 'fast' || this.#budgetSpent() || !this.#glassKnown ? 'fast' : 'partial';
    const modes = THOROUGHNESS.slice(THOROUGHNESS.indexOf(least));
    return modes.find((mode) => this.#has(mode)) ?? 'full';
  }

  #fullIsDue(): boolean {
    if (this.#lastFullMonoMs === null) return true;
    const { fullEveryMs } = this.#profile;
    return fullEveryMs !== null && this.#nowMonoMs() - this.#lastFullMonoMs >= fullEveryMs;
  }

  #budgetSpent(): boolean {
    const { partialsMax } = this.#profile;
    return partialsMax !== null && this.#partials >= partialsMax;
  }

  #has(mode: RefreshMode): boolean {
    return this.#profile.minIntervalMs[mode] !== undefined;
  }

  #warm(temperatureC: number | null): boolean {
    return temperatureC === null || temperatureC >= this.#profile.quickTemperatureCMin;
  }

  #waitFor(mode: RefreshMode): number {
    if (this.#lastMonoMs === null) return 0;
    const intervalMs = this.#profile.minIntervalMs[mode] ?? 0;
    return Math.max(0, this.#lastMonoMs + intervalMs - this.#nowMonoMs());
  }
}
