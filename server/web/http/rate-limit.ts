/** So many of something from one address within a span of time. */
export interface RateRule {
  readonly countMax: number;
  readonly windowMs: number;
}

/** Addresses remembered at once; beyond, the oldest are forgotten. */
const addressesMax = 10_000;

/** Counts what comes from an address in spans that begin with its first. Kept in memory only. */
export class RateLimit {
  readonly #rule: RateRule;
  readonly #spans = new Map<string, { readonly fromMs: number; count: number }>();

  constructor(rule: RateRule) {
    this.#rule = rule;
  }

  /** Counts one more; false when it is one too many. */
  take(address: string, nowMs: number): boolean {
    const span = this.#spans.get(address);
    if (span !== undefined && nowMs - span.fromMs < this.#rule.windowMs) {
      span.count += 1;
      return span.count <= this.#rule.countMax;
    }
    this.#spans.delete(address);
    this.#spans.set(address, { fromMs: nowMs, count: 1 });
    const oldest = this.#spans.keys().next().value;
    if (this.#spans.size > addressesMax && oldest !== undefined) this.#spans.delete(oldest);
    return true;
  }
}
