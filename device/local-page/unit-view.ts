import type { Bitmap } from '../../hardware/bitmap.ts';
import type { PageHandlers } from '../../hardware/display.ts';
import type { LatLon } from '../../protocols/geo/geo.ts';
import type { MintedCode } from '../code/minter.ts';
import type { Notice, ScreenFacts } from '../code/screen-facts.ts';
import type { EchoOnScreen } from '../screen/screen.ts';
import type { BenchControls } from './bench.ts';

/** What the local page may look at: the unit as it is now. */
export interface UnitView {
  facts(): ScreenFacts;
  /** The code on the glass. */
  code(): MintedCode | null;
  /** The answered opening on the glass. */
  echo(): EchoOnScreen | null;
  notice(): Notice | null;
  fault(): string | null;
  /** Null: nobody tells. */
  ignition(): boolean | null;
  panelTemperatureC(): number | null;
  /** The picture on the glass. */
  glass(): Bitmap | null;
  /** Trusted time, Unix ms. */
  nowMs(): number | null;
  /** Records that wait for their acknowledgement. */
  waiting(): number;
  readonly pageHandlers: PageHandlers | undefined;
  /** Simulated units only: where the antenna truly was. */
  readonly truth: ((atMs: number) => LatLon | null) | undefined;
  /** Simulated units only: the emulated panel as a person sees it. */
  readonly emulatedGlass: (() => Promise<Bitmap | null>) | undefined;
  /** Simulated units only: hands on the emulated world. */
  readonly bench: BenchControls | undefined;
}
