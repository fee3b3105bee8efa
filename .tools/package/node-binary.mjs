import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchPackage, runIn } from './fetch.mjs';

/**
 * The Node.js a package carries, with its licence.
 * @param architecture a row of `architectures`
 * @param file a Node.js to take instead of npm's; undefined: npm's
 */
export function nodeBinary({ nodePackage }, file) {
  if (file !== undefined) {
    const version = runIn('.', file, ['--version']).trim().slice(1);
    const text = `https://github.com/nodejs/node/blob/v${version}/LICENSE`;
    return { file, version, licenceText: text };
  }
  const folder = fetchPackage(nodePackage);
  const licenceText = readFileSync(join(folder, 'LICENSE'), 'utf8');
  return { file: join(folder, 'bin', 'node'), version: nodePackage.version, licenceText };
}
