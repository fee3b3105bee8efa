import { renewAfterShare, signRenewal } from '../../protocols/enrolment/renewal.ts';
import type { EnrolmentGrant } from '../../protocols/enrolment/request.ts';
import type { Signer } from '../../protocols/signed/ed25519.ts';
import { type Cancel, type DeviceEnv, randomShare } from '../environment.ts';
import { type Credentials, type GrantReading, saveGrant } from './credentials.ts';
import type { AskRenewal, RenewalAnswer } from './renewal-client.ts';

/** reliability.md, "Identity": 90 days, renewed at 60. */
export const renewalLimits = {
  /** How often the unit looks whether it is time: a timer of 60 days would not survive. */
  lookMs: 3_600_000,
  retryDelayMsMin: 60_000,
  retryDelayMsMax: 3_600_000,
  /** A fleet that was enrolled in one week does not come back in one minute. */
  spreadMsMax: 86_400_000,
} as const;

export interface RenewalParts {
  readonly serial: string;
  readonly signer: Signer;
  /** PKCS#10 of the TLS key in PEM, made when it is asked for: most starts need none. */
  csr(): Promise<string>;
  /** Where the grant is kept. */
  readonly path: string;
  readonly ask: AskRenewal;
  readonly env: DeviceEnv;
  readonly credentials: Credentials;
  /** Looks a grant over against this unit's keys. */
  readonly check: (grant: unknown) => GrantReading;
  /** The unit's trusted time, Unix ms; null without. */
  trustedMs(): number | null;
  /** Called with credentials that are on disk: the next session uses them. */
  onRenewed(credentials: Credentials): void;
}

/**
 * Renews the client certificate after two thirds of its life, and also after its end: the proof is
 * the Ed25519 key, which does not end. Runs as long as the unit is enrolled.
 */
export class Renewal {
  readonly #parts: RenewalParts;
  readonly #spreadMs: number;
  #credentials: Credentials;
  #next: Cancel | null = null;
  #stopped = true;
  #retryDelayMs: number = renewalLimits.retryDelayMsMin;

  constructor(parts: RenewalParts) {
    this.#parts = parts;
    this.#credentials = parts.credentials;
    this.#spreadMs = randomShare(parts.env) * renewalLimits.spreadMsMax;
  }

  start(): void {
    this.#stopped = false;
    this.#lookIn(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#next?.();
  }

  /** Unix ms from which on this unit asks for the next certificate. */
  get #dueMs(): number {
    const { certificateFromMs, certificateToMs } = this.#credentials;
    const lifeMs = certificateToMs - certificateFromMs;
    return certificateFromMs + lifeMs * renewAfterShare + this.#spreadMs;
  }

  #lookIn(waitMs: number): void {
    if (this.#stopped) return;
    this.#next?.();
    this.#next = this.#parts.env.timers.after(waitMs, () => {
      this.#look().catch((error: unknown) => {
        this.#parts.env.log.error({ error: String(error) }, 'the certificate was not renewed');
        this.#lookIn(renewalLimits.retryDelayMsMax);
      });
    });
  }

  async #look(): Promise<void> {
    const { env, trustedMs } = this.#parts;
    // Without trusted time the clock may be years off: there is nothing to compare yet.
    const nowMs = trustedMs();
    if (nowMs === null) return this.#lookIn(renewalLimits.retryDelayMsMin);
    if (nowMs < this.#dueMs) {
      return this.#lookIn(Math.min(renewalLimits.lookMs, this.#dueMs - nowMs));
    }
    const answer = await this.#ask();
    if (this.#stopped) return;
    if (answer.kind === 'renewed' && (await this.#take(answer.grant))) {
      this.#retryDelayMs = renewalLimits.retryDelayMsMin;
      return this.#lookIn(renewalLimits.lookMs);
    }
    env.log.warn({ answer: wordOf(answer) }, 'the certificate has to wait for its renewal');
    const delayMs = this.#retryDelayMs * (0.5 + randomShare(env) / 2);
    this.#retryDelayMs = Math.min(this.#retryDelayMs * 2, renewalLimits.retryDelayMsMax);
    this.#lookIn(Math.max(delayMs, renewalLimits.retryDelayMsMin / 2));
  }

  async #ask(): Promise<RenewalAnswer> {
    const first = await this.#askOnce('');
    return first.kind === 'challenge' ? this.#askOnce(first.nonce) : first;
  }

  async #askOnce(nonce: string): Promise<RenewalAnswer> {
    const { serial, signer, ask } = this.#parts;
    const csr = await this.#parts.csr();
    return await ask(signRenewal({ serial, csr, nonce }, signer));
  }

  /** On disk first, then in use. */
  async #take(renewed: Extract<RenewalAnswer, { kind: 'renewed' }>['grant']): Promise<boolean> {
    const { check, path, env, onRenewed } = this.#parts;
    const grant: EnrolmentGrant = { ...this.#credentials.grant, ...renewed, status: 'granted' };
    const reading = check(grant);
    if (!reading.ok) {
      env.log.error({ reason: reading.reason }, 'the renewal was refused by this unit');
      return false;
    }
    await saveGrant(path, reading.credentials.grant);
    this.#credentials = reading.credentials;
    onRenewed(reading.credentials);
    return true;
  }
}

function wordOf(answer: RenewalAnswer): string {
  switch (answer.kind) {
    case 'refused':
      return answer.code;
    case 'unreachable':
      return answer.reason;
    default:
      return answer.kind;
  }
}
