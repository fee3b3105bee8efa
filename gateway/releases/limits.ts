/** How releases are given out. */
export const rolloutLimits = {
  /** Releases kept; an older one has to be forgotten by hand before another comes in. */
  releasesMax: 200,
  /** A unit that has installed and says nothing for so long counts as one that failed, ms. */
  silentMs: 900_000,
  sweepMs: 15_000,
  /** Standard of a roll-out: it stops above this share of failures … */
  failurePercentMax: 5,
  /** … once so many units have tried. */
  attemptsMin: 5,
  /** Downloads at a time, of the whole fleet; the others are told to come again. */
  downloadsMax: 24,
  downloadRetryS: 30,
  /** Of one download; a truck's own network has other things to carry. */
  downloadBytesPerS: 512 * 1024,
} as const;
