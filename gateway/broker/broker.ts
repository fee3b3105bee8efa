import type { Channel } from '../../protocols/messages/topics.ts';
import type { TlsMaterial } from '../authority/tls-identity.ts';
import type { GatewayEnv } from '../environment.ts';

/** What any broker tells the gateway. */
export interface BrokerDeps {
  readonly env: GatewayEnv;
  /** Bytes on a unit's own `up`; resolves when the sender may be told that they were taken. */
  readonly onUp: (serial: string, bytes: Uint8Array) => Promise<void>;
  readonly onOpened: (serial: string) => void;
  readonly onClosed: (serial: string) => void;
}

/** Why units are not reached just now, for `/healthz`. */
export type BrokerProblem = 'broker-away';

/**
 * The way to the units: a broker inside this process, or one that others run. Either way what a
 * unit sends is acknowledged by the gateway itself after COMMIT, never by the broker.
 * architecture.md, "Stores and engines".
 */
export interface UnitBroker {
  /** Begins; answers the port it listens on, 0 when the broker is not in this process. */
  start(tls: TlsMaterial): Promise<number>;
  stop(): Promise<void>;
  /** What to show, and whom to trust, from now on; sessions that stand go on. */
  useTls(tls: TlsMaterial): void;
  isOpen(serial: string): boolean;
  /** Hands a message to a live session; false: there is none. */
  send(serial: string, channel: Channel, text: string): boolean;
  /** Ends the session of a unit that may not have one any more. */
  close(serial: string): void;
  /** A unit said `hello`: how a broker that sees no sessions learns that one began. */
  greeted(serial: string): void;
  /** The list of revoked certificates, as it stood at this monotonic ms, is written. Never rejects. */
  listWritten(asOfMonoMs: number): Promise<void>;
  problems(): readonly BrokerProblem[];
}
