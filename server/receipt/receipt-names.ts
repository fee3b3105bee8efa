import { returnCodeOf } from '../../protocols/receipt/return-code.ts';
import type { SecretBox } from '../secrets.ts';

const receiptIdHexDigits = 32;

/**
 * The number that opens a receipt: 128 bits that follow from the scan and the server's secret.
 * Nothing in the store gives it away.
 */
export function receiptIdOf(secrets: SecretBox, scanId: string): string {
  const bytes = Buffer.from(secrets.derive('xinlu.receipt-id.v1', scanId), 'base64url');
  return bytes.toString('hex').slice(0, receiptIdHexDigits);
}

/** The return code of a scan's receipt; the next attempt when that one is taken already. */
export function returnCodeFor(secrets: SecretBox, scanId: string, attempt: number): string {
  const derived = secrets.derive('xinlu.return-code.v1', `${scanId}\0${attempt}`);
  return returnCodeOf(Buffer.from(derived, 'base64url'));
}
