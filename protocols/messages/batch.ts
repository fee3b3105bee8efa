import { decode, Encoder } from 'cbor-x';
import { domainBytes, domains } from '../signed/domain.ts';
import { type Signer, signatureBytes } from '../signed/ed25519.ts';
import { decodeRecord, encodeRecord, type RecordProblem, type UnitRecord } from './records.ts';

/** Limits of one batch. wire.md, "MQTT". */
export const batchRecordsMax = 50;
export const batchBytesMax = 8 * 1024;

const batchVersion = 1;
export const epochBytes = 8;

/** CBOR without extensions: no tags, no shared structures, whole arrays. */
const encoder = new Encoder({ tagUint8Array: false, useRecords: false, variableMapSize: true });

export interface BatchHead {
  /** Number of the unit's enrolment: grows with each new key set. */
  readonly enrolment: number;
  /** 16 hexadecimal digits, born with the outbox file. */
  readonly epoch: string;
}

/** A batch taken apart but not yet trusted: check `signature` over `message` first. */
export interface OpenedBatch extends BatchHead {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** What the signature must cover for this serial. */
  readonly message: Buffer;
}

/** `[` of five elements; the signature element is 0x58 0x40 and 64 bytes, always last. */
const arrayHead = 0x85;
const signatureHead = Buffer.from([0x58, signatureBytes]);
const signatureElementBytes = signatureHead.length + signatureBytes;

function batchMessage(serial: string, firstFour: Uint8Array): Buffer {
  return domainBytes(domains.batch, Buffer.from(`${serial}\0`, 'ascii'), firstFour);
}

/** Records to the bytes of `up`. The caller keeps to the batch limits. */
export function sealBatch(
  serial: string,
  { enrolment, epoch }: BatchHead,
  records: readonly UnitRecord[],
  signer: Signer,
): Buffer {
  const baseSeq = Math.min(...records.map(({ seq }) => seq));
  const baseMs = Math.min(...records.map(({ happenedAtMs }) => Math.round(happenedAtMs)));
  const arrays = records.map((record) => encodeRecord(record, baseSeq, baseMs));
  const payload = encoder.encode([baseSeq, baseMs, arrays]);
  const firstFour = Buffer.concat(
    [batchVersion, enrolment, Buffer.from(epoch, 'hex'), payload].map((value) =>
      encoder.encode(value),
    ),
  );
  const signature = signer.sign(batchMessage(serial, firstFour));
  return Buffer.concat([Buffer.from([arrayHead]), firstFour, signatureHead, signature]);
}

export type BatchProblem = 'too-large' | 'not-a-batch' | 'unknown-version';

function decodeCbor(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}

/** Takes `up` bytes apart for a serial. Never throws. */
export function openBatch(serial: string, bytes: Uint8Array): OpenedBatch | BatchProblem {
  if (bytes.length > batchBytesMax) return 'too-large';
  const split = bytes.length - signatureElementBytes;
  const framed =
    split > 1 &&
    bytes[0] === arrayHead &&
    signatureHead.equals(bytes.subarray(split, split + signatureHead.length));
  const decoded = framed ? decodeCbor(bytes) : undefined;
  if (!Array.isArray(decoded) || decoded.length !== 5) return 'not-a-batch';
  const [version, enrolment, epoch, payload, signature] = decoded as unknown[];
  if (version !== batchVersion) return 'unknown-version';
  if (!Number.isSafeInteger(enrolment) || (enrolment as number) < 0) return 'not-a-batch';
  if (!(epoch instanceof Uint8Array) || epoch.length !== epochBytes) return 'not-a-batch';
  if (!(payload instanceof Uint8Array) || !(signature instanceof Uint8Array)) return 'not-a-batch';
  return {
    enrolment: enrolment as number,
    epoch: Buffer.from(epoch).toString('hex'),
    payload,
    signature,
    message: batchMessage(serial, bytes.subarray(1, split)),
  };
}

/** One place of a payload: a record, or what is wrong there (seq null when unreadable). */
export type PayloadEntry =
  | { readonly ok: true; readonly record: UnitRecord }
  | { readonly ok: false; readonly seq: number | null; readonly problem: RecordProblem };

/** The records of a trusted payload; null when it is no payload at all. */
export function readPayload(payload: Uint8Array): readonly PayloadEntry[] | null {
  const decoded = decodeCbor(payload);
  if (!Array.isArray(decoded)) return null;
  const [baseSeq, baseMs, arrays] = decoded as unknown[];
  if (!Number.isSafeInteger(baseSeq) || !Number.isSafeInteger(baseMs)) return null;
  if (!Array.isArray(arrays) || arrays.length > batchRecordsMax) return null;
  return arrays.map((wire: unknown) => {
    const record = decodeRecord(wire, baseSeq as number, baseMs as number);
    if (typeof record !== 'string') return { ok: true, record };
    const delta: unknown = Array.isArray(wire) ? wire[1] : undefined;
    const seq = Number.isSafeInteger(delta) ? (baseSeq as number) + (delta as number) : null;
    return { ok: false, seq, problem: record };
  });
}
