/** Times of presence, in one table. A unit's heartbeat is its status: wire.md, "MQTT". */
export const presenceLimits = {
  heartbeatMs: 60_000,
  /** How often every unit is looked at. */
  lookMs: 5_000,
  /** No word for this long on a session that stands is silence: found within two heartbeats. */
  silentAfterMs: 105_000,
  /** An older record tells of the past and proves no life. */
  freshMsMax: 120_000,
  /** Good for this long, an outage is over; what fails before is still the same one. */
  stableMs: 180_000,
  /** How often what is known of all units is written, beside every change. */
  saveMs: 300_000,
} as const;
export type PresenceLimits = { readonly [Name in keyof typeof presenceLimits]: number };
