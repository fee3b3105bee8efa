import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
const folders = ['protocols', 'hardware', 'device', 'gateway', 'server'];
let sandbox: string;

beforeAll(() => {
  sandbox = mkdtempSync(join(tmpdir(), 'xinlu-lint-'));
  for (const name of ['.biome.json', 'package.json', ...folders.map((f) => `${f}/package.json`)]) {
    mkdirSync(dirname(join(sandbox, name)), { recursive: true });
    cpSync(join(root, name), join(sandbox, name));
  }
  spawnSync('git', ['init', '-q'], { cwd: sandbox });
});
afterAll(() => rmSync(sandbox, { recursive: true }));

/** Rules that Biome names for these files, in a copy of this project's configuration. */
function rulesBroken(files: Readonly<Record<string, string>>): string[] {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(sandbox, name)), { recursive: true });
    writeFileSync(join(sandbox, name), text);
  }
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const run = spawnSync(biome, ['lint', '--reporter=json', ...Object.keys(files)], {
    cwd: sandbox,
    encoding: 'utf8',
  });
  for (const name of Object.keys(files)) rmSync(join(sandbox, name));
  const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: { category: string }[] };
  return diagnostics.map(({ category }) => category.split('/').at(-1) ?? '');
}

const useOf = (path: string) => `import { x } from '${path}';\n\nexport const y = x;\n`;
const target = 'export const x = 1;\n';

describe('the lint', () => {
  it.each([
    ['protocols/a.ts', '../hardware/b.ts'],
    ['hardware/a.ts', '../device/b.ts'],
    ['device/a.ts', '../gateway/b.ts'],
    ['device/deep/a.ts', '../../server/b.ts'],
    ['gateway/a.ts', '../server/b.ts'],
    ['gateway/a.ts', '../hardware/b.ts'],
    ['server/a.ts', '../gateway/b.ts'],
  ])('refuses %s importing %s', (file, path) => {
    const imported = new URL(path, `file:///${file}`).pathname.slice(1);
    const broken = rulesBroken({ [file]: useOf(path), [imported]: target });
    expect(broken).toContain('noRestrictedImports');
  });

  it.each([
    ['device/a.ts', '../hardware/b.ts'],
    ['gateway/a.ts', '../protocols/b.ts'],
    ['server/web/a.ts', '../link/b.ts'],
  ])('lets %s import %s', (file, path) => {
    const imported = new URL(path, `file:///${file}`).pathname.slice(1);
    expect(rulesBroken({ [file]: useOf(path), [imported]: target })).toStrictEqual([]);
  });

  it.each(['node:fs', 'node:fs/promises', 'node:net', 'pino'])(
    'keeps protocols pure: no %s',
    (path) => {
      expect(rulesBroken({ 'protocols/a.ts': useOf(path) })).toContain('noRestrictedImports');
    },
  );

  it('refuses a package that the folder does not declare', () => {
    expect(rulesBroken({ 'server/a.ts': useOf('aedes') })).toContain('noUndeclaredDependencies');
  });

  it('refuses a cycle', () => {
    const files = {
      'server/a.ts': "import { b } from './b.ts';\n\nexport const a = () => b;\n",
      'server/b.ts': "import { a } from './a.ts';\n\nexport const b = () => a;\n",
    };
    expect(rulesBroken(files)).toContain('noImportCycles');
  });

  it('refuses a function over 70 lines and a file over 300', () => {
    const lines = Array.from({ length: 80 }, (_, index) => `  total += ${index};`).join('\n');
    const long = `export function sum() {\n  let total = 0;\n${lines}\n  return total;\n}\n`;
    expect(rulesBroken({ 'server/a.ts': long })).toContain('noExcessiveLinesPerFunction');
    const rows = Array.from({ length: 310 }, (_, index) => `export const v${index} = 1;`).join(
      '\n',
    );
    expect(rulesBroken({ 'server/a.ts': `${rows}\n` })).toContain('noExcessiveLinesPerFile');
  });

  it('refuses a promise that nobody waits for', () => {
    const text = 'export async function a() {}\n\nexport function b() {\n  a();\n}\n';
    expect(rulesBroken({ 'server/a.ts': text })).toContain('noFloatingPromises');
  });
});
