/** What a modem says of itself; null: it did not say. */
export interface ModemReport {
  readonly sim: 'ready' | 'locked' | 'absent' | null;
  /** Received power in dBm, -113 to -51. */
  readonly rssiDbm: number | null;
  /** Registered at home or roaming. */
  readonly registered: boolean | null;
  readonly operator: string | null;
  /** Kind of network, as `FDD LTE`. */
  readonly network: string | null;
  readonly imei: string | null;
  readonly iccid: string | null;
}

/** The mobile network as seen from its control port; the data path is the system's. */
export interface Modem {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Asks the modem. Rejects with HardwareError `port-closed` or `no-answer`. */
  report(): Promise<ModemReport>;
}
