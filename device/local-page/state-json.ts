import type { LatLon } from '../../protocols/geo/geo.ts';
import { readCodeBytes } from '../../protocols/scan-code/code.ts';
import { type Match, matchText } from '../../protocols/scan-code/match.ts';
import type { MintedCode } from '../code/minter.ts';
import type { UnitView } from './unit-view.ts';

/** `GET /state.json`. architecture.md, "Ports and small contracts". */
export interface StateJson {
  readonly serial: string;
  readonly unitId: number | null;
  readonly kind: number | null;
  /** The text of the QR on the glass; null while there is none. */
  readonly url: string | null;
  readonly issuedAt: number | null;
  readonly match: Match | null;
  /** `词 词 形` */
  readonly matchWords: string | null;
  /** The opening the screen answers, with the match of the code that was opened. */
  readonly echo: { atMs: number; match: Match; matchWords: string } | null;
  readonly duty: number;
  readonly link: 'online' | 'offline';
  readonly gnss: 'fix' | 'no-fix' | 'silent';
  /** Simulated units: where the unit truly was at issuedAt − fixAgeS. */
  readonly truth?: LatLon | null;
}

function truthOf(view: UnitView, code: MintedCode | null): LatLon | null {
  if (view.truth === undefined || code === null) return null;
  const reading = readCodeBytes(code.bytes);
  if (!reading.ok) return null;
  const { issuedAt, fixAgeS } = reading.code.fields;
  return fixAgeS === null ? null : view.truth((issuedAt - fixAgeS) * 1000);
}

export function stateJson(view: UnitView): StateJson {
  const facts = view.facts();
  const code = view.code();
  const echo = view.echo();
  return {
    serial: facts.serial,
    unitId: facts.identity?.unitId ?? null,
    kind: facts.identity?.kind ?? null,
    url: code?.link ?? null,
    issuedAt: code?.issuedAt ?? null,
    match: code?.match ?? null,
    matchWords: code === null ? null : matchText(code.match),
    echo: echo === null ? null : { ...echo, matchWords: matchText(echo.match) },
    duty: facts.duty,
    link: facts.link,
    gnss: facts.gnss,
    ...(view.truth === undefined ? {} : { truth: truthOf(view, code) }),
  };
}

/** The same for eyes that may be anywhere: nothing by which a code could be taken or named. */
export function maskedState(view: UnitView): StateJson {
  return { ...stateJson(view), url: null, match: null, matchWords: null, echo: null };
}

/** Why a unit is not well, in the order a person would mend it. */
export type HealthReason =
  | 'not-enrolled'
  | 'suspended'
  | 'no-time'
  | 'display-fault'
  | 'no-code'
  | 'code-expired';

/** `GET /healthz`: a unit is well only with a decodable, unexpired code on the glass. */
export function healthReasons(view: UnitView): HealthReason[] {
  const facts = view.facts();
  const code = view.code();
  const nowMs = view.nowMs();
  const reasons: (readonly [boolean, HealthReason])[] = [
    [facts.identity === null, 'not-enrolled'],
    [facts.suspended, 'suspended'],
    [nowMs === null, 'no-time'],
    [view.fault() !== null, 'display-fault'],
    [code === null || view.glass() === null, 'no-code'],
    [code !== null && nowMs !== null && nowMs > code.validUntilMs, 'code-expired'],
  ];
  return reasons.filter(([holds]) => holds).map(([, reason]) => reason);
}
