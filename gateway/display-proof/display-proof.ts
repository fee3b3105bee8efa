import type { ScreenContent } from '../../protocols/messages/down-schemas.ts';
import { readCodeBytes } from '../../protocols/scan-code/code.ts';
import type { ScanFields } from '../../protocols/scan-code/fields.ts';
import { type Match, matchOf } from '../../protocols/scan-code/match.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { Registry } from '../parts.ts';
import { contentsOf, dropContents } from './content-table.ts';
import { dropShown, type ShownRow, shownBefore } from './shown-table.ts';

/** The code that stood on a glass at a moment. Times in Unix ms by the unit's clock. */
export interface ShownCode {
  readonly serial: string;
  readonly unitId: number | null;
  readonly shownAtMs: number;
  readonly code: Buffer;
  readonly fields: ScanFields;
  /** After this nobody could take it, and the unit takes it off its glass. */
  readonly validUntilMs: number;
  /** Still good at the moment that was asked for; false: the glass was blank, or stood still. */
  readonly isValid: boolean;
  readonly layoutVersion: number | null;
  readonly contentVersion: number | null;
  readonly frameHash: Buffer | null;
  readonly decodedOk: boolean | null;
  readonly panelMode: string | null;
}

/** What the unit was told to show beside the code; screen null: nothing yet. */
export interface ContentVersion {
  readonly screen: ScreenContent | null;
  readonly training: boolean;
}

/** Everything a frame was composed of that is not on the unit itself. */
export interface Reproduction extends ShownCode {
  readonly match: Match | null;
  /** The content of that version; more than one when a unit changed vehicles: newest first. */
  readonly contents: readonly ContentVersion[];
}

export const proofLimits = {
  keptMs: 30 * 86_400_000,
  /** The oldest minute still needs the code that stood there when it began: the longest life. */
  longestLifeMs: 3_600_000,
  /** A unit's clock may be this much ahead of the gateway's. */
  clockAheadMsMax: 120_000,
} as const;

export interface DisplayProofDeps {
  readonly store: Store;
  readonly env: Pick<GatewayEnv, 'nowMs'>;
  readonly registry: Pick<Registry, 'byUnitId'>;
}

function shownCodeOf(
  serial: string,
  { happenedAtMs, matchKey: _matchKey, receivedAtMs: _receivedAtMs, ...row }: ShownRow,
  atMs: number,
): ShownCode | undefined {
  const reading = row.code === null ? null : readCodeBytes(row.code);
  if (row.code === null || reading?.ok !== true) return undefined;
  const { fields } = reading.code;
  const lifeS = fields.ttlS === 'static' ? 0 : fields.ttlS;
  const validUntilMs = (fields.issuedAt + lifeS) * 1000;
  return {
    ...row,
    ...{ serial, unitId: fields.unitId, shownAtMs: happenedAtMs, fields, validUntilMs },
    code: row.code,
    isValid: atMs <= validUntilMs,
  };
}

/** What stood on every glass at any minute of the last 30 days, from signed `shown` records. */
export class DisplayProof {
  readonly #deps: DisplayProofDeps;

  constructor(deps: DisplayProofDeps) {
    this.#deps = deps;
  }

  /** What is on the glass now; undefined: nothing is known. */
  onGlass(unitId: number): Promise<ShownCode | undefined> {
    const { clockAheadMsMax } = proofLimits;
    return this.#at(unitId, this.#deps.env.nowMs() + clockAheadMsMax, this.#deps.env.nowMs());
  }

  /** The newest code shown at or before a moment; undefined: none, or longer ago than is kept. */
  async shownAt(unitId: number, atMs: number): Promise<ShownCode | undefined> {
    return this.#at(unitId, atMs, atMs);
  }

  /** What a composer needs to draw that frame again, byte for byte. */
  async reproduction(unitId: number, atMs: number): Promise<Reproduction | undefined> {
    const { store } = this.#deps;
    const found = await this.#rowAt(unitId, atMs);
    const shown = found && shownCodeOf(found.serial, found.row, atMs);
    if (found === undefined || shown === undefined) return undefined;
    const { matchKey } = found.row;
    const untilMs = shown.shownAtMs + proofLimits.clockAheadMsMax;
    const version = shown.contentVersion ?? 0;
    const kept = await contentsOf(store, found.serial, version, untilMs);
    const contents: ContentVersion[] = kept.map(({ screen, training }) => ({ screen, training }));
    if (version === 0) contents.push({ screen: null, training: true });
    return { ...shown, match: matchKey === null ? null : matchOf(shown.code, matchKey), contents };
  }

  /** Drops what is older than 30 days, in steps of at most `rowsMax` rows; answers how many. */
  prune(rowsMax: number): Promise<number> {
    const { store, env } = this.#deps;
    const beforeMs = env.nowMs() - proofLimits.keptMs - proofLimits.longestLifeMs;
    return store.write(
      async (tx) =>
        (await dropShown(tx, beforeMs, rowsMax)) + (await dropContents(tx, beforeMs, rowsMax)),
    );
  }

  async #at(unitId: number, upToMs: number, atMs: number): Promise<ShownCode | undefined> {
    const found = await this.#rowAt(unitId, upToMs);
    return found && shownCodeOf(found.serial, found.row, atMs);
  }

  async #rowAt(unitId: number, atMs: number) {
    const { store, registry, env } = this.#deps;
    const serial = registry.byUnitId(unitId)?.serial;
    if (serial === undefined || atMs < env.nowMs() - proofLimits.keptMs) return undefined;
    const row = await shownBefore(store, serial, atMs);
    return row && { serial, row };
  }
}
