/** From the start of a release on trial to its end. reliability.md, "malicious update". */
export const trialMsMax = 120_000;

export const updateLimits = {
  /** The program gives up by itself before the launcher ends it: then it can say why. */
  trialGivesUpMs: 110_000,
  /** A code stands on the glass within a minute of every boot: a release that needs longer goes. */
  trialCodeMs: 50_000,
  trialLookMs: 500,
  /** How often conditions, folder and offers are looked at. */
  lookMs: 5_000,
  /** A download writes this much between two syncs, and so loses no more than twice of it. */
  syncBytes: 128 * 1024,
  retryDelayMsMin: 15_000,
  retryDelayMsMax: 900_000,
  /** Downloads that came out damaged, one after the other, before the release is refused. */
  damagedMax: 3,
  /** Trials of a release whose only fault was that no acknowledgement came. */
  silentTrialsMax: 3,
  /** Free on the disk beside what the release needs, bytes. */
  reserveBytes: 64 * 1024 * 1024,
  /** The gateway acknowledged something within this. */
  onlineMsMax: 180_000,
  /** A fix older than this says nothing of where the unit is now. */
  fixAgeMsMax: 120_000,
  /** Files of a depot's folder that are looked at. */
  folderFilesMax: 32,
} as const;
