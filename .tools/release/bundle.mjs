import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { architectures } from '../package/architectures.mjs';
import { closureOf } from '../package/closure.mjs';

const programFolders = ['protocols', 'hardware', 'device'];
/** Of the build alone; a unit has no use for it. */
const leftOut = /\.map$|\.tsbuildinfo$/;
const nothing = Buffer.alloc(0);

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What a unit runs, by path, sorted: the same for the same build everywhere. */
export function filesOf(tree) {
  const files = programFolders.flatMap((folder) =>
    readdirSync(join(tree, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && !leftOut.test(entry.name))
      .map((entry) => relative(tree, join(entry.parentPath, entry.name))),
  );
  return ['package.json', ...files]
    .filter((path) => !path.includes('node_modules'))
    .sort()
    .map((path) => ({ path, content: readFileSync(join(tree, path)) }));
}

/**
 * Every library the unit's program runs on, PATH@VERSION below `node_modules`: what its package
 * installs on each of these computers. What only one of them needs is the package's own business.
 */
export function librariesOf(root, cpus) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const rows = Object.values(architectures).filter(({ cpu }) => cpus.includes(cpu));
  if (rows.length !== cpus.length) throw new Error(`nothing is packed for all of ${cpus}`);
  const [first, ...others] = rows.map((row) =>
    closureOf(lock, row).map(({ path, version }) => `${path}@${version}`),
  );
  return first
    .filter((library) => others.every((list) => list.includes(library)))
    .map((library) => library.slice('node_modules/'.length));
}

/** The version a tree says of itself, wherever it reports it. */
function versionOf(files) {
  const recorder = files.find(({ path }) => path === 'device/recorder.js');
  const version = /softwareVersion = '([^']+)'/.exec(recorder?.content.toString('utf8') ?? '');
  if (version === null) throw new Error('this is no built tree of a unit: run npm run build');
  return version[1];
}

/**
 * A bundle without signatures, of a built tree. Reproducible: its bytes follow from tree, counter
 * and times alone.
 */
export function makeBundle(protocols, options) {
  const { encodeHeader, encodeManifest, readManifest, releaseIdOf, sumOf } = protocols;
  const { tarEnd, tarFile } = protocols;
  const { tree, libraryRoot, counter, models, nowS, days } = options;
  const { architectures: computers } = options;
  if (!existsSync(join(tree, 'device', 'main.js'))) throw new Error(`${tree} is no built tree`);
  const files = filesOf(tree);
  const tar = Buffer.concat([
    ...files.map(({ path, content }) => tarFile(path, content)),
    tarEnd(),
  ]);
  const payload = brotliCompressSync(tar, {
    params: { [constants.BROTLI_PARAM_QUALITY]: options.quality ?? 9 },
  });
  const sums = files.map(({ path, content }) => ({
    path,
    bytes: content.length,
    sha256: sha256(content),
  }));
  const manifest = {
    format: 1,
    product: 'xinlu-device',
    version: versionOf(files),
    counter,
    models,
    architectures: computers,
    nodeMajor: Number.parseInt(process.versions.node, 10),
    createdS: nowS,
    expiresS: nowS + days * 86_400,
    payload: { bytes: payload.length, sha256: sha256(payload) },
    tree: sumOf(sums),
    libraries: librariesOf(libraryRoot, computers),
  };
  const manifestBytes = encodeManifest(manifest);
  if (readManifest(manifestBytes) === null) throw new Error('counter, models or days do not fit');
  const head = encodeHeader({
    manifest: manifestBytes,
    releaseSignature: nothing,
    statement: nothing,
    statementSignature: nothing,
    deploySignature: nothing,
  });
  const bytes = Buffer.concat([head, payload]);
  return { bytes, manifest, releaseId: releaseIdOf(manifestBytes) };
}
