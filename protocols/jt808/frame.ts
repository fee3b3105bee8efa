import type { FieldsOf } from './fields.ts';
import { bcd, id, readFields, u8, u16, writeFields } from './fields.ts';
import type { FramingError, Jt808Refusal } from './framing.ts';
import { bodyBytesMax, checksumOf, unwrapFrame, wrapFrame } from './framing.ts';

/** Which header a frame has. The edition of 2011 has the header of 2013. */
export type HeaderVersion = '2013' | '2019';

/** A frame taken apart, its body still bytes. */
export interface Jt808Frame {
  /** '0x0200' */
  readonly msgId: string;
  /** Body length the header announces, in bytes. */
  readonly bodyLength: number;
  /** 0 none, 1 RSA; 2 to 7 are not assigned. */
  readonly encryption: number;
  readonly subpackaged: boolean;
  readonly version: HeaderVersion;
  /** The checksum as sent, two hex digits. */
  readonly checksum: string;
  readonly checksumOk: boolean;
  /** Only in a 2019 header. */
  readonly protocolVersion?: number;
  /** All BCD digits of the field: 12 or 20, leading zeros kept. */
  readonly phone: string;
  readonly serial: number;
  /** With packageIndex (from 1): only in a subpackage. */
  readonly packageTotal?: number;
  readonly packageIndex?: number;
  readonly body: Uint8Array;
  /** Whether the body has the length announced. */
  readonly lengthOk: boolean;
}

export type FrameError = FramingError | 'short';

const subpackageFlag = 0x2000;
const version2019Flag = 0x4000;
const lengthMask = 0x03ff;

const headerRows = {
  '2013': [id('msgId'), u16('props'), bcd('phone', 6), u16('serial')],
  '2019': [id('msgId'), u16('props'), u8('protocolVersion'), bcd('phone', 10), u16('serial')],
} as const;
const packageRows = [u16('packageTotal'), u16('packageIndex')] as const;

interface Header {
  readonly version: HeaderVersion;
  readonly fields: FieldsOf<(typeof headerRows)['2013']> & { readonly protocolVersion?: number };
  readonly packageFields: FieldsOf<typeof packageRows> | null;
  readonly bytes: number;
}

/** A header of this version in front of a checksum, or null when there are too few bytes. */
function readHeader(version: HeaderVersion, content: Uint8Array): Header | null {
  const beforeChecksum = content.subarray(0, Math.max(0, content.length - 1));
  const head = readFields(headerRows[version], beforeChecksum);
  if (head === null) return null;
  const { fields, usedBytes } = head;
  if ((fields.props & subpackageFlag) === 0) {
    return { version, fields, packageFields: null, bytes: usedBytes };
  }
  const packages = readFields(packageRows, beforeChecksum.subarray(usedBytes));
  if (packages === null) return null;
  const bytes = usedBytes + packages.usedBytes;
  return { version, fields, packageFields: packages.fields, bytes };
}

function lengthFits(header: Header, content: Uint8Array): boolean {
  return content.length - 1 - header.bytes === (header.fields.props & lengthMask);
}

/**
 * Some terminals send a 2013 header with the 2019 bit set: a 2013 header is taken when only it
 * agrees with the length (wire.md, JT/T 808).
 */
function chooseHeader(content: Uint8Array): Header | null {
  const of2013 = readHeader('2013', content);
  if (of2013 === null || (of2013.fields.props & version2019Flag) === 0) return of2013;
  const of2019 = readHeader('2019', content);
  if (of2019 !== null && lengthFits(of2019, content)) return of2019;
  return lengthFits(of2013, content) ? of2013 : of2019;
}

/**
 * Takes a frame apart (both delimiters included). A wrong checksum or length is told in the
 * result, so that damage can be looked at; {@link frameFault} says whether to act on the frame.
 * Never throws.
 */
export function decodeFrame(wire: Uint8Array): Jt808Frame | Jt808Refusal<FrameError> {
  const content = unwrapFrame(wire);
  if ('error' in content) return content;
  const header = chooseHeader(content);
  if (header === null) return { error: 'short' };
  const { msgId, props, phone, serial, protocolVersion } = header.fields;
  const checksum = content[content.length - 1] ?? 0;
  return {
    msgId,
    bodyLength: props & lengthMask,
    encryption: (props >> 10) & 7,
    subpackaged: (props & subpackageFlag) !== 0,
    version: header.version,
    checksum: checksum.toString(16).padStart(2, '0'),
    checksumOk: checksumOf(content.subarray(0, -1)) === checksum,
    ...(protocolVersion === undefined ? {} : { protocolVersion }),
    phone,
    serial,
    ...header.packageFields,
    body: content.slice(header.bytes, -1),
    lengthOk: lengthFits(header, content),
  };
}

export type FrameFault = 'checksum' | 'length' | 'encrypted';

/** Why a frame must not be acted on, or null. We hold no keys, so an encrypted body is refused. */
export function frameFault(frame: Jt808Frame): FrameFault | null {
  if (!frame.checksumOk) return 'checksum';
  if (!frame.lengthOk) return 'length';
  return frame.encryption === 0 ? null : 'encrypted';
}

/** To or from which terminal a message is written. */
export interface Jt808Envelope {
  readonly version: HeaderVersion;
  /** Of the 2019 header; 1 unless the terminal said otherwise. */
  readonly protocolVersion?: number;
  /** Filled up with zeros on the left. */
  readonly phone: string;
  /** 0 to 65535. Of the first part, when there are several; the others count on and wrap round. */
  readonly serial: number;
}

function writeFrame(
  msgId: string,
  envelope: Jt808Envelope,
  body: Uint8Array,
  packages: FieldsOf<typeof packageRows> | null,
): Uint8Array {
  const { version, phone, serial, protocolVersion = 1 } = envelope;
  const props =
    body.length |
    (packages === null ? 0 : subpackageFlag) |
    (version === '2019' ? version2019Flag : 0);
  const fields = { msgId, props, protocolVersion, phone, serial };
  const unsummed = Buffer.concat([
    writeFields(headerRows[version], fields),
    packages === null ? new Uint8Array() : writeFields(packageRows, packages),
    body,
  ]);
  return wrapFrame(Buffer.concat([unsummed, Uint8Array.of(checksumOf(unsummed))]));
}

/**
 * Frames of one message: one, or subpackages when the body is longer than a frame carries.
 * Throws RangeError when a value does not fit the header.
 */
export function encodeFrames(
  msgId: string,
  envelope: Jt808Envelope,
  body: Uint8Array,
): Uint8Array[] {
  if (body.length <= bodyBytesMax) return [writeFrame(msgId, envelope, body, null)];
  const packageTotal = Math.ceil(body.length / bodyBytesMax);
  return Array.from({ length: packageTotal }, (_, index) => {
    const part = body.subarray(index * bodyBytesMax, (index + 1) * bodyBytesMax);
    const serial = (envelope.serial + index) % 65_536;
    return writeFrame(msgId, { ...envelope, serial }, part, {
      packageTotal,
      packageIndex: index + 1,
    });
  });
}
