import { createHash } from 'node:crypto';
import { decodeRecord, encodeRecord, type UnitRecord } from '../../protocols/messages/records.ts';

/** How a record lies in the outbox: its wire array as JSON, bytes as `{"b": base64url}`. */

interface BytesJson {
  readonly b: string;
}

function isBytesJson(value: unknown): value is BytesJson {
  return typeof value === 'object' && value !== null && typeof (value as BytesJson).b === 'string';
}

export function bodyOf(record: UnitRecord): string {
  const wire = encodeRecord(record, 0, 0).map((value) =>
    value instanceof Uint8Array ? { b: Buffer.from(value).toString('base64url') } : value,
  );
  return JSON.stringify(wire);
}

const hashBytes = 8;

/** Eight bytes over everything that makes a row this row. */
export function rowHash(epoch: string, seq: number, body: string): Buffer {
  const digest = createHash('sha256').update(`${epoch}\n${seq}\n${body}`).digest();
  return digest.subarray(0, hashBytes);
}

export interface OutboxRow {
  readonly seq: number;
  readonly body: string;
  readonly hash: Uint8Array;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The record of a row; null when a bit of it has flipped. */
export function recordOfRow(epoch: string, row: OutboxRow): UnitRecord | null {
  if (!rowHash(epoch, row.seq, row.body).equals(row.hash)) return null;
  const wire = parse(row.body);
  if (!Array.isArray(wire)) return null;
  const plain = (wire as unknown[]).map((value) =>
    isBytesJson(value) ? new Uint8Array(Buffer.from(value.b, 'base64url')) : value,
  );
  const record = decodeRecord(plain, 0, 0);
  return typeof record === 'string' ? null : record;
}
