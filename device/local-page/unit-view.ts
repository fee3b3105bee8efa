import type { Bitmap } from '../../hardware/bitmap.ts';
import type { PageHandlers } from '../../hardware/display.ts';
import type { ModemReport } from '../../hardware/modem.ts';
import type { LatLon } from '../../protocols/geo/geo.ts';
import type { ClockReading } from '../clock/trusted-clock.ts';
import type { FrameMemory } from '../code/frame-memory.ts';
import type { MintedCode } from '../code/minter.ts';
import type { Notice, ScreenFacts } from '../code/screen-facts.ts';
import type { CrewMember, CrewRefusal } from '../crew/crew.ts';
import type { TextForCrew } from '../crew/crew-text.ts';
import type { LiveTest } from '../live-test/live-test.ts';
import type { LogRing } from '../log/log-ring.ts';
import type { QueueSummary } from '../outbox/summary.ts';
import type { PlacedFix } from '../position/position.ts';
import type { EchoOnScreen } from '../screen/screen.ts';
import type { BenchControls } from './bench.ts';

/** The clock, and how far the machine's own is off. */
export interface ClockView {
  /** Null: no trusted time. */
  readonly reading: ClockReading | null;
  /** Wall clock less trusted time, ms; null without a trusted time. */
  readonly offsetMs: number | null;
}

/** A part of the configuration: what stands for it in the catalogue, and where it hangs. */
export interface FittedPart {
  readonly name: 'display' | 'gnss' | 'panel' | 'modem';
  readonly part: string;
  readonly path: string;
}

export interface MachineView {
  readonly diskFreeMb: number | null;
  readonly boardTemperatureC: number | null;
}

/** A row of the hardware catalogue with the paths found on this machine. */
export interface FoundPart {
  readonly part: string;
  readonly kind: string;
  readonly found: readonly string[];
}

/** What a hand may do at the page. */
export interface LocalActions {
  nextCode(): void;
  /** False: no lamps are fitted. */
  blink(): boolean;
  /** Null: done. */
  board(badge: string, pin: string): Promise<CrewRefusal | null>;
  leave(badge: string, pin: string): Promise<CrewRefusal | null>;
}

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
  clock(): ClockView;
  /** The newest fix with its age, seconds. */
  fix(): { readonly fix: PlacedFix; readonly ageS: number } | null;
  readonly hasModem: boolean;
  modem(): ModemReport | null;
  /** Null: no control panel is fitted. */
  isPanelLinked(): boolean | null;
  machine(): Promise<MachineView>;
  queue(): Promise<QueueSummary>;
  aboard(): readonly CrewMember[];
  /** People who may sign on here, and by which version. */
  roster(): { readonly version: number; readonly people: number };
  crewText(): TextForCrew | null;
  /** When training ends by itself, Unix ms; null: when it is commissioned. */
  trainingUntilMs(): number | null;
  readonly frames: FrameMemory;
  readonly log: LogRing;
  readonly test: LiveTest;
  readonly fitted: readonly FittedPart[];
  hardware(): Promise<readonly FoundPart[]>;
  readonly actions: LocalActions;
  readonly pageHandlers: PageHandlers | undefined;
  /** Simulated units only: where the antenna truly was. */
  readonly truth: ((atMs: number) => LatLon | null) | undefined;
  /** Simulated units only: the emulated panel as a person sees it. */
  readonly emulatedGlass: (() => Promise<Bitmap | null>) | undefined;
  /** Simulated units only: hands on the emulated world. */
  readonly bench: BenchControls | undefined;
}
