import type { Display, RefreshMode } from '../../hardware/display.ts';
import type { TrustedClock } from '../clock/trusted-clock.ts';
import type { DeviceEnv } from '../environment.ts';
import type { Frame, ScreenComposer } from '../screen/screen.ts';
import type { MintedCode, Minter } from './minter.ts';
import type { Rotation } from './rotation.ts';
import type { ScreenFacts } from './screen-facts.ts';

export const codeScreenLimits = {
  /** After a frame that could not be made, decoded or shown. */
  retryMs: 2_000,
  /** Longest time between two looks. */
  lookMsMax: 5_000,
  /** Two redraws of one code are at least this far apart. */
  redrawMsMin: 500,
  /** E-ink says that there is no time only after this long: the receiver may be about to know. */
  noTimeGraceMs: 10_000,
  /** A clock set back makes a code of the future: it does not stay on the glass. */
  aheadMsMax: 2_000,
  /** Longer without a look, even with a slow panel's full refresh in it: the loop is stuck. */
  stalledMs: 30_000,
} as const;

/** Names of `event` records this part writes. */
export type ScreenFault = 'frame-undecodable' | 'frame-failed' | 'display-fault' | 'mint-failed';

export interface CodeScreenParts {
  readonly display: Display;
  readonly composer: ScreenComposer;
  readonly clock: TrustedClock;
  readonly minter: Pick<Minter, 'mint'>;
  readonly rotation: Rotation;
  readonly env: DeviceEnv;
  facts(): ScreenFacts;
  /** A new code stands on the glass. */
  onShown(code: MintedCode, frame: Frame, mode: RefreshMode): void;
  /** Said once per run of the same fault. */
  onFault(fault: ScreenFault, detail: string): void;
}
