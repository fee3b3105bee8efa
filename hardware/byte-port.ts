/** What a line tells its owner. */
export interface BytePortEvents {
  /** The line is up; sent again after every return. */
  open: [];
  /** Bytes as they came, in any chunking. */
  data: [Uint8Array];
  /** The line went down, once per loss, with a coded reason. */
  close: [PortCloseReason];
}

export type PortCloseReason = 'stopped' | 'unplugged' | 'silent' | 'write-timeout' | 'retuned';

/**
 * A line of bytes to a part: serial, or an emulator behind the same seam. After `start` it comes
 * up by itself, and comes back by itself after every loss, until `stop`.
 */
export interface BytePort {
  readonly isOpen: boolean;
  /** Begins to bring the line up; resolves at once, `open` tells when it is there. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when the line took the bytes. Rejects with a HardwareError: `port-closed`,
   * `write-timeout`, `write-failed`; an emulator also with `illegal-input`. */
  write(bytes: Uint8Array): Promise<void>;
  on<Name extends keyof BytePortEvents>(
    name: Name,
    listener: (...values: BytePortEvents[Name]) => void,
  ): unknown;
  off<Name extends keyof BytePortEvents>(
    name: Name,
    listener: (...values: BytePortEvents[Name]) => void,
  ): unknown;
  /** Present where the speed can be chosen: closes (`retuned`) and comes back at `baudRate`. */
  tune?(baudRate: number): void;
}
