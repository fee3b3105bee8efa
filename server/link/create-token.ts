import type { Store } from '../../protocols/store/store.ts';
import type { ServerEnvironment } from '../environment.ts';
import { secretBytes } from '../secrets.ts';
import { addToken, linkTokenLifeMsMax } from './link-table.ts';

/** A new one-time token, shown once and stored as a digest, with its end in Unix milliseconds. */
export async function createLinkToken(
  store: Store,
  { nowMs, randomBytes }: Pick<ServerEnvironment, 'nowMs' | 'randomBytes'>,
): Promise<{ token: string; expiresAtMs: number }> {
  const token = randomBytes(secretBytes).toString('base64url');
  const atMs = nowMs();
  await addToken(store, token, atMs, { randomBytes });
  return { token, expiresAtMs: atMs + linkTokenLifeMsMax };
}
