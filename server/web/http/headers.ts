import type { FastifyReply } from 'fastify';

/** No script, nothing from elsewhere, not in a frame. reliability.md, "Threats": web. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every answer a person's browser gets. */
const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
  'permissions-policy': 'geolocation=(), camera=(), microphone=()',
  'cross-origin-opener-policy': 'same-origin',
};

export function setPageHeaders(reply: FastifyReply): void {
  for (const [name, value] of Object.entries(pageHeaders)) reply.header(name, value);
}
