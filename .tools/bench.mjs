import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { becomeNode, rootFolder } from './shell.mjs';

ensureInstalled();
ensureBuilt();
becomeNode([
  '--import',
  'tsx',
  join(rootFolder, 'test', 'bench', 'main.ts'),
  ...process.argv.slice(2),
]);
