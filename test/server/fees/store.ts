import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../../protocols/store/store.ts';
import { openStore } from '../../../server/store/open.ts';
import { storePlace } from '../../support/store-place.ts';

/** Runs a test on a store of its own, with the server's tables. */
export async function onStore(work: (store: Store) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'xinlu-fees-'));
  const store = await openStore(await storePlace(join(folder, 'server.sqlite')));
  try {
    await work(store);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
