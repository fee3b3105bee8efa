/** What a receiver needs to be told, and at which speeds it may be found. */
export interface ReceiverProfile {
  /** Tried in this order, each for `probeMsMax`. */
  readonly baudRates: readonly number[];
  /** Sentence bodies without `$`, checksum and line end, sent once the line is understood. */
  readonly sentences: readonly string[];
  /** Binary messages, sent after the sentences. */
  readonly frames: readonly Uint8Array[];
}

const UBX_RATE_1_HZ = Uint8Array.of(
  0xb5,
  0x62,
  0x06,
  0x08,
  0x06,
  0x00,
  0xe8,
  0x03,
  0x01,
  0x00,
  0x01,
  0x00,
  0x01,
  0x39,
);

/**
 * Receivers by family (hardware.md, section 5): one position a second, GGA, RMC and GSA only,
 * since 9600 baud carries 960 bytes a second and satellites in view alone may exceed that.
 */
export const RECEIVER_PROFILES = {
  generic: { baudRates: [9600, 38400, 115200, 4800], sentences: [], frames: [] },
  casic: {
    baudRates: [9600, 38400, 115200, 4800],
    sentences: ['PCAS02,1000', 'PCAS03,1,0,1,0,1,0,0,0,0,0,,,0,0', 'PCAS11,3'],
    frames: [],
  },
  mtk: { baudRates: [9600, 38400, 115200, 4800], sentences: ['PMTK220,1000'], frames: [] },
  quectel: {
    baudRates: [115200, 9600, 38400, 4800],
    sentences: ['PAIR062,4,1', 'PQTMCFGMSGRATE,W,GGA,1'],
    frames: [],
  },
  ublox: {
    baudRates: [9600, 38400, 115200, 4800],
    sentences: [],
    frames: [UBX_RATE_1_HZ],
  },
} as const satisfies Record<string, ReceiverProfile>;

export type ReceiverProfileName = keyof typeof RECEIVER_PROFILES;
