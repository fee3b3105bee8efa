import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const lint = (await import(new URL('../.tools/lint-hardware-face.mjs', import.meta.url).href)) as {
  hardwareFaceBreaches(folder: string): string[];
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinlu-face-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ["import { openDisplay } from '../hardware/open.ts';", 0],
  ["import type { Display } from '../hardware/display.ts';", 0],
  ["import { type Display, type ShowResult } from '../hardware/display.ts';", 0],
  ["import { PngDisplay } from '../hardware/display/png.ts';", 1],
  ["import {\n  type Display,\n  fake,\n} from '../hardware/display/png.ts';", 1],
])('the device takes values from hardware through its one face: %s', (text, breaches) => {
  writeFileSync(join(folder, 'a.ts'), `${text}\n`);
  expect(lint.hardwareFaceBreaches(folder)).toHaveLength(breaches);
});
