import type { Bitmap } from '../hardware/bitmap.ts';
import type { FramebufferSettings } from '../hardware/displays/fb.ts';
import type { Emulators } from '../hardware/environment.ts';
import type { LatLon } from '../protocols/geo/geo.ts';
import type { AskGateway } from './identity/enrolment-client.ts';
import type { AskRenewal } from './identity/renewal-client.ts';
import type { BenchControls } from './local-page/bench.ts';
import type { ScreenComposer } from './screen/screen.ts';
import type { Launched } from './update/launched.ts';
import type { Dial } from './uplink/session.ts';

/** What stands in place of real parts: the simulation and the tests. */
export interface AgentParts {
  readonly emulators?: Emulators;
  readonly framebuffer?: FramebufferSettings;
  readonly composer?: ScreenComposer;
  readonly dial?: Dial;
  readonly ask?: AskGateway;
  readonly askRenewal?: AskRenewal;
  /** Simulated units only: where the antenna truly was, Unix ms. */
  readonly truth?: (atMs: number) => LatLon | null;
  /** Simulated units only: what a person in front of the emulated panel sees. */
  readonly glass?: () => Promise<Bitmap | null>;
  /** Simulated units only: hands on the emulated world. */
  readonly bench?: BenchControls;
  /** What the launcher said; without it the unit takes no updates. */
  readonly launched?: Launched;
}

/** What a started unit says of itself: all that a bench without its screen needs. */
export interface AgentStart {
  readonly localUrl: string;
  readonly enrolled: boolean;
  /** Of the unit's key, as its enrolment screen shows it. */
  readonly fingerprint: string;
}

/** Whoever runs the agent: it is asked to stop it and to begin another. */
export interface AgentOwner {
  /** The store failed in use: the next start puts it aside. */
  onBroken(): void;
  /** The ignition came back while the unit stood by. */
  onPowerBack(): void;
  /** A command wants the machine to begin anew, once the agent has stopped. */
  onReboot(): void;
  /** Everything that makes it this unit is to go: it goes when the agent stops. */
  onWipe(): void;
  /** Another program is to run here: this one ends, and the launcher starts it. */
  onRelaunch(): void;
}

/** A unit: everything between a receiver, a panel and the gateway. */
export interface Agent {
  /** Rejects with a CodedError when configuration, port or store do not allow it. */
  start(): Promise<AgentStart>;
  stop(): Promise<void>;
  /** Coded reason why the unit no longer does its work; null: it does. For the watchdog. */
  ailment(): string | null;
}
