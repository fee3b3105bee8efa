import { type TSchema, Type } from 'typebox';
import { batchRecordsMax } from '../messages/batch.ts';
import {
  clockSources,
  type FieldRow,
  type RecordKind,
  recordTable,
} from '../messages/record-table.ts';

/**
 * The CBOR of `up` as JSON: an array is an array, a whole number a number, a byte string its
 * base64url text. The record table is the source.
 */
function byteString(description: string): TSchema {
  return Type.String({ pattern: '^[A-Za-z0-9_-]*$', description: `${description}; base64url` });
}

function scaleText({ unit, scale = 1 }: FieldRow): string {
  const steps = scale === 1 ? '' : ` × ${scale}, a whole number`;
  return `${unit ?? ''}${steps}`;
}

function valueSchema(row: FieldRow): TSchema {
  const description = [row.name, scaleText(row)].filter((text) => text !== '').join(': ');
  const schemas: Readonly<Record<FieldRow['type'], () => TSchema>> = {
    number: () => Type.Number({ description }),
    text: () => Type.String({ description }),
    bytes: () => byteString(description),
    bool: () => Type.Boolean({ description }),
  };
  return Type.Union([schemas[row.type](), Type.Null()]);
}

/** A record: its head, then the fields of its row; later programs may add some behind. */
export function recordSchema(kind: RecordKind): TSchema {
  const { code, fields }: { code: number; fields: readonly FieldRow[] } = recordTable[kind];
  const head = [
    Type.Literal(code, { description: `kind: ${kind}` }),
    Type.Integer({ description: 'sequence number − base' }),
    Type.Integer({ description: 'happened at, Unix ms − base' }),
    Type.Integer({
      minimum: 0,
      maximum: clockSources.length - 1,
      description: `clock source: ${clockSources.join(', ')}`,
    }),
  ];
  return Type.Unsafe({
    type: 'array',
    title: kind,
    items: [...head, ...fields.map(valueSchema)],
    minItems: head.length,
    additionalItems: true,
  });
}

/** What is signed and acknowledged: `[base sequence, base time, records]`. */
export function payloadSchema(recordRefs: readonly TSchema[]): TSchema {
  return Type.Unsafe({
    type: 'array',
    items: [
      Type.Integer({ description: 'base of the sequence numbers' }),
      Type.Integer({ description: 'base of the times, Unix ms' }),
      { type: 'array', maxItems: batchRecordsMax, items: { oneOf: recordRefs } },
    ],
    minItems: 3,
    additionalItems: false,
  });
}

/** The batch as it travels. */
export const batchSchema: TSchema = Type.Unsafe({
  type: 'array',
  items: [
    Type.Literal(1, { description: 'version' }),
    Type.Integer({ minimum: 0, description: 'number of the enrolment' }),
    byteString('epoch: 8 bytes, born with the outbox file'),
    byteString('payload: CBOR of its own, see batchPayload'),
    byteString(
      'Ed25519 over "xinlu.batch.v1", a zero byte, the serial, a zero byte and the first four ' +
        'elements as they were encoded',
    ),
  ],
  minItems: 5,
  additionalItems: false,
});
