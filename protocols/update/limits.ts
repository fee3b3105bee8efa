/** What a release may be at most. A unit refuses more before it has read it. */
export const releaseLimits = {
  manifestBytesMax: 64 * 1024,
  statementBytesMax: 1024,
  /** The compressed tree, as it travels. */
  payloadBytesMax: 256 * 1024 * 1024,
  /** The tree on disk, files only. */
  treeBytesMax: 512 * 1024 * 1024,
  filesMax: 20_000,
  /** Of one path within the tree; ustar holds 255. */
  pathCharsMax: 200,
  depthMax: 24,
  modelsMax: 32,
  librariesMax: 1_000,
} as const;
