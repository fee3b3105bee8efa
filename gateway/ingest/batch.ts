import { openBatch, readPayload } from '../../protocols/messages/batch.ts';
import { isKept, type UnitRecord } from '../../protocols/messages/records.ts';
import type { CodeKey } from '../../protocols/scan-code/verdict.ts';
import { verifyEd25519 } from '../../protocols/signed/ed25519.ts';
import type { Registry, Unit } from '../parts.ts';
import { isPlausible } from './plausible.ts';

/** A record that is refused for good: the unit keeps it aside and sends it no more. */
export interface RefusedRecord {
  readonly seq: number;
  readonly reason: string;
}

/** A batch whose signature was checked. */
export interface TrustedBatch {
  readonly unit: Unit & { readonly unitId: number };
  readonly key: CodeKey;
  readonly enrolment: number;
  readonly epoch: string;
  readonly receivedAtMs: number;
  /** To be stored and acknowledged. */
  readonly kept: readonly UnitRecord[];
  /** To be answered at once, never stored. */
  readonly fleeting: readonly UnitRecord[];
  readonly refused: readonly RefusedRecord[];
  /** Everything that was signed, with its signature. */
  readonly bytes: Uint8Array;
  /** Bytes of the whole payload: what a dead letter keeps of a refused record. */
  readonly payload: Uint8Array;
}

export type BatchReading =
  | { readonly ok: true; readonly batch: TrustedBatch }
  | { readonly ok: false; readonly reason: string };

function wrong(reason: string): BatchReading {
  return { ok: false, reason };
}

/** Records by what is done with them. An unreadable one without a number can only be counted. */
function sortRecords(payload: Uint8Array) {
  const entries = readPayload(payload);
  if (entries === null) return null;
  const kept: UnitRecord[] = [];
  const fleeting: UnitRecord[] = [];
  const refused: RefusedRecord[] = [];
  for (const entry of entries) {
    if (!entry.ok) {
      if (entry.seq !== null && entry.seq > 0) {
        refused.push({ seq: entry.seq, reason: entry.problem });
      }
    } else if (!isKept(entry.record.kind)) {
      fleeting.push(entry.record);
    } else if (isPlausible(entry.record)) {
      kept.push(entry.record);
    } else {
      refused.push({ seq: entry.record.seq, reason: 'bad-value' });
    }
  }
  return { kept, fleeting, refused };
}

/**
 * Bytes of `up` to records that the unit signed, or why not: opened, the key set of this enrolment
 * must be in force, then the signature. Never throws on input. wire.md, "MQTT".
 */
export function readBatch(
  serial: string,
  bytes: Uint8Array,
  registry: Registry,
  receivedAtMs: number,
): BatchReading {
  const opened = openBatch(serial, bytes);
  if (typeof opened === 'string') return wrong(opened);
  const { enrolment, epoch, message, signature, payload } = opened;
  const unit = registry.bySerial(serial);
  const key = registry.batchKey(serial, enrolment);
  if (unit === undefined || unit.unitId === null || key === undefined) return wrong('unknown-key');
  if (!verifyEd25519(key.publicKey, message, signature)) return wrong('bad-signature');
  const records = sortRecords(payload);
  if (records === null) return wrong('bad-payload');
  const known = { ...unit, unitId: unit.unitId };
  return {
    ok: true,
    batch: { unit: known, key, enrolment, epoch, receivedAtMs, bytes, payload, ...records },
  };
}
