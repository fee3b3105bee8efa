import type { KeyObject } from 'node:crypto';
import { openBatch, readPayload } from '../messages/batch.ts';
import type { UnitRecord } from '../messages/records.ts';
import { verifyEd25519 } from '../signed/ed25519.ts';
import type { TrackFix } from './track-fix.ts';

/** A record with the outbox it was numbered in. */
export interface SignedRecord {
  readonly epoch: string;
  readonly record: UnitRecord;
}

export type BatchFault = 'not-a-batch' | 'unknown-enrolment' | 'bad-unit-signature';

export type SignedReading =
  | { readonly ok: true; readonly records: readonly SignedRecord[] }
  | { readonly ok: false; readonly fault: BatchFault };

/** Answers with the key a batch must verify under; null: it was verified before; undefined: none. */
export type KeyOfEnrolment = (enrolment: number) => KeyObject | null | undefined;

function openOne(serial: string, bytes: Uint8Array, keyOf: KeyOfEnrolment): SignedReading {
  const opened = openBatch(serial, bytes);
  if (typeof opened === 'string') return { ok: false, fault: 'not-a-batch' };
  const { enrolment, epoch, message, signature, payload } = opened;
  const key = keyOf(enrolment);
  if (key === undefined) return { ok: false, fault: 'unknown-enrolment' };
  if (key !== null && !verifyEd25519(key, message, signature)) {
    return { ok: false, fault: 'bad-unit-signature' };
  }
  const entries = readPayload(payload);
  if (entries === null) return { ok: false, fault: 'not-a-batch' };
  const records = entries.flatMap((entry) => (entry.ok ? [{ epoch, record: entry.record }] : []));
  return { ok: true, records };
}

/**
 * The records of batches as a unit signed them, each once however often it was sent, by the time
 * they happened; without a trusted clock a record does not say when, and is left out. The first
 * batch that is wrong decides.
 */
export function readSigned(
  serial: string,
  batches: readonly Uint8Array[],
  keyOf: KeyOfEnrolment,
): SignedReading {
  const found = new Map<string, SignedRecord>();
  for (const bytes of batches) {
    const reading = openOne(serial, bytes, keyOf);
    if (!reading.ok) return reading;
    for (const one of reading.records) {
      const key = `${one.epoch} ${one.record.seq}`;
      if (one.record.clock !== 'none' && one.record.seq > 0 && !found.has(key)) found.set(key, one);
    }
  }
  const records = [...found.values()].sort(
    (a, b) => a.record.happenedAtMs - b.record.happenedAtMs || a.record.seq - b.record.seq,
  );
  return { ok: true, records };
}

/** Fixes with a position, in the order of the records. */
export function fixesOf(records: readonly SignedRecord[]): TrackFix[] {
  return records.flatMap(({ record }) => {
    if (record.kind !== 'fix') return [];
    const { lat, lon, speedMps, courseDeg, hdop } = record.values;
    if (lat === null || lon === null) return [];
    return [{ happenedAtMs: record.happenedAtMs, lat, lon, speedMps, courseDeg, hdop }];
  });
}
