import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

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

/** Names of the packages a manifest needs, as the lock places them. */
function dependenciesOf(entry) {
  return Object.keys({ ...entry.dependencies, ...entry.optionalDependencies });
}

/** Where npm put a package that another one asks for: the nearest `node_modules` upwards. */
function placeOf(packages, from, name) {
  for (let folder = from; ; folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (folder === '' || !folder.includes('node_modules')) {
      const top = `node_modules/${name}`;
      return packages[top] === undefined ? null : top;
    }
  }
}

/**
 * Every library the unit's program needs, PATH@VERSION below `node_modules`, by the lock. Those
 * for other computers only are left to the package that is installed.
 */
export function librariesOf(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = new Set();
  const waiting = programFolders.map((folder) => folder);
  while (waiting.length > 0) {
    const from = waiting.pop();
    for (const name of dependenciesOf(packages[from] ?? {})) {
      const place = placeOf(packages, from, name);
      if (place === null || found.has(place) || packages[place].link === true) continue;
      if (packages[place].optional === true || packages[place].cpu !== undefined) continue;
      found.add(place);
      waiting.push(place);
    }
  }
  return [...found]
    .sort()
    .map((place) => `${place.slice('node_modules/'.length)}@${packages[place].version}`);
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
  const { tree, libraryRoot, counter, models, architectures, nowS, days } = options;
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
    architectures,
    nodeMajor: Number.parseInt(process.versions.node, 10),
    createdS: nowS,
    expiresS: nowS + days * 86_400,
    payload: { bytes: payload.length, sha256: sha256(payload) },
    tree: sumOf(sums),
    libraries: librariesOf(libraryRoot),
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
