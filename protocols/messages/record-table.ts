/**
 * Every record a unit sends, as rows: name, unit, scale. On the wire a record is a CBOR array in
 * this order behind its head [kind, seq − base seq, time − base time, clock source]; a scaled
 * number travels as a whole number of `1 / scale`. A reader ignores positions it does not know;
 * new fields are added at the end. wire.md, "MQTT".
 */
export type FieldType = 'number' | 'text' | 'bytes' | 'bool';

export interface FieldRow {
  readonly name: string;
  readonly type: FieldType;
  /** Steps per unit: 10 means tenths. Numbers only; 1 when absent. */
  readonly scale?: number;
  readonly unit?: string;
}

function number<Name extends string>(name: Name, unit: string, scale = 1) {
  return { name, type: 'number', unit, scale } as const satisfies FieldRow;
}
function text<Name extends string>(name: Name) {
  return { name, type: 'text' } as const satisfies FieldRow;
}
function bytes<Name extends string>(name: Name) {
  return { name, type: 'bytes' } as const satisfies FieldRow;
}
function bool<Name extends string>(name: Name) {
  return { name, type: 'bool' } as const satisfies FieldRow;
}

export interface RecordRow {
  /** First element of the array. */
  readonly code: number;
  readonly fields: readonly FieldRow[];
  /** False for records that are answered, not kept: they carry seq 0 and no acknowledgement. */
  readonly kept: boolean;
}

export const recordTable = {
  fix: {
    code: 1,
    kept: true,
    fields: [
      number('lat', 'degrees WGS-84', 1e7),
      number('lon', 'degrees WGS-84', 1e7),
      number('altM', 'metres', 10),
      number('speedMps', 'metres per second', 100),
      number('courseDeg', 'degrees', 10),
      number('satsUsed', 'satellites'),
      number('hdop', 'ratio', 10),
      number('quality', '0 none, 2 two-dimensional, 3 three-dimensional'),
    ],
  },
  status: {
    code: 2,
    kept: true,
    fields: [
      text('softwareVersion'),
      text('bootId'),
      number('supplyV', 'volts', 100),
      bool('ignition'),
      number('modemDbm', 'dBm'),
      number('boardTemperatureC', 'degrees Celsius', 10),
      number('panelTemperatureC', 'degrees Celsius', 10),
      number('diskFreeMb', 'megabytes'),
      number('clockUncertaintyMs', 'milliseconds'),
      number('queueRecords', 'records'),
      text('gnssState'),
      text('displayFault'),
      text('duty'),
    ],
  },
  shown: {
    code: 3,
    kept: true,
    fields: [
      bytes('code'),
      number('layoutVersion', 'version'),
      number('contentVersion', 'version'),
      bytes('frameHash'),
      bool('decodedOk'),
      text('panelMode'),
    ],
  },
  event: { code: 4, kept: true, fields: [text('name'), text('detail')] },
  commandResult: {
    code: 5,
    kept: true,
    fields: [text('commandId'), bool('ok'), text('code'), text('detail')],
  },
  configReported: {
    code: 6,
    kept: true,
    fields: [number('version', 'version'), bool('applied'), text('reason')],
  },
  gap: {
    code: 7,
    kept: true,
    fields: [
      number('firstSeq', 'sequence'),
      number('lastSeq', 'sequence'),
      number('records', 'records'),
      text('reason'),
      // Which of them the unit has no more: runs from `firstSeq`, as seq-runs.ts has them.
      bytes('seqRuns'),
    ],
  },
  hello: {
    code: 8,
    kept: true,
    fields: [
      text('bootId'),
      text('softwareVersion'),
      text('hardwareModel'),
      number('downCounter', 'counter'),
      number('contentVersion', 'version'),
      number('rosterVersion', 'version, 0 without'),
    ],
  },
  /** Asks for signed time over a nonce. */
  timeRequest: { code: 9, kept: false, fields: [bytes('nonce')] },
  /** Answers the gateway's nonce, so that the gateway can measure this unit's clock. */
  timeEcho: { code: 10, kept: false, fields: [bytes('nonce'), number('unitMs', 'Unix ms')] },
  /** Somebody signed on or off, or a shift ended by itself. */
  crew: { code: 11, kept: true, fields: [text('personId'), bool('aboard'), text('how')] },
  /**
   * A piece of the log that a command asked for. The log takes the way of every record: signed,
   * acknowledged after COMMIT and resumed where bad reception broke it off.
   */
  logChunk: {
    code: 12,
    kept: true,
    fields: [
      text('commandId'),
      number('index', 'from 1'),
      number('chunks', 'chunks'),
      bytes('bytes'),
    ],
  },
  /** How a release fares on this unit: `updateStates`; `reason` where something is in the way. */
  update: {
    code: 13,
    kept: true,
    fields: [
      text('release'),
      text('version'),
      text('state'),
      text('reason'),
      number('receivedBytes', 'bytes'),
    ],
  },
} as const satisfies Record<string, RecordRow>;

export type RecordKind = keyof typeof recordTable;

/** Where a unit had its time from when it wrote a record; the index travels. */
export const clockSources = ['none', 'gnss', 'gateway', 'holdover', 'rtc'] as const;
export type ClockSource = (typeof clockSources)[number];
