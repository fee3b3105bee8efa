import { createHash, timingSafeEqual } from 'node:crypto';

export const sessionLimits = {
  /** Whoever forgets to leave is out after this, ms. */
  lifeMs: 30 * 60_000,
  /** Browsers at one unit; the oldest goes. */
  sessionsMax: 8,
  tokenBytes: 24,
} as const;

/** Somebody who has given the PIN. */
export interface LocalSession {
  /** Stands in every form: another page of the browser does not know it. */
  readonly csrf: string;
  readonly endsMonoMs: number;
}

interface SessionSource {
  nowMonoMs(): number;
  randomBytes(count: number): Uint8Array;
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Sessions in memory, by the digest of their token: a restart ends them all. */
export class LocalSessions {
  readonly #source: SessionSource;
  readonly #sessions = new Map<string, LocalSession>();

  constructor(source: SessionSource) {
    this.#source = source;
  }

  /** The token for the cookie. */
  open(): string {
    const { nowMonoMs } = this.#source;
    const token = this.#word();
    const session = { csrf: this.#word(), endsMonoMs: nowMonoMs() + sessionLimits.lifeMs };
    this.#sessions.set(digestOf(token), session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > sessionLimits.sessionsMax && oldest !== undefined) {
      this.#sessions.delete(oldest);
    }
    return token;
  }

  /** Null: none, or over. */
  find(token: string | null): LocalSession | null {
    if (token === null) return null;
    const session = this.#sessions.get(digestOf(token)) ?? null;
    if (session !== null && this.#source.nowMonoMs() >= session.endsMonoMs) {
      this.#sessions.delete(digestOf(token));
      return null;
    }
    return session;
  }

  close(token: string): void {
    this.#sessions.delete(digestOf(token));
  }

  #word(): string {
    return Buffer.from(this.#source.randomBytes(sessionLimits.tokenBytes)).toString('base64url');
  }
}

/** Whether a form was made for this session. */
export function isOwnForm({ csrf }: LocalSession, given: string | undefined): boolean {
  const [own, other] = [csrf, given ?? ''].map((text) => Buffer.from(digestOf(text)));
  return own !== undefined && other !== undefined && timingSafeEqual(own, other);
}
