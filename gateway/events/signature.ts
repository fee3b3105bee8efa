import { createHmac, timingSafeEqual } from 'node:crypto';

/** Name of the header that carries the signature of a webhook's body. */
export const signatureHeader = 'xinlu-signature';

function macOf(secret: string, atS: number, body: string): Buffer {
  return createHmac('sha256', secret).update(`${atS}.${body}`).digest();
}

/** `t=UNIX_S,v1=HEX`: HMAC-SHA-256 under the hook's secret over time, a full stop and the body. */
export function signatureOf(secret: string, atS: number, body: string): string {
  return `t=${atS},v1=${macOf(secret, atS, body).toString('hex')}`;
}

/**
 * What a receiver does: true when the body was signed with the secret not longer than `ageSMax`
 * ago. An older one is somebody else's copy.
 */
export function isSigned(
  secret: string,
  header: string,
  body: string,
  nowS: number,
  ageSMax: number,
): boolean {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header);
  if (match === null) return false;
  const atS = Number(match[1]);
  if (Math.abs(nowS - atS) > ageSMax) return false;
  return timingSafeEqual(macOf(secret, atS, body), Buffer.from(match[2] as string, 'hex'));
}
