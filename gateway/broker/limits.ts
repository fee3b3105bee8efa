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
