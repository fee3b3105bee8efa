import { Value } from 'typebox/value';
import {
  type RenewalGrant,
  type RenewalRequest,
  renewalRequest,
  verifyRenewal,
} from '../../protocols/enrolment/renewal.ts';
import type { CertificateAuthority } from '../authority/authority.ts';
import { readCsr } from '../authority/csr.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { FleetUnit } from '../registry/fleet-table.ts';
import type { FleetRegistry } from '../registry/registry.ts';
import type { GrantBasis } from './enrolment.ts';
import { asksWithNonce, Nonces } from './nonces.ts';

/** A unit that asks more often gets no second certificate: its answer is on the way, or lost. */
export const renewalGapMsMin = 30_000;

export interface RenewalDeps {
  readonly registry: FleetRegistry;
  readonly authority: CertificateAuthority;
  readonly env: GatewayEnv;
  readonly grantBasis: () => GrantBasis;
}

export type RenewalAnswer =
  | { readonly kind: 'challenge'; readonly nonce: string; readonly gatewayMs: number }
  | { readonly kind: 'renewed'; readonly grant: RenewalGrant }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Renewal of a unit's certificate on the proof of its Ed25519 key alone: a truck that was parked
 * until its certificate ended is not lost. reliability.md, "Identity".
 */
export class Renewal {
  readonly #deps: RenewalDeps;
  readonly #nonces: Nonces;
  /** Monotonic ms of the last certificate, by serial. */
  readonly #renewedAtMs = new Map<string, number>();

  constructor(deps: RenewalDeps) {
    this.#deps = deps;
    this.#nonces = new Nonces(deps.env);
  }

  /** The body of a request is whatever came; every "no" is an answer. */
  async ask(body: unknown): Promise<RenewalAnswer> {
    if (!asksWithNonce(body)) return this.#challenge();
    if (!Value.Check(renewalRequest, body)) return refused(refusal('bad-request'));
    if (!this.#nonces.use(body.nonce)) return this.#challenge();
    const { registry } = this.#deps;
    const unit = registry.bySerial(body.serial);
    if (unit === undefined) return refused(refusal('unknown-serial'));
    const key = registry.batchKey(unit.serial, unit.enrolment);
    if (key === undefined) {
      return refused(refusal('forbidden', `${unit.serial} is ${unit.state}: enrol it again`));
    }
    if (!verifyRenewal(body, key.publicKey)) return refused(refusal('bad-signature'));
    const csr = await readCsr(body.csr);
    if (!csr.ok) return refused(refusal('bad-request', csr.reason));
    if (csr.commonName !== unit.serial) {
      return refused(refusal('bad-request', 'the certificate request is for another name'));
    }
    return this.#renew(unit, body);
  }

  #challenge(): RenewalAnswer {
    const gatewayMs = this.#deps.env.nowMs();
    return { kind: 'challenge', nonce: this.#nonces.give(), gatewayMs };
  }

  async #renew(unit: FleetUnit, { csr }: RenewalRequest): Promise<RenewalAnswer> {
    const { registry, authority, env, grantBasis } = this.#deps;
    const nowMs = env.nowMonoMs();
    const lastMs = this.#renewedAtMs.get(unit.serial);
    if (lastMs !== undefined && nowMs - lastMs < renewalGapMsMin) {
      return refused(refusal('too-many'));
    }
    this.#renewedAtMs.set(unit.serial, nowMs);
    const issued = await authority.issueUnit(csr, unit.serial);
    await registry.addCertificate(unit, issued, 'renew');
    const { brokers, gatewayKeys, codeAddress } = grantBasis();
    const grant: RenewalGrant = {
      status: 'renewed',
      certificatePem: issued.pem,
      fleetCaPem: authority.caPem,
      brokers: [...brokers],
      gatewayKeys: [...gatewayKeys],
      codeAddress,
    };
    return { kind: 'renewed', grant };
  }
}

function refused(why: Refusal): RenewalAnswer {
  return { kind: 'refused', refusal: why };
}
