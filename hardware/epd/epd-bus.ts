/** A pin or a level on it. */
export type Level = 0 | 1;

/** The wires to an e-paper controller: SPI data out, and five pins. */
export interface EpdBus {
  /** Opens the device; rejects with HardwareError `not-here` or `no-native-calls`. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Supply of the panel; nothing where the board has no pin for it. */
  power(on: boolean): void;
  reset(level: Level): void;
  /** 0: what follows is a command, 1: it is data. */
  dataCommand(level: Level): void;
  /** At most `EPD_WRITE_BYTES_MAX` at once. */
  write(bytes: Uint8Array): Promise<void>;
  busyLevel(): Level;
}

/** spidev's own limit for one message (`bufsiz`); one more is EMSGSIZE. */
export const EPD_WRITE_BYTES_MAX = 4096;
