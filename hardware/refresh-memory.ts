/** What a panel has been through, as ages at the moment of asking. */
export interface RefreshHistory {
  /** Time since the end of the last refresh, at least, in ms. */
  readonly lastAgoMs: number;
  /** Since the last `full` one, at least; null: none is known. */
  readonly lastFullAgoMs: number | null;
  /** Partial refreshes in a row. */
  readonly partials: number;
}

/**
 * Where a panel's history outlives the agent: without it a loop of restarts would refresh the
 * panel at each start, whatever its maker's rule.
 */
export interface RefreshMemory {
  /** Null: nothing known, as with a new panel. */
  recall(): RefreshHistory | null;
  /** Resolves when written. */
  keep(history: RefreshHistory): Promise<void>;
}
