/** Every limit of the JT/T 808 listener. */
export const terminalLimits = {
  terminalsMax: 20_000,
  connectionsMax: 5000,
  /** Connections that have not shown their code yet, and what each may send and how long it has. */
  strangersMax: 256,
  strangerBytesMax: 4096,
  strangerMsMax: 30_000,
  /** A terminal sends a heartbeat a minute; one silent for this long is gone. */
  idleMsMax: 300_000,
  /** Messages of one connection that wait for the store; more are left in its socket. */
  waitingMax: 64,
  /** Answers a terminal does not take, in bytes; then it is closed. */
  unreadBytesMax: 64 * 1024,
  /** How often silent connections are looked for. */
  sweepMs: 5000,
  /** A terminal acknowledges a text within this. */
  answerMsMax: 8000,
  /** Texts that wait for an acknowledgement of one terminal. */
  textsMax: 16,
  listenBacklog: 512,
  /** A position later than now by more than this says more of the clock than of the place. */
  futureMsMax: 120_000,
} as const;
