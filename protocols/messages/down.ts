import type { KeyObject } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { domainBytes, domains } from '../signed/domain.ts';
import { type Signer, verifyEd25519 } from '../signed/ed25519.ts';
import { type DownMessage, downMessage } from './down-schemas.ts';

/** The envelope of everything that goes to a unit, `ack` included. */
export const downEnvelope = Type.Object({
  payload: Type.String(),
  counter: Type.Integer({ minimum: 1 }),
  keyId: Type.String(),
  sig: Type.String(),
});
export type DownEnvelope = Static<typeof downEnvelope>;

/** Largest envelope a unit looks at, in bytes. */
export const downBytesMax = 16 * 1024;

const message = Compile(downMessage);

/** Signed: domain, zero byte, serial, zero byte, counter as eight bytes, payload. */
function downBytes(serial: string, counter: number, payload: Uint8Array): Buffer {
  const counterBytes = Buffer.alloc(8);
  counterBytes.writeBigUInt64BE(BigInt(counter));
  return domainBytes(domains.down, Buffer.from(`${serial}\0`, 'ascii'), counterBytes, payload);
}

/** The JSON text of an envelope. `counter` must be larger than any before for this unit. */
export function sealDown(
  serial: string,
  counter: number,
  content: DownMessage,
  keyId: string,
  signer: Signer,
): string {
  const payload = Buffer.from(JSON.stringify(content), 'utf8');
  const signature = signer.sign(downBytes(serial, counter, payload));
  const envelope: DownEnvelope = {
    payload: payload.toString('base64url'),
    counter,
    keyId,
    sig: Buffer.from(signature).toString('base64url'),
  };
  return JSON.stringify(envelope);
}

export type DownProblem =
  | 'too-large'
  | 'not-an-envelope'
  | 'unknown-key'
  | 'bad-signature'
  | 'replayed'
  | 'unknown-message';

export type DownReading =
  | { readonly ok: true; readonly counter: number; readonly message: DownMessage }
  | { readonly ok: false; readonly problem: DownProblem };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Opens an envelope for `serial` with the keys pinned at enrolment. Whatever is not signed by one
 * of them, or not newer than `lastCounter`, is refused. Never throws.
 */
export function openDown(
  serial: string,
  bytes: Uint8Array,
  pinnedKeys: ReadonlyMap<string, KeyObject>,
  lastCounter: number,
): DownReading {
  if (bytes.length > downBytesMax) return refused('too-large');
  const envelope = parseJson(Buffer.from(bytes).toString('utf8'));
  if (!Value.Check(downEnvelope, envelope)) return refused('not-an-envelope');
  const { counter, keyId } = envelope;
  const key = pinnedKeys.get(keyId);
  if (key === undefined) return refused('unknown-key');
  const payload = Buffer.from(envelope.payload, 'base64url');
  const signature = Buffer.from(envelope.sig, 'base64url');
  if (!verifyEd25519(key, downBytes(serial, counter, payload), signature)) {
    return refused('bad-signature');
  }
  if (counter <= lastCounter) return refused('replayed');
  const content = parseJson(payload.toString('utf8'));
  return message.Check(content)
    ? { ok: true, counter, message: content }
    : refused('unknown-message');
}

function refused(problem: DownProblem): DownReading {
  return { ok: false, problem };
}
