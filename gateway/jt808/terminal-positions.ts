import { type LocationReport, positionOf } from '../../protocols/jt808/jt808.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { type DeadLetter, insertDeadLetters } from '../ingest/dead-letters.ts';
import { terminalLimits } from './limits.ts';
import {
  eventsOf,
  insertEvents,
  insertPositions,
  newestEvents,
  newestPositions,
  positionsBetween,
  type TerminalEvent,
  type UnsignedPosition,
} from './position-table.ts';
import type { Terminal } from './terminal.ts';

/** What is known of a screen from alarm bit 9, and since when. */
interface ScreenState {
  readonly atMs: number;
  readonly faulty: boolean;
}

interface Taken {
  readonly positions: readonly UnsignedPosition[];
  readonly events: readonly TerminalEvent[];
  readonly letters: readonly DeadLetter[];
  readonly screen: ScreenState | undefined;
}

function letterOf(phone: string, reason: string, report: LocationReport): DeadLetter {
  const body = Buffer.from(JSON.stringify(report));
  return { serial: `808:${phone}`, epoch: null, seq: null, reason: `jt808-${reason}`, body };
}

function newer<Item extends { readonly atMs: number }>(a: Item | undefined, b: Item): Item {
  return a !== undefined && a.atMs > b.atMs ? a : b;
}

/** Where terminals were: the last of each in memory, everything in the store. */
export class TerminalPositions {
  readonly #store: Store;
  readonly #env: GatewayEnv;
  #last = new Map<number, UnsignedPosition>();
  #screens = new Map<number, ScreenState>();

  constructor(store: Store, env: GatewayEnv) {
    this.#store = store;
    this.#env = env;
  }

  async start(): Promise<void> {
    this.#last = await newestPositions(this.#store);
    for (const [no, { atMs, began }] of await newestEvents(this.#store)) {
      this.#screens.set(no, { atMs, faulty: began });
    }
  }

  /** Newest position by its own time. */
  last(no: number): UnsignedPosition | undefined {
    return this.#last.get(no);
  }

  hasScreenFault(no: number): boolean {
    return this.#screens.get(no)?.faulty ?? false;
  }

  /** Positions of a span, both ends included, oldest first, at most `rowsMax`. */
  between(no: number, fromMs: number, toMs: number, rowsMax: number) {
    return positionsBetween(this.#store, no, fromMs, toMs, rowsMax);
  }

  events(no: number): Promise<readonly TerminalEvent[]> {
    return eventsOf(this.#store, no);
  }

  /** Resolves after COMMIT, so that the terminal may be told. */
  async take({ no, phone }: Terminal, reports: readonly LocationReport[]): Promise<void> {
    const receivedAtMs = this.#env.nowMs();
    const { positions, events, letters, screen } = this.#read(no, phone, reports);
    // Set before COMMIT: the next message, read meanwhile, must not begin the same fault again.
    const before = this.#screens.get(no);
    if (screen !== undefined) this.#screens.set(no, screen);
    try {
      await this.#store.write(async (tx) => {
        await insertPositions(tx, no, positions, receivedAtMs);
        await insertEvents(tx, no, events, receivedAtMs);
        await insertDeadLetters(tx, letters, receivedAtMs);
      });
    } catch (error) {
      if (before === undefined) this.#screens.delete(no);
      else this.#screens.set(no, before);
      throw error;
    }
    for (const position of positions) this.#last.set(no, newer(this.#last.get(no), position));
  }

  #read(no: number, phone: string, reports: readonly LocationReport[]): Taken {
    const latestMs = this.#env.nowMs() + terminalLimits.futureMsMax;
    const positions: UnsignedPosition[] = [];
    const events: TerminalEvent[] = [];
    const letters: DeadLetter[] = [];
    let screen = this.#screens.get(no);
    for (const report of reports) {
      const { reason, atMs, lat, lon, speedMps, courseDeg, alarms } = positionOf(report);
      const isDated = atMs !== null && atMs <= latestMs;
      if (!isDated) letters.push(letterOf(phone, 'time', report));
      else if (lat !== null && lon !== null) {
        positions.push({ atMs, lat, lon, speedMps, courseDeg });
      } else if (reason !== 'not-located') {
        letters.push(letterOf(phone, reason ?? 'position', report));
      }
      // Reports from a stretch without coverage come late: the past does not change the present.
      if (!isDated || (screen !== undefined && atMs <= screen.atMs)) continue;
      const began = alarms.includes('screen-fault');
      if (began !== (screen?.faulty ?? false)) events.push({ atMs, event: 'screen-fault', began });
      screen = { atMs, faulty: began };
    }
    return { positions, events, letters, screen };
  }
}
