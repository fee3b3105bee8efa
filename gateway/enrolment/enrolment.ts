import { Value } from 'typebox/value';
import { type EnrolmentCodeProblem, readEnrolmentDigits } from '../../protocols/enrolment/code.ts';
import {
  type EnrolmentGrant,
  type EnrolmentRequest,
  enrolmentRequest,
  keyFingerprint,
  verifyRequest,
} from '../../protocols/enrolment/request.ts';
import type { ErrorCode } from '../../protocols/errors.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { CertificateAuthority } from '../authority/authority.ts';
import { readCsr } from '../authority/csr.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { FleetUnit, KeySet } from '../registry/fleet-table.ts';
import type { FleetRegistry, UnitResult } from '../registry/registry.ts';
import { rights } from '../registry/states.ts';
import { asksWithNonce, Nonces } from './nonces.ts';
import { keepRequest, type RequestSource, requestsOf } from './requests-table.ts';

/** How soon a waiting unit asks again, in seconds. */
const retryAfterS = 5;
const requestIdBytes = 16;

/** What goes into every grant and is the same for all units: addresses and public keys. */
export interface GrantBasis {
  readonly brokers: readonly string[];
  readonly gatewayKeys: readonly { keyId: string; publicKey: string }[];
  readonly codeAddress: string;
  /** Signs releases: units pin it. */
  readonly releaseKey?: string | undefined;
}

export interface EnrolmentDeps {
  readonly store: Store;
  readonly registry: FleetRegistry;
  readonly authority: CertificateAuthority;
  readonly env: GatewayEnv;
  /** Known once the listeners have their ports. */
  readonly grantBasis: () => GrantBasis;
}

/** One answer of `POST /enrol/requests`. */
export type EnrolmentAnswer =
  | { readonly kind: 'challenge'; readonly nonce: string; readonly gatewayMs: number }
  | { readonly kind: 'pending'; readonly retryAfterS: number }
  | { readonly kind: 'granted'; readonly grant: EnrolmentGrant }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** `serial` is set when the code itself was good: signed by the key it carries, and in time. */
export type OpenedCode =
  | { readonly ok: true; readonly requestId: string }
  | (Refusal & { readonly serial: string | null });

/** A clock that is behind shows codes that have expired; one that is ahead, codes of later. */
const codeProblems: Readonly<Record<EnrolmentCodeProblem, ErrorCode>> = {
  malformed: 'bad-request',
  'bad-signature': 'bad-signature',
  early: 'clock-off',
  expired: 'code-expired',
};

function normalFingerprint(text: string): string {
  return text.replaceAll(/[^0-9A-Fa-f]/g, '').toUpperCase();
}

/** Enrolment of units. wire.md, "Enrolment". */
export class Enrolment {
  readonly #deps: EnrolmentDeps;
  readonly #nonces: Nonces;

  constructor(deps: EnrolmentDeps) {
    this.#deps = deps;
    this.#nonces = new Nonces(deps.env);
  }

