/** Limits of the link to the server. wire.md, "Gateway ↔ server (HTTP)"; scan code, "Opening". */
export const linkLimits = {
  /** A scan's opener waits this long for the server, then gets the gateway's own page. */
  expressMsMax: 500,
  /** Posts of fresh scans under way at once; scans beyond share the next post. */
  expressPostsMax: 4,
  /** Most messages in one post (protocols/http/link-bodies.ts). */
  messagesMax: 100,
  /** How long accepted messages gather before they leave the outbox in one statement. */
  sweepDelayMs: 200,
  postMsMax: 10_000,
  retryDelayMsMin: 1_000,
  retryDelayMsMax: 10_000,
  directoryPollMs: 30_000,
  directoryMsMax: 10_000,
  directoryBytesMax: 32 * 1024 * 1024,
  /** A thousand changes and the keys of years. */
  printsBytesMax: 512 * 1024,
  claimMsMax: 10_000,
} as const;
