/** Every limit of the MQTT listeners. reliability.md, facts 6 and 7. */
export const brokerLimits = {
  /** Whole packet before a CONNECT was let through, then after it. */
  connectPacketBytesMax: 2 * 1024,
  packetBytesMax: 64 * 1024,
  /** Filters of one SUBSCRIBE or UNSUBSCRIBE. */
  filtersMax: 16,
  /** Levels of one topic. */
  topicLevelsMax: 32,
  /** Packets a connection may send in one second on average, and at once. */
  packetsPerSMax: 200,
  packetsBurstMax: 1000,
  connectionsMax: 20_000,
  /** A unit answers to its keep-alive within this, in seconds. */
  keepaliveSMax: 600,
  handshakeMsMax: 15_000,
  connectMsMax: 15_000,
  /** A reader that takes nothing for this long is closed. */
  drainMsMax: 20_000,
  /** QoS 2 messages of one connection that wait for their release. */
  inboundInflightMax: 32,
  /** Connections that wait to be accepted: a fleet that comes back at once. */
  listenBacklog: 4096,
} as const;

/** Limits of the way to a broker that others run. */
export const externalLimits = {
  keepaliveS: 15,
  connectMsMax: 10_000,
  reconnectMs: 1_000,
  /** Batches under way at once; the broker is read again when one of them is committed. */
  batchesUnderWayMax: 512,
  /** A will may be lost: a unit, which says how it is every minute, is gone after this. */
  silentMsMax: 300_000,
  sweepMs: 15_000,
  /** Certificate of the gateway itself: asked for anew when less than this is left. */
  renewLeftMs: 30 * 86_400_000,
  identityCheckMs: 12 * 3_600_000,
  /** What makes the broker read its files again, and how long it is given to have read them. */
  reloadMsMax: 10_000,
  reloadSettleMs: 500,
  /** Taking a session over, how many at once, and how soon again for the same unit. */
  takeOverMsMax: 10_000,
  takeOversMax: 8,
  takeOverAgainMs: 60_000,
} as const;
