import type { FastifyBaseLogger } from 'fastify';

/** What the server takes from outside: clock, randomness, log. Given by main.ts or a test. */
export interface ServerEnvironment {
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  readonly randomBytes: (bytes: number) => Buffer;
  readonly log: FastifyBaseLogger;
}
