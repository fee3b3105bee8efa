import { linkVersion } from '../../protocols/http/link-bodies.ts';
import type { Reader, Store } from '../../protocols/store/store.ts';
import type { ServerLink } from '../link/link.ts';
import type { Waiting } from '../link/outbox.ts';
import { aboardAt, type CrewEvent, shiftMsMax } from './crew-table.ts';

/** Scans that one event may change; of more the newest are told. */
const scansMax = 500;
/** A unit's clock may be behind the gateway's when it signs. */
const clockMsMax = 120_000;

interface Opening {
  readonly scanId: string;
  readonly issuedAt: number;
}

function openingsIn(
  store: Reader,
  serial: string,
  fromMs: number,
  toMs: number,
): Promise<Opening[]> {
  return store.all<Opening>(
    `SELECT scan_id AS scanId, issued_at AS issuedAt FROM scan_opening
    JOIN unit ON unit.unit_id = scan_opening.unit_id
    WHERE unit.serial = ? AND opened_at_ms >= ? AND issued_at >= ? AND issued_at <= ?
    ORDER BY opened_at_ms DESC LIMIT ?`,
    [serial, fromMs - clockMsMax, Math.floor(fromMs / 1000), Math.ceil(toMs / 1000), scansMax],
  );
}

/**
 * A crew that signed on without a line is known late: scans of that time are told again with who
 * was aboard.
 */
export async function retellScans(
  store: Store,
  link: Pick<ServerLink, 'enqueue' | 'wake'>,
  events: readonly CrewEvent[],
): Promise<void> {
  const waiting = new Map<string, Waiting>();
  for (const { serial, happenedAtMs, receivedAtMs } of events) {
    const toMs = Math.min(receivedAtMs, happenedAtMs + shiftMsMax);
    for (const { scanId, issuedAt } of await openingsIn(store, serial, happenedAtMs, toMs)) {
      const crew = await aboardAt(store, serial, issuedAt * 1000);
      const body = { v: linkVersion, scanId, crew } as const;
      const id = `scan-crew:${scanId}.${receivedAtMs}`;
      waiting.set(scanId, { subject: scanId, message: { id, type: 'scan-crew', body } });
    }
  }
  if (waiting.size === 0) return;
  await store.write((tx) => link.enqueue(tx, [...waiting.values()]));
  link.wake();
}
