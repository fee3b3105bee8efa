import type { FastifyInstance } from 'fastify';
import type { Bitmap } from './bitmap.ts';

/** How a panel takes a new picture. LCDs know only `full`. */
export type RefreshMode = 'full' | 'fast' | 'partial';

/** What a panel can do and bear. From the catalogue row, see hardware.md sections 1 and 2. */
export interface DisplayCaps {
  readonly width: number;
  readonly height: number;
  readonly format: Bitmap['format'];
  /** Least time between two refreshes that end in this mode; absent: the mode is not there. */
  readonly minIntervalMs: Readonly<Partial<Record<RefreshMode, number>>>;
  /** How long a refresh takes; a code's ttl has to cover it. */
  readonly refreshMs: Readonly<Partial<Record<RefreshMode, number>>>;
  /** Panel temperature, lowest and highest, in degrees Celsius. */
  readonly temperatureC: readonly [number, number];
  /** True when the picture stays without power (e-ink). */
  readonly persistent: boolean;
}

export interface ShowHint {
  readonly mode?: 'auto' | RefreshMode;
}

/** A picture that stands on the glass, or why it does not. Never an exception. */
export type ShowResult =
  | {
      readonly shown: true;
      readonly mode: RefreshMode;
      readonly atMs: number;
      readonly frameHash: string;
    }
  | {
      readonly shown: false;
      readonly skipped: 'interval' | 'temperature' | 'fault';
      /** When it is worth trying again; null: not before somebody mends it. */
      readonly waitMs: number | null;
    };

export interface DisplayHealth {
  readonly ok: boolean;
  /** Coded reason: `busy-timeout`, `temperature`, `write-failed`, … */
  readonly reason: string | null;
  readonly temperatureC: number | null;
}

/** Routes a panel adds to the unit's local page, as a Fastify plugin. */
export type PageHandlers = (app: FastifyInstance) => Promise<void>;

/** A panel. One caller at a time: `show` resolves when the picture is on the glass. */
export interface Display {
  readonly caps: DisplayCaps;
  start(): Promise<void>;
  show(picture: Bitmap, hint?: ShowHint): Promise<ShowResult>;
  /** How long the policy makes a refresh wait from now, in ms; 0: at once. */
  waitMs(): number;
  /** False: too near the end of its temperatures. What has to come off in time stays off it. */
  carriesCodes(): boolean;
  /** Last act: draws `picture` if given, then takes power from the panel. */
  off(picture?: Bitmap): Promise<void>;
  /** Front or back light, 0 to 1. */
  light(level: number): Promise<void>;
  health(): DisplayHealth;
  /** What stands on the glass; null: nothing known. */
  glass?(): Bitmap | null;
  /** `web` only: `GET /screen` and `GET /screen/events`; the device registers it. */
  readonly pageHandlers?: PageHandlers;
  stop(): Promise<void>;
}
