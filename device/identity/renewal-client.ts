import { Value } from 'typebox/value';
import {
  type RenewalGrant,
  type RenewalRequest,
  renewalGrant,
} from '../../protocols/enrolment/renewal.ts';
import { enrolmentChallenge } from '../../protocols/enrolment/request.ts';
import { gatewayPost, type Unreachable } from './gateway-dispatcher.ts';
import type { GatewayTrust } from './gateway-tls.ts';

/** What one question to the gateway came to. */
export type RenewalAnswer =
  | { readonly kind: 'challenge'; readonly nonce: string }
  /** Fits its schema; the caller checks it against its own keys. */
  | { readonly kind: 'renewed'; readonly grant: RenewalGrant }
  /** `code` of the gateway's error table, such as `forbidden`. */
  | { readonly kind: 'refused'; readonly code: string }
  | Unreachable;

/** Asks the gateway once. Never rejects. */
export type AskRenewal = (body: RenewalRequest) => Promise<RenewalAnswer>;

/** Reads an answer by its status. Never throws. */
export function readRenewalAnswer(status: number, body: unknown): RenewalAnswer {
  if (status === 401 && Value.Check(enrolmentChallenge, body)) {
    return { kind: 'challenge', nonce: body.nonce };
  }
  if (status === 200 && Value.Check(renewalGrant, body)) return { kind: 'renewed', grant: body };
  const code = (body as { code?: unknown } | null)?.code;
  return { kind: 'refused', code: typeof code === 'string' ? code : 'bad-answer' };
}

/** `POST /enrol/renewals` over HTTPS, without a client certificate: it may have ended. */
export function httpsRenewal(gatewayUrl: string, trust: GatewayTrust): AskRenewal {
  return gatewayPost(gatewayUrl, '/enrol/renewals', trust, readRenewalAnswer);
}
