import type { GnssFix } from '../protocols/nmea/nmea.ts';

/** What a receiver's line is doing. */
export type GnssState = 'starting' | 'silent' | 'no-fix' | 'fix' | 'unplugged';

/** A fix with the moment, on this machine's monotonic clock, at which its last byte came in. */
export interface ReceivedFix {
  readonly fix: GnssFix;
  readonly receivedMonoMs: number;
}

export interface GnssEvents {
  fix: [ReceivedFix];
  state: [GnssState];
}

/** A GNSS receiver, or what stands for one (`gpsd`, `replay`, `fixed`). */
export interface GnssReceiver {
  readonly state: GnssState;
  start(): Promise<void>;
  stop(): Promise<void>;
  on<Name extends keyof GnssEvents>(
    name: Name,
    listener: (...values: GnssEvents[Name]) => void,
  ): unknown;
}
