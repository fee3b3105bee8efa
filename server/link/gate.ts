import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, errorTable } from '../../protocols/errors.ts';
import type { Store } from '../../protocols/store/store.ts';
import { type Link, linkOfKey } from './link-table.ts';

/** Longest bearer key looked at, in characters. */
const bearerCharsMax = 128;

/** Answers a program with a refusal of the error table. */
export function refuse(reply: FastifyReply, code: ErrorCode, message?: string): FastifyReply {
  const row = errorTable[code];
  return reply.code(row.status).send({ code, message: message ?? row.en });
}

/** 127.0.0.0/8 and ::1, also written as an IPv4 address within IPv6. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

/** Off loopback only https. wire.md, "Gateway ↔ server (HTTP)". */
export function isSafeTransport(request: Pick<FastifyRequest, 'protocol' | 'ip'>): boolean {
  return request.protocol === 'https' || isLoopback(request.ip);
}

/** The key of an `Authorization: Bearer …` header; null without one. */
export function bearerOf(header: string | undefined): string | null {
  const match = /^Bearer ([\w-]+)$/i.exec(header ?? '');
  const bearer = match?.[1] ?? null;
  return bearer === null || bearer.length > bearerCharsMax ? null : bearer;
}

/** The link of a request; otherwise the refusal. */
export async function linkOf(
  store: Store,
  request: FastifyRequest,
): Promise<Link | { readonly refused: ErrorCode }> {
  const bearer = bearerOf(request.headers.authorization);
  const link = bearer === null ? undefined : await linkOfKey(store, bearer);
  return link ?? { refused: 'unauthorised' };
}
