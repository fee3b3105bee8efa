import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one bench. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'xinlu-bench-'));
  return {
    file: (name: string) => join(path, name),
    remove: () => rmSync(path, { recursive: true }),
  };
}
