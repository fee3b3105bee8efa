import {
  type ClockSource,
  clockSources,
  type FieldRow,
  type FieldType,
  type RecordKind,
  type RecordRow,
  recordTable,
} from './record-table.ts';

type ValueOf<Type extends FieldType> = Type extends 'number'
  ? number
  : Type extends 'text'
    ? string
    : Type extends 'bytes'
      ? Uint8Array
      : boolean;

type FieldsOf<Kind extends RecordKind> = (typeof recordTable)[Kind]['fields'][number];

/** The named values of a record kind; every one may be null: unknown is not zero. */
export type RecordValues<Kind extends RecordKind> = {
  readonly [Field in FieldsOf<Kind> as Field['name']]: ValueOf<Field['type']> | null;
};

/** A record as both sides speak of it. */
export type UnitRecord = {
  readonly [Kind in RecordKind]: {
    readonly kind: Kind;
    /** From 1, contiguous per epoch; 0 for kinds that are not kept. */
    readonly seq: number;
    /** Unix ms by the clock named in `clock`. */
    readonly happenedAtMs: number;
    readonly clock: ClockSource;
    readonly values: RecordValues<Kind>;
  };
}[RecordKind];

const kindOfCode = new Map(
  (Object.keys(recordTable) as RecordKind[]).map((kind) => [recordTable[kind].code, kind]),
);

function rowOf(kind: RecordKind): RecordRow {
  return recordTable[kind];
}

/** True for records that wait in the outbox until they are acknowledged. */
export function isKept(kind: RecordKind): boolean {
  return rowOf(kind).kept;
}

function encodeValue(row: FieldRow, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  return row.type === 'number' ? Math.round((value as number) * (row.scale ?? 1)) : value;
}

const typeChecks: Record<FieldType, (value: unknown) => boolean> = {
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  text: (value) => typeof value === 'string',
  bytes: (value) => value instanceof Uint8Array,
  bool: (value) => typeof value === 'boolean',
};

/** The decoded value, or undefined when the wire holds another type. */
function decodeValue(row: FieldRow, wire: unknown): unknown {
  if (wire === null || wire === undefined) return null;
  if (!typeChecks[row.type](wire)) return undefined;
  return row.type === 'number' ? (wire as number) / (row.scale ?? 1) : wire;
}

/** The CBOR array of a record, relative to the batch's base. */
export function encodeRecord(record: UnitRecord, baseSeq: number, baseMs: number): unknown[] {
  const values = record.values as Readonly<Record<string, unknown>>;
  return [
    rowOf(record.kind).code,
    record.seq - baseSeq,
    Math.round(record.happenedAtMs) - baseMs,
    clockSources.indexOf(record.clock),
    ...rowOf(record.kind).fields.map((row) => encodeValue(row, values[row.name])),
  ];
}

export type RecordProblem = 'not-a-record' | 'unknown-kind' | 'bad-field' | 'bad-head';

/** A record, or why the array is none. */
export function decodeRecord(
  wire: unknown,
  baseSeq: number,
  baseMs: number,
): UnitRecord | RecordProblem {
  if (!Array.isArray(wire) || wire.length < 4) return 'not-a-record';
  const [code, seqDelta, msDelta, clockIndex, ...fields] = wire as unknown[];
  const kind = kindOfCode.get(code as never);
  if (kind === undefined) return 'unknown-kind';
  // CBOR may hold a 64-bit integer here, which does not even add to a number.
  if (!Number.isSafeInteger(seqDelta) || !Number.isSafeInteger(msDelta)) return 'bad-head';
  const seq = baseSeq + (seqDelta as number);
  const happenedAtMs = baseMs + (msDelta as number);
  const clock = clockSources[clockIndex as number];
  const { kept, fields: rows } = rowOf(kind);
  if (!Number.isSafeInteger(seq) || seq < 0 || seq > 0 !== kept) return 'bad-head';
  if (!Number.isSafeInteger(happenedAtMs) || happenedAtMs < 0 || clock === undefined) {
    return 'bad-head';
  }
  const values = rows.map((row, index) => [row.name, decodeValue(row, fields[index])] as const);
  if (values.some(([, value]) => value === undefined)) return 'bad-field';
  return { kind, seq, happenedAtMs, clock, values: Object.fromEntries(values) } as UnitRecord;
}
