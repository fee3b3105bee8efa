/** Limits of road networks in the gateway. */
export const networkLimits = {
  /** Largest file, in characters: a province of 5,000 km, a vertex each 20 m, has 13 million. */
  fileCharsMax: 32 * 1024 * 1024,
  /** Versions in memory at once: about 60 MB for each such province. */
  loadedMax: 8,
  /** Places are told for what happened in this time; tracks are kept for 90 days. */
  lookBackMs: 400 * 86_400_000,
  activationsMax: 1_000,
} as const;
