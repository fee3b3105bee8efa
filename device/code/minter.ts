import { codeDigitsOf, signCode } from '../../protocols/scan-code/code.ts';
import type { Duty, Kind } from '../../protocols/scan-code/fields.ts';
import { type CodeHost, linkOf } from '../../protocols/scan-code/link.ts';
import { type Match, matchOf } from '../../protocols/scan-code/match.ts';
import type { Signer } from '../../protocols/signed/ed25519.ts';
import type { TrustedClock } from '../clock/trusted-clock.ts';
import type { DeviceEnv } from '../environment.ts';
import type { PositionTracker } from '../position/position.ts';
import type { CodeTtlS } from './rotation.ts';
import type { UsedSeconds } from './used-seconds.ts';

/** What an enrolled unit signs with. */
export interface CodeIdentity {
  readonly unitId: number;
  readonly kind: Kind;
  readonly codeHost: CodeHost;
  readonly matchKey: Uint8Array;
}

/** What the code says beside place and time. */
export interface CodeFacts {
  readonly duty: Duty;
  readonly incidentRef: number;
  readonly ttlS: CodeTtlS;
}

export interface MintedCode {
  readonly bytes: Uint8Array;
  readonly digits: string;
  readonly link: string;
  readonly codeHost: CodeHost;
  readonly match: Match;
  /** Unix seconds. */
  readonly issuedAt: number;
  /** Unix ms by the unit's clock: from then on the code says nothing. */
  readonly validUntilMs: number;
}

export type MintResult =
  | { readonly ok: true; readonly code: MintedCode }
  | { readonly ok: false; readonly refused: 'no-time' }
  | { readonly ok: false; readonly refused: 'second-taken'; readonly waitMs: number };

export interface MinterParts {
  readonly clock: TrustedClock;
  readonly positions: PositionTracker;
  readonly used: Pick<UsedSeconds, 'take'>;
  readonly signer: Signer;
  readonly env: Pick<DeviceEnv, 'nowMonoMs'>;
}

/** Makes codes: one a second at most, each second once, never ahead of the clock. */
export class Minter {
  readonly #parts: MinterParts;

  constructor(parts: MinterParts) {
    this.#parts = parts;
  }

  /** A new code for now. Its second is on disk before it is signed. */
  async mint(identity: CodeIdentity, facts: CodeFacts): Promise<MintResult> {
    const { clock, used, signer, env } = this.#parts;
    const reading = clock.now();
    if (reading === null) return { ok: false, refused: 'no-time' };
    const monoMs = env.nowMonoMs();
    const issuedAt = Math.floor(reading.ms / 1000);
    const intoSecondMs = reading.ms - issuedAt * 1000;
    if (!(await used.take(issuedAt))) {
      return { ok: false, refused: 'second-taken', waitMs: Math.ceil(1000 - intoSecondMs) };
    }
    const position = this.#parts.positions.at(issuedAt * 1000, monoMs - intoSecondMs);
    const bytes = signCode(
      {
        kind: identity.kind,
        unitId: identity.unitId,
        issuedAt,
        ttlS: facts.ttlS,
        duty: facts.duty,
        lat: position?.lat ?? null,
        lon: position?.lon ?? null,
        fixAgeS: position?.ageS ?? null,
        incidentRef: facts.incidentRef,
      },
      signer,
    );
    const digits = codeDigitsOf(bytes);
    const { codeHost } = identity;
    const code: MintedCode = {
      bytes,
      digits,
      link: linkOf(codeHost, digits),
      codeHost,
      match: matchOf(bytes, identity.matchKey),
      issuedAt,
      validUntilMs: (issuedAt + facts.ttlS) * 1000,
    };
    return { ok: true, code };
  }
}
