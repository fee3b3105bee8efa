import type { FieldsOf, Row, WrittenFieldsOf } from './fields.ts';
import { countedText, id, readFields, restText, text, u8, u16, writeFields } from './fields.ts';
import type { HeaderVersion } from './frame.ts';
import type {
  LocationBatch,
  LocationReport,
  SentLocationBatch,
  SentLocationReport,
} from './location.ts';
import { readLocation, readLocationBatch, writeLocation, writeLocationBatch } from './location.ts';

/** Editions of JT/T 808, oldest first as text. They differ in header (2011 = 2013) and bodies. */
export type Jt808Edition = '2011' | HeaderVersion;

const generalReplyRows = [u16('replySerial'), id('replyId'), u8('result')] as const;
const registrationReplyRows = [u16('replySerial'), u8('result'), restText('token')] as const;
const tokenRows = [restText('token')] as const;
const authenticationRows = [countedText('token'), text('imei', 15), restText('software', 20)];
/** Longest text of 0x8300, in GBK bytes. */
export const textBytesMax = 1024;
const textRows = [u8('flag'), restText('text', 0, textBytesMax)] as const;
const textRows2019 = [u8('flag'), u8('type'), restText('text', 0, textBytesMax)] as const;

function registrationRows(makerBytes: number, modelBytes: number, terminalIdBytes: number) {
  return [
    u16('province'),
    u16('city'),
    text('maker', makerBytes),
    text('model', modelBytes),
    text('terminalId', terminalIdBytes),
    u8('plateColor'),
    restText('plate'),
  ] as const;
}

/** province and city are GB/T 2260; with plateColor 0 the plate is the VIN. */
export type Registration = FieldsOf<ReturnType<typeof registrationRows>>;
/** replyId is the id of the message replied to, as '0x0200'. */
export type GeneralReply = FieldsOf<typeof generalReplyRows>;
export type RegistrationReply = FieldsOf<typeof registrationReplyRows>;

export interface Authentication {
  /** The code the platform gave in 0x8100. */
  readonly token: string;
  /** With software: since 2019. */
  readonly imei?: string;
  readonly software?: string;
}

export interface TextDown {
  /** See {@link textFlags}. */
  readonly flag: number;
  /** Since 2019: 1 notice, 2 service. */
  readonly type?: number;
  readonly text: string;
}

/** Bits of TextDown.flag that mean the same in every edition. */
export const textFlags = { showOnDisplay: 0x04, readAloud: 0x08 } as const;

/** Results of 0x8001 and 0x0001. */
export const generalResults = {
  ok: 0,
  failed: 1,
  wrong: 2,
  unsupported: 3,
  alarmAcknowledged: 4,
} as const;

/** Results of 0x8100. */
export const registrationResults = {
  ok: 0,
  vehicleRegistered: 1,
  noSuchVehicle: 2,
  terminalRegistered: 3,
  noSuchTerminal: 4,
} as const;

/** Bodies by message id, as read. Heartbeat 0x0002 and unregistering 0x0003 have none. */
export interface Jt808Bodies {
  readonly '0x0001': GeneralReply;
  readonly '0x0002': undefined;
  readonly '0x0003': undefined;
  readonly '0x0100': Registration;
  readonly '0x0102': Authentication;
  readonly '0x0200': LocationReport;
  readonly '0x0704': LocationBatch;
  readonly '0x8001': GeneralReply;
  readonly '0x8100': RegistrationReply;
  readonly '0x8300': TextDown;
}

/** Bodies by message id, as written: without what follows from the rest. */
export interface Jt808SentBodies extends Omit<Jt808Bodies, '0x0200' | '0x0704'> {
  readonly '0x0200': SentLocationReport;
  readonly '0x0704': SentLocationBatch;
}
export type Jt808MessageId = keyof Jt808Bodies;

/** One message id: how its body is read (null: too short) and written. */
interface BodyFormat<Id extends Jt808MessageId> {
  readonly read: (bytes: Uint8Array, version: HeaderVersion) => Jt808Bodies[Id] | null;
  readonly write: (body: Jt808SentBodies[Id], edition: Jt808Edition) => Uint8Array;
}

interface Layout {
  readonly since: Jt808Edition;
  readonly rows: readonly Row[];
}

type TabledId = Exclude<Jt808MessageId, '0x0200' | '0x0704'>;

/**
 * A body whose rows changed over the editions, newest first. Read as the newest layout that the
 * header's version allows and the body is long enough for: 2011 has the header of 2013, and a
 * 2019 header may stand before an older body.
 */
function tabled<Id extends TabledId>(layouts: readonly Layout[]): BodyFormat<Id> {
  return {
    read: (bytes, version) => {
      const found = layouts
        .filter(({ since }) => since <= version)
        .map(({ rows }) => readFields(rows, bytes))
        .find((result) => result !== null);
      return (found?.fields ?? null) as Jt808Bodies[Id] | null;
    },
    write: (body, edition) => {
      const rows = layouts.find(({ since }) => since <= edition)?.rows ?? [];
      return writeFields(rows, body as WrittenFieldsOf<readonly Row[]>);
    },
  };
}

function always<Id extends TabledId>(rows: readonly Row[]): BodyFormat<Id> {
  return tabled([{ since: '2011', rows }]);
}

const noBody = { read: () => undefined, write: () => new Uint8Array() } as const;

const formats: { readonly [Id in Jt808MessageId]: BodyFormat<Id> } = {
  '0x0001': always(generalReplyRows),
  '0x0002': noBody,
  '0x0003': noBody,
  '0x0100': tabled([
    { since: '2019', rows: registrationRows(11, 30, 30) },
    { since: '2013', rows: registrationRows(5, 20, 7) },
    { since: '2011', rows: registrationRows(5, 8, 7) },
  ]),
  '0x0102': tabled([
    { since: '2019', rows: authenticationRows },
    { since: '2011', rows: tokenRows },
  ]),
  '0x0200': { read: readLocation, write: writeLocation },
  '0x0704': { read: readLocationBatch, write: writeLocationBatch },
  '0x8001': always(generalReplyRows),
  '0x8100': always(registrationReplyRows),
  '0x8300': tabled([
    { since: '2019', rows: textRows2019 },
    { since: '2011', rows: textRows },
  ]),
};

/** Whether a message belongs to the subset. */
export function isMessageId(msgId: string): msgId is Jt808MessageId {
  return Object.hasOwn(formats, msgId);
}

/** The body of a message of the subset, or null when it is too short. Never throws. */
export function readBody<Id extends Jt808MessageId>(
  msgId: Id,
  bytes: Uint8Array,
  version: HeaderVersion,
): Jt808Bodies[Id] | null {
  return formats[msgId].read(bytes, version);
}

/** Bytes of a body. Throws RangeError when a value does not fit its field. */
export function writeBody<Id extends Jt808MessageId>(
  msgId: Id,
  body: Jt808SentBodies[Id],
  edition: Jt808Edition,
): Uint8Array {
  return formats[msgId].write(body, edition);
}
