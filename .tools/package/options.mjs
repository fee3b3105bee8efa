import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rootFolder } from '../shell.mjs';
import { architectures, ownArchitecture } from './architectures.mjs';

export class OptionError extends Error {}

/** The caller's folder, when npm was called from below the checkout. */
function inCallersFolder(path) {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

/** `--arch amd64|arm64`, `--out FOLDER`, `--node FILE`. Throws OptionError. */
export function readOptions(args) {
  const given = parse(args);
  const arch = given.arch ?? ownArchitecture();
  if (architectures[arch] === undefined) {
    throw new OptionError(`--arch must be one of ${Object.keys(architectures).join(', ')}`);
  }
  return {
    arch,
    out:
      given.out === undefined
        ? resolve(rootFolder, '.data', 'packages')
        : inCallersFolder(given.out),
    nodeFile: given.node === undefined ? undefined : inCallersFolder(given.node),
  };
}

function parse(args) {
  const options = { arch: { type: 'string' }, out: { type: 'string' }, node: { type: 'string' } };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new OptionError(error.message);
  }
}
