import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder, say } from './shell.mjs';

/**
 * The one part of the folder rule that the linter's tables cannot say: the device takes values
 * from hardware through `open.ts` alone, so that no policy ever names a driver. Types are free;
 * the simulated truck, which stands in for the parts, may use the emulators.
 */
const valueImport = /^import\s+(?!type\b)[^;]*?from\s+'[./]*\/hardware\/([^']+)'/gms;
const allowed = new Set(['open.ts', 'bitmap.ts']);
const simulation = /^simulat/;

/** Lines that break the rule: `device/x.ts: ../hardware/serial/y.ts`. */
export function hardwareFaceBreaches(folder = join(rootFolder, 'device')) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts') && !simulation.test(name))
    .flatMap((name) =>
      [...readFileSync(join(folder, name), 'utf8').matchAll(valueImport)]
        .filter(([statement, file]) => !allowed.has(file) && !onlyTypes(statement))
        .map(([, file]) => `device/${name}: hardware/${file}`),
    );
}

/** `import { type A, type B } from …` brings no value. */
function onlyTypes(statement) {
  const names = /\{([^}]*)\}/s.exec(statement)?.[1] ?? '';
  return names.trim() !== '' && names.split(',').every((name) => /^\s*(type\s|$)/.test(name));
}

export function checkHardwareFace() {
  const breaches = hardwareFaceBreaches();
  for (const breach of breaches) say(`folder rule: ${breach}: take it through hardware/open.ts`);
  if (breaches.length > 0) process.exit(1);
}
