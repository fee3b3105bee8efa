import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { becomeNode, rootFolder, runOrExit } from './shell.mjs';

/** `npm test`: lint, types, build, all tests. Words are passed on: `npm test -- test/protocols`. */
ensureInstalled();
const words = process.argv.slice(2);
const long = words.includes('--long');
const selection = words.filter((word) => word !== '--long');
if (selection.length === 0) runOrExit('node', [join(rootFolder, '.tools', 'lint.mjs')]);
ensureBuilt();
if (long) process.env.XINLU_LONG = '1';
const vitest = join(rootFolder, 'node_modules', 'vitest', 'vitest.mjs');
becomeNode([vitest, 'run', '--config', 'test/vitest.config.ts', ...selection]);
