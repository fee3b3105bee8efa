import { Value } from 'typebox/value';
import { request } from 'undici';
import {
  type RenewalGrant,
  type RenewalRequest,
  renewalGrant,
} from '../../protocols/enrolment/renewal.ts';
import { enrolmentChallenge } from '../../protocols/enrolment/request.ts';
import { gatewayDispatcher } from './gateway-dispatcher.ts';
import type { GatewayTrust } from './gateway-tls.ts';

/** What one question to the gateway came to. */
export type RenewalAnswer =
  | { readonly kind: 'challenge'; readonly nonce: string }
  /** Fits its schema; the caller checks it against its own keys. */
  | { readonly kind: 'renewed'; readonly grant: RenewalGrant }
  /** `code` of the gateway's error table, such as `forbidden`. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

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

/**
 * `POST /enrol/renewals` over HTTPS, without a client certificate: it may have ended.
 */
export function httpsRenewal(gatewayUrl: string, trust: GatewayTrust): AskRenewal {
  const dispatcher = gatewayDispatcher(trust);
  const url = new URL('/enrol/renewals', gatewayUrl);
  return async (body) => {
    try {
      const answer = await request(url, {
        dispatcher,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return readRenewalAnswer(answer.statusCode, await answer.body.json());
    } catch (error) {
      return { kind: 'unreachable', reason: (error as Error).message };
    }
  };
}
