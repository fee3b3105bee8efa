import type { GatewayEnv } from '../environment.ts';

/** wire.md, "Enrolment": single use, 60 s. */
export const nonceTtlMs = 60_000;
/** Nonces waiting to be used; beyond this the oldest one goes. */
export const noncesMax = 10_000;
const nonceBytes = 24;

/** Nonces that were given out and not used yet, oldest first. */
export class Nonces {
  readonly #env: Pick<GatewayEnv, 'nowMonoMs' | 'randomBytes'>;
  readonly #givenAtMs = new Map<string, number>();

  constructor(env: Pick<GatewayEnv, 'nowMonoMs' | 'randomBytes'>) {
    this.#env = env;
  }

  give(): string {
    const nonce = this.#env.randomBytes(nonceBytes).toString('base64url');
    this.#givenAtMs.set(nonce, this.#env.nowMonoMs());
    const oldest = this.#givenAtMs.keys().next().value;
    if (this.#givenAtMs.size > noncesMax && oldest !== undefined) this.#givenAtMs.delete(oldest);
    return nonce;
  }

  /** True once for each nonce, within its time. */
  use(nonce: string): boolean {
    const givenAtMs = this.#givenAtMs.get(nonce);
    this.#givenAtMs.delete(nonce);
    return givenAtMs !== undefined && this.#env.nowMonoMs() - givenAtMs <= nonceTtlMs;
  }
}

/** False: the body asks for a nonce first. */
export function asksWithNonce(body: unknown): boolean {
  const nonce = (body as { nonce?: unknown } | null | undefined)?.nonce;
  return typeof nonce === 'string' && nonce !== '';
}
