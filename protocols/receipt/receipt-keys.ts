import type { KeyObject } from 'node:crypto';
import { keyIdOf } from '../audit/key-id.ts';
import { badEntry, keyOf, readKeyEntries } from '../scan-code/key-file.ts';
import { rawPublicKey } from '../signed/ed25519.ts';

/** A key that signs receipts or checkpoints, with the time it was in force. */
export interface ReceiptKey {
  readonly keyId: string;
  readonly publicKey: KeyObject;
  /** Unix seconds, inclusive; null: no bound. */
  readonly validFrom: number | null;
  readonly validTo: number | null;
  readonly revoked: boolean;
}

/** What a reader of receipts trusts. */
export interface ReceiptKeys {
  readonly receipt: readonly ReceiptKey[];
  readonly checkpoint: readonly ReceiptKey[];
}

export type ReceiptKeysReading =
  | { readonly ok: true; readonly keys: ReceiptKeys }
  | { readonly ok: false; readonly message: string };

/**
 * Reads the entries of KEYS.json whose use is `receipt` or `checkpoint`. One without a keyId is
 * known by the beginning of its hash. Any bad entry of these uses is said, with its number.
 */
export function readReceiptKeys(text: string): ReceiptKeysReading {
  const entries = readKeyEntries(text);
  if (typeof entries === 'string') return { ok: false, message: entries };
  const keys = { receipt: [] as ReceiptKey[], checkpoint: [] as ReceiptKey[] };
  for (const { index, entry, use } of entries) {
    if (use !== 'receipt' && use !== 'checkpoint') continue;
    const key = keyOf(entry, index);
    if (typeof key === 'string') return { ok: false, message: badEntry(index, key) };
    const keyId = entry.keyId ?? keyIdOf(rawPublicKey(key.publicKey));
    keys[use].push({ ...key, keyId });
  }
  return { ok: true, keys };
}
