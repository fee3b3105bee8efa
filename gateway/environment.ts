/** What the gateway may know of the world outside: handed in, so that tests can be the world. */

/** One line a call; pino fits. `fields` never hold a code, a key or a token. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface GatewayEnv {
  /** Unix ms, UTC. */
  nowMs(): number;
  /** A clock that never jumps, in ms from anywhere. */
  nowMonoMs(): number;
  /** From a cryptographic source. */
  randomBytes(size: number): Buffer;
  readonly log: Log;
}
