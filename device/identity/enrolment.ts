import { enrolmentDigits, enrolmentHost } from '../../protocols/enrolment/code.ts';
import { keyFingerprint, signRequest } from '../../protocols/enrolment/request.ts';
import { type CodeHost, linkOf } from '../../protocols/scan-code/link.ts';
import type { Signer } from '../../protocols/signed/ed25519.ts';
import type { Cancel, DeviceEnv } from '../environment.ts';
import { randomShare } from '../environment.ts';
import type { ScreenState } from '../screen/screen.ts';
import { type Credentials, type GrantReading, saveGrant } from './credentials.ts';
import type { AskGateway, EnrolmentAnswer } from './enrolment-client.ts';

/** wire.md, "Enrolment" 2: it repeats every 5–60 s. */
export const enrolmentLimits = {
  askPeriodMsMin: 5_000,
  askPeriodMsMax: 60_000,
  /** A code on the screen is signed afresh well within its ten minutes. */
  codeRenewMs: 240_000,
} as const;

export interface EnrolmentParts {
  readonly serial: string;
  readonly signer: Signer;
  readonly csr: string;
  readonly codeHost: CodeHost;
  /** Where the grant is kept. */
  readonly path: string;
  readonly ask: AskGateway;
  readonly env: DeviceEnv;
  /** Looks a grant over against this unit's keys. */
  readonly check: (grant: unknown) => GrantReading;
  /** The unit's trusted time, Unix ms; null without. */
  trustedMs(): number | null;
  /** Called once, with a grant that is on disk. */
  onGranted(credentials: Credentials): void;
  /** The code to show has changed. */
  onCodeChanged(): void;
}

/** Asks for credentials until it has them, and makes the code a technician scans. */
export class Enrolment {
  readonly #parts: EnrolmentParts;
  #next: Cancel | null = null;
  #stopped = true;
  #periodMs: number = enrolmentLimits.askPeriodMsMin;
  /** Gateway time over an authenticated line, for the enrolment code alone. */
  #gateway: { readonly ms: number; readonly monoMs: number } | null = null;
  #code: { readonly digits: string; readonly madeMonoMs: number } | null = null;
  #lastRefusal = '';

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopped = false;
    this.#askSoon(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#next?.();
  }

  /** What the screen shows of it. */
  screen(): NonNullable<ScreenState['enrolment']> {
    const { serial, signer, env } = this.#parts;
    const codeHost = enrolmentHost(this.#parts.codeHost);
    const monoMs = env.nowMonoMs();
    if (this.#code === null || monoMs - this.#code.madeMonoMs > enrolmentLimits.codeRenewMs) {
      const issuedAt = Math.floor(this.#nowMs() / 1000);
      this.#code = { digits: enrolmentDigits(serial, issuedAt, signer), madeMonoMs: monoMs };
    }
    const { digits } = this.#code;
    const fingerprint = keyFingerprint(signer.publicKey);
    return { link: linkOf(codeHost, digits), digits, codeHost, serial, fingerprint };
  }

  /** The best time there is: it only dates a code that is worth nothing without an approval. */
  #nowMs(): number {
    const { env, trustedMs } = this.#parts;
    const gateway = this.#gateway;
    const gatewayMs = gateway === null ? null : gateway.ms + env.nowMonoMs() - gateway.monoMs;
    return trustedMs() ?? gatewayMs ?? env.nowMs();
  }

  async #askOnce(nonce: string): Promise<EnrolmentAnswer> {
    const { serial, signer, csr, ask, env } = this.#parts;
    const publicKey = Buffer.from(signer.publicKey).toString('base64url');
    const answer = await ask(signRequest({ serial, publicKey, csr, nonce }, signer));
    if (answer.kind === 'challenge' && this.#gateway === null) {
      this.#gateway = { ms: answer.gatewayMs, monoMs: env.nowMonoMs() };
      this.#code = null;
      this.#parts.onCodeChanged();
    }
    return answer;
  }

  async #ask(): Promise<void> {
    const first = await this.#askOnce('');
    const answer = first.kind === 'challenge' ? await this.#askOnce(first.nonce) : first;
    if (this.#stopped) return;
    if (answer.kind === 'granted' && (await this.#take(answer.grant))) return;
    this.#askSoon(this.#waitMs(answer));
  }

  async #take(grant: unknown): Promise<boolean> {
    const { check, path, env, onGranted } = this.#parts;
    const reading = check(grant);
    if (!reading.ok) {
      env.log.error({ reason: reading.reason }, 'the grant was refused by this unit');
      return false;
    }
    await saveGrant(path, reading.credentials.grant);
    this.#stopped = true;
    onGranted(reading.credentials);
    return true;
  }

  /** Doubles while nobody answers; otherwise as the gateway asks, within the bounds. */
  #waitMs(answer: EnrolmentAnswer): number {
    const { askPeriodMsMin, askPeriodMsMax } = enrolmentLimits;
    const { env } = this.#parts;
    if (answer.kind === 'pending') {
      this.#periodMs = Math.min(Math.max(answer.retryAfterMs, askPeriodMsMin), askPeriodMsMax);
      return this.#periodMs;
    }
    const reason = answer.kind === 'unreachable' ? answer.reason : answer.kind;
    const why = answer.kind === 'refused' ? answer.code : reason;
    if (why !== this.#lastRefusal) env.log.warn({ why }, 'enrolment has to wait');
    this.#lastRefusal = why;
    // An unknown serial is loaded at any moment: ask as often as while pending.
    if (answer.kind === 'refused') return askPeriodMsMin * (1 + randomShare(env));
    const waitMs = this.#periodMs * (0.5 + randomShare(env) / 2);
    this.#periodMs = Math.min(this.#periodMs * 2, askPeriodMsMax);
    return Math.max(waitMs, askPeriodMsMin);
  }

  #askSoon(waitMs: number): void {
    if (this.#stopped) return;
    this.#next = this.#parts.env.timers.after(waitMs, () => {
      this.#ask().catch((error: unknown) => {
        this.#parts.env.log.error({ error: String(error) }, 'enrolment failed');
        this.#askSoon(enrolmentLimits.askPeriodMsMax);
      });
    });
  }
}
