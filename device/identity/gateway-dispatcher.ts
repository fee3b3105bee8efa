import { Agent } from 'undici';
import { bareHost, connectGateway, type GatewayTrust } from './gateway-tls.ts';

export const gatewayHttpLimits = {
  timeoutMs: 10_000,
  answerBytesMax: 64 * 1024,
} as const;

const defaultPort = 443;

/**
 * HTTPS to the gateway, which nothing but the pinned fleet CA vouches for, and whose dates are
 * judged by trusted time alone. wire.md, "Enrolment".
 */
export function gatewayDispatcher(trust: GatewayTrust): Agent {
  return new Agent({
    connect: ({ hostname, port }, callback) => {
      const at = { host: bareHost(hostname), port: Number(port) || defaultPort };
      connectGateway(at, trust).then(
        ({ socket }) => callback(null, socket),
        (error: Error) => callback(error, null),
      );
    },
    headersTimeout: gatewayHttpLimits.timeoutMs,
    bodyTimeout: gatewayHttpLimits.timeoutMs,
    maxResponseSize: gatewayHttpLimits.answerBytesMax,
    keepAliveTimeout: 1_000,
  });
}
