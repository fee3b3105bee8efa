import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from '../build.mjs';
import { rootFolder } from '../shell.mjs';

const names = [
  'signed/ed25519',
  'update/bundle-header',
  'update/deploy-statement',
  'update/manifest',
  'update/tar-writer',
  'update/tree',
  'update/trust',
];

/** The compiled protocols: the one place that knows what a bundle looks like. */
export async function builtProtocols() {
  ensureBuilt();
  const modules = names.map(
    (name) => import(pathToFileURL(join(rootFolder, 'dist', 'protocols', `${name}.js`)).href),
  );
  return Object.assign({}, ...(await Promise.all(modules)));
}
