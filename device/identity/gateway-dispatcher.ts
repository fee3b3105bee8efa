import type { ConnectionOptions } from 'node:tls';
import { Agent, request } from 'undici';
import { bareHost, connectGateway, type GatewayTrust } from './gateway-tls.ts';

export const gatewayHttpLimits = {
  timeoutMs: 10_000,
  answerBytesMax: 64 * 1024,
} as const;

const defaultPort = 443;

export interface DispatcherOptions {
  /** The unit's certificate and key, for what is given to this unit alone. */
  readonly own?: Pick<ConnectionOptions, 'cert' | 'key'>;
  readonly timeoutMs?: number;
  /** -1: any number. */
  readonly answerBytesMax?: number;
}

/**
 * HTTPS to the gateway, which nothing but the pinned fleet CA vouches for, and whose dates are
 * judged by trusted time alone. wire.md, "Enrolment".
 */
export function gatewayDispatcher(trust: GatewayTrust, options: DispatcherOptions = {}): Agent {
  const { own, timeoutMs, answerBytesMax } = { own: {}, ...gatewayHttpLimits, ...options };
  return new Agent({
    connect: ({ hostname, port }, callback) => {
      const at = { host: bareHost(hostname), port: Number(port) || defaultPort };
      connectGateway(at, trust, own).then(
        ({ socket }) => callback(null, socket),
        (error: Error) => callback(error, null),
      );
    },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: answerBytesMax,
    keepAliveTimeout: 1_000,
  });
}

/** No answer came. */
export interface Unreachable {
  readonly kind: 'unreachable';
  readonly reason: string;
}

/** Posts JSON to a path of the gateway and has the answer read by its status. Never rejects. */
export function gatewayPost<Answer>(
  gatewayUrl: string,
  path: string,
  trust: GatewayTrust,
  read: (status: number, body: unknown) => Answer,
): (body: object) => Promise<Answer | Unreachable> {
  const dispatcher = gatewayDispatcher(trust);
  const url = new URL(path, gatewayUrl);
  return async (body) => {
    try {
      const answer = await request(url, {
        dispatcher,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return read(answer.statusCode, await answer.body.json());
    } catch (error) {
      return { kind: 'unreachable', reason: (error as Error).message };
    }
  };
}