  /** The body of a request is whatever came; every "no" is an answer. */
  async ask(body: unknown): Promise<EnrolmentAnswer> {
    if (!asksWithNonce(body)) return this.#challenge();
    if (!Value.Check(enrolmentRequest, body)) return refused(refusal('bad-request'));
    if (!this.#nonces.use(body.nonce)) return this.#challenge();
    if (!verifyRequest(body)) return refused(refusal('bad-signature'));
    const csr = await readCsr(body.csr);
    if (!csr.ok) return refused(refusal('bad-request', csr.reason));
    if (csr.commonName !== body.serial) {
      return refused(refusal('bad-request', 'the certificate request is for another name'));
    }
    return this.#judge(body);
  }

  /** A scanned enrolment code: its key now waits for approval. Refused: what is wrong with it. */
  async openCode(digits: string): Promise<OpenedCode> {
    const code = readEnrolmentDigits(digits, Math.floor(this.#deps.env.nowMs() / 1000));
    if (typeof code === 'string') return { ...refusal(codeProblems[code]), serial: null };
    const waiting = await this.#wait(code.serial, code.publicKey, 'code');
    return waiting.ok ? waiting : { ...waiting, serial: code.serial };
  }

  /** A technician says that the key with this fingerprint belongs to this serial. */
  async approve(serial: string, fingerprint: string, by: string): Promise<UnitResult> {
    const { registry, store } = this.#deps;
    const unit = registry.bySerial(serial);
    if (unit === undefined) return refusal('unknown-serial');
    const wanted = normalFingerprint(fingerprint);
    const matches = (publicKey: Uint8Array) =>
      normalFingerprint(keyFingerprint(publicKey)) === wanted;
    const current = registry.currentKeySet(serial);
    if (current !== undefined && matches(current.publicKey)) return { ok: true, unit };
    const request = (await requestsOf(store, serial)).find(({ publicKey }) => matches(publicKey));
    if (request === undefined) {
      return refusal('not-found', 'no unit with this serial and fingerprint has asked');
    }
    return registry.approve(serial, request.publicKey, by);
  }

  #challenge(): EnrolmentAnswer {
    const gatewayMs = this.#deps.env.nowMs();
    return { kind: 'challenge', nonce: this.#nonces.give(), gatewayMs };
  }

  /** The request is whole and signed by the key it carries: what may this key have? */
  async #judge(request: EnrolmentRequest): Promise<EnrolmentAnswer> {
    const { registry } = this.#deps;
    const unit = registry.bySerial(request.serial);
    if (unit === undefined) return refused(refusal('unknown-serial'));
    const publicKey = Buffer.from(request.publicKey, 'base64url');
    const keys = registry.currentKeySet(request.serial);
    if (keys !== undefined && publicKey.equals(keys.publicKey) && rights[unit.state].session) {
      return { kind: 'granted', grant: await this.#grant(unit, keys, request.csr) };
    }
    const waiting = await this.#wait(request.serial, publicKey, 'network');
    return waiting.ok ? { kind: 'pending', retryAfterS } : refused(waiting);
  }

  async #wait(
    serial: string,
    publicKey: Uint8Array,
    source: RequestSource,
  ): Promise<{ ok: true; requestId: string } | Refusal> {
    const { registry, store, env } = this.#deps;
    const unit = registry.bySerial(serial);
    if (unit === undefined) return refusal('unknown-serial');
    if (!rights[unit.state].enrol) {
      return refusal('serial-active', `${serial} is ${unit.state}: put it aside before a new key`);
    }
    const pending = await registry.apply(serial, 'request', 'unit', source);
    if (!pending.ok) return pending;
    const requestId = env.randomBytes(requestIdBytes).toString('hex');
    const askedAtMs = env.nowMs();
    const kept = await store.write((tx) =>
      keepRequest(tx, { requestId, serial, publicKey, source, askedAtMs }),
    );
    return { ok: true, requestId: kept };
  }

  /** The same key gets the same grant, with a fresh certificate. */
  async #grant(unit: FleetUnit, keys: KeySet, csr: string): Promise<EnrolmentGrant> {
    const { authority, registry, grantBasis } = this.#deps;
    const issued = await authority.issueUnit(csr, unit.serial);
    await registry.addCertificate(unit, issued, 'enrol');
    const { brokers, gatewayKeys, codeAddress, releaseKey } = grantBasis();
    return {
      status: 'granted',
      unitId: unit.unitId ?? 0,
      enrolment: unit.enrolment,
      kind: unit.kind === 1 ? 1 : 0,
      certificatePem: issued.pem,
      fleetCaPem: authority.caPem,
      brokers: [...brokers],
      gatewayKeys: [...gatewayKeys],
      matchKey: Buffer.from(keys.matchKey).toString('base64url'),
      codeAddress,
      ...(releaseKey !== undefined && { releaseKey }),
    };
  }
}

function refused(why: Refusal): EnrolmentAnswer {
  return { kind: 'refused', refusal: why };
}
