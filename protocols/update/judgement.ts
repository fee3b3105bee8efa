import type { SignedRelease } from './trust.ts';

/** The computer a release would run on, and what it has confirmed before. */
export interface Taker {
  readonly model: string;
  /** As Node names it. */
  readonly architecture: string;
  readonly nodeMajor: number;
  /** Highest counter this unit has confirmed; 0: none. */
  readonly counterFloor: number;
  /** Highest number of a deploy statement this unit has confirmed a release under; 0: none. */
  readonly statementFloor: number;
  /** Trusted time, Unix seconds; null: there is none, and so nothing is known to be current. */
  readonly nowS: number | null;
  /** PATH@VERSION of the libraries that are installed. */
  readonly libraries: ReadonlySet<string>;
}

/** Why a signed release is not for this unit now. */
export type Unfit =
  | 'other-model'
  | 'other-architecture'
  | 'other-node'
  | 'other-libraries'
  | 'old-counter'
  | 'old-deploy-key'
  | 'no-time'
  | 'not-yet'
  | 'expired'
  | 'deploy-key-expired';

/** Refusals that time alone may end: such a release is looked at again. */
export const passingUnfit: ReadonlySet<string> = new Set<Unfit>(['no-time', 'not-yet']);

/** A unit's clock may be this much behind the one that made a release. */
const earlyS = 300;

/**
 * Whether a unit may install a release that both keys have signed; null: it may.
 * reliability.md, "malicious update": counter, hardware id, expiry.
 */
export function unfitFor({ manifest, statement }: SignedRelease, taker: Taker): Unfit | null {
  const { nowS, libraries } = taker;
  if (!manifest.models.includes(taker.model)) return 'other-model';
  if (!(manifest.architectures as readonly string[]).includes(taker.architecture)) {
    return 'other-architecture';
  }
  if (manifest.nodeMajor !== taker.nodeMajor) return 'other-node';
  if (manifest.counter <= taker.counterFloor) return 'old-counter';
  if (statement.number < taker.statementFloor) return 'old-deploy-key';
  if (!manifest.libraries.every((library) => libraries.has(library))) return 'other-libraries';
  if (nowS === null) return 'no-time';
  if (nowS >= manifest.expiresS) return 'expired';
  if (nowS >= statement.toS) return 'deploy-key-expired';
  const isEarly = nowS + earlyS < manifest.createdS || nowS + earlyS < statement.fromS;
  return isEarly ? 'not-yet' : null;
}
