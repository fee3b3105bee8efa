import { Value } from 'typebox/value';
import {
  type EnrolmentRequest,
  enrolmentChallenge,
  enrolmentPending,
} from '../../protocols/enrolment/request.ts';
import { gatewayPost, type Unreachable } from './gateway-dispatcher.ts';
import type { GatewayTrust } from './gateway-tls.ts';

/** What one question to the gateway came to. */
export type EnrolmentAnswer =
  | { readonly kind: 'challenge'; readonly nonce: string; readonly gatewayMs: number }
  | { readonly kind: 'pending'; readonly retryAfterMs: number }
  /** Not looked at yet: the caller checks it against its own keys. */
  | { readonly kind: 'granted'; readonly grant: unknown }
  /** `code` of the gateway's error table, such as `unknown-serial`. */
  | { readonly kind: 'refused'; readonly code: string }
  | Unreachable;

/** Asks the gateway once. Never rejects. */
export type AskGateway = (body: EnrolmentRequest) => Promise<EnrolmentAnswer>;

function codeIn(body: unknown): string {
  const code = (body as { code?: unknown; error?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'bad-answer';
}

/** Reads an answer by its status. Never throws. */
export function readAnswer(status: number, body: unknown): EnrolmentAnswer {
  if (status === 401 && Value.Check(enrolmentChallenge, body)) {
    return { kind: 'challenge', nonce: body.nonce, gatewayMs: body.gatewayMs };
  }
  if (status === 202 && Value.Check(enrolmentPending, body)) {
    return { kind: 'pending', retryAfterMs: body.retryAfterS * 1000 };
  }
  if (status === 200) return { kind: 'granted', grant: body };
  return { kind: 'refused', code: codeIn(body) };
}

/**
 * `POST /enrol/requests` over HTTPS. Nothing but the fleet CA is trusted: a unit fresh from the
 * workshop knows no other authority. wire.md, "Enrolment".
 */
export function httpsAsk(gatewayUrl: string, trust: GatewayTrust): AskGateway {
  return gatewayPost(gatewayUrl, '/enrol/requests', trust, readAnswer);
}
