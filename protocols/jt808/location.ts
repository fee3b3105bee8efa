import type { FieldsOf, WrittenFieldsOf } from './fields.ts';
import { bcd, bit, hexText, readFields, u8, u16, u32, writeFields } from './fields.ts';

const locationRows = [
  u32('alarm'),
  u32('status'),
  u32('latitudeE6'),
  u32('longitudeE6'),
  u16('altitudeM'),
  u16('speedDkmh'),
  u16('direction'),
  bcd('timeBcd', 6),
  bit('acc', 'status', 0),
  bit('located', 'status', 1),
  bit('south', 'status', 2),
  bit('west', 'status', 3),
] as const;
const itemHeadRows = [u8('id'), u8('length')] as const;
const batchRows = [u16('count'), u8('type')] as const;
const batchItemRows = [u16('length')] as const;

/** An additional item (附加信息): its number and its bytes as hex. */
export interface LocationItem {
  readonly id: number;
  readonly hex: string;
}

interface LocationItems {
  readonly items: readonly LocationItem[];
}

/**
 * Body of 0x0200 as sent: latitudeE6 and longitudeE6 are 1e-6 degrees without sign (see south and
 * west), speedDkmh is 0.1 km/h, direction degrees from north, timeBcd YYMMDDhhmmss in GMT+8.
 * What it means is told by {@link import('./position.ts').positionOf}.
 */
export type LocationReport = FieldsOf<typeof locationRows> &
  LocationItems & {
    /** The items do not end where the body does; those read before that are kept. */
    readonly itemsMalformed: boolean;
  };
export type SentLocationReport = WrittenFieldsOf<typeof locationRows> & LocationItems;

/** Body of 0x0704. Type 0 is a normal batch, 1 what was stored without coverage. */
export type LocationBatch = FieldsOf<typeof batchRows> & {
  readonly items: readonly LocationReport[];
  /** Whether as many reports could be read as were announced. */
  readonly countMatches: boolean;
};
export interface SentLocationBatch {
  readonly type: number;
  readonly items: readonly SentLocationReport[];
}

function readItems(bytes: Uint8Array): { items: LocationItem[]; itemsMalformed: boolean } {
  const items: LocationItem[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const head = readFields(itemHeadRows, bytes.subarray(offset));
    if (head === null) break;
    const start = offset + head.usedBytes;
    const end = start + head.fields.length;
    if (end > bytes.length) break;
    items.push({ id: head.fields.id, hex: hexText(bytes.subarray(start, end)) });
    offset = end;
  }
  return { items, itemsMalformed: offset !== bytes.length };
}

/** Body of 0x0200, or null when it is shorter than its fixed part. */
export function readLocation(body: Uint8Array): LocationReport | null {
  const head = readFields(locationRows, body);
  return head && { ...head.fields, ...readItems(body.subarray(head.usedBytes)) };
}

/** Throws RangeError when a value does not fit its field. */
export function writeLocation(report: SentLocationReport): Uint8Array {
  const items = report.items.map(({ id, hex }) => {
    const value = Buffer.from(hex, 'hex');
    return Buffer.concat([writeFields(itemHeadRows, { id, length: value.length }), value]);
  });
  return Buffer.concat([writeFields(locationRows, report), ...items]);
}

/** Body of 0x0704, or null when it is shorter than its fixed part. */
export function readLocationBatch(body: Uint8Array): LocationBatch | null {
  const head = readFields(batchRows, body);
  if (head === null) return null;
  const items: LocationReport[] = [];
  let rest = body.subarray(head.usedBytes);
  while (rest.length > 0) {
    const item = readFields(batchItemRows, rest);
    if (item === null) break;
    const end = item.usedBytes + item.fields.length;
    const report = end > rest.length ? null : readLocation(rest.subarray(item.usedBytes, end));
    if (report === null) break;
    items.push(report);
    rest = rest.subarray(end);
  }
  return { ...head.fields, items, countMatches: items.length === head.fields.count };
}

/** Throws RangeError when a value does not fit its field. */
export function writeLocationBatch({ type, items }: SentLocationBatch): Uint8Array {
  const reports = items.map((report) => {
    const body = writeLocation(report);
    return Buffer.concat([writeFields(batchItemRows, { length: body.length }), body]);
  });
  return Buffer.concat([writeFields(batchRows, { count: items.length, type }), ...reports]);
}
