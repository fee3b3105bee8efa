import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

export const root = new URL('../../..', import.meta.url).pathname;

const compilerOptions: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
};
const assets = /\.(css|js|json|geojson|svg)$/;

/**
 * The unit's program as the build makes it, with the libraries of the checkout: what a package
 * would install. Each file by itself, which takes a fraction of the time of the build.
 */
export function installProgram(folder: string): void {
  for (const part of ['protocols', 'hardware', 'device']) {
    for (const entry of readdirSync(join(root, part), { withFileTypes: true, recursive: true })) {
      const from = join(entry.parentPath, entry.name);
      const to = join(folder, from.slice(root.length));
      if (!entry.isFile() || from.includes('node_modules') || from.includes('/packaging/'))
        continue;
      mkdirSync(dirname(to), { recursive: true });
      if (entry.name.endsWith('.ts')) {
        const { outputText } = ts.transpileModule(readFileSync(from, 'utf8'), { compilerOptions });
        writeFileSync(to.replace(/\.ts$/, '.js'), outputText);
      } else if (assets.test(entry.name)) {
        cpSync(from, to);
      }
    }
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
}

/** A copy of a program that says another version of itself, and may be broken on purpose. */
export function nextVersion(from: string, to: string, version: string, breakage = ''): void {
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
  const recorder = join(to, 'device', 'recorder.js');
  const text = readFileSync(recorder, 'utf8');
  writeFileSync(
    recorder,
    text.replace(/softwareVersion = '[^']+'/, `softwareVersion = '${version}'`),
  );
  if (breakage === '') return;
  const process = join(to, 'device', 'process.js');
  writeFileSync(process, `${readFileSync(process, 'utf8')}\n${breakage}\n`);
}
