import { join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { checkHardwareFace } from './lint-hardware-face.mjs';
import { rootFolder, runOrExit } from './shell.mjs';

ensureInstalled();
const bin = (name) => join(rootFolder, 'node_modules', '.bin', name);
runOrExit(bin('biome'), ['ci', '--error-on-warnings', '.']);
checkHardwareFace();
runOrExit(bin('tsc'), ['--noEmit', '-p', '.']);
