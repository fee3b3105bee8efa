import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rootFolder } from '../shell.mjs';
import { builtProtocols } from './built.mjs';
import { makeBundle } from './bundle.mjs';
import { authorise, newReleaseKey, publicKeyText, readReleaseKey, signBundle } from './keys.mjs';

/** What is done where the release key is: never on the gateway. The key has no other home. */
const daysStandard = 90;

const commands = {
  keygen: {
    usage: 'release keygen --key FILE (a new release key; keep it off line)',
    required: ['key'],
    optional: [],
    run: (protocols, { key }) => {
      if (existsSync(key)) throw new UsageError(`${key} is there already: it is never replaced`);
      writeNew(key, newReleaseKey(), 0o600);
      return { releaseKey: publicKeyText(readReleaseKey(protocols, key)), file: key };
    },
  },
  make: {
    usage:
      'release make --counter N --models A,B --out FILE.xup [--tree FOLDER] [--days N] [--architectures x64,arm64]',
    required: ['counter', 'models', 'out'],
    optional: ['tree', 'days', 'architectures'],
    run: (protocols, { counter, models, out, tree, days, architectures }) => {
      const { bytes, manifest, releaseId } = makeBundle(protocols, {
        tree: tree ?? resolve(rootFolder, 'dist'),
        libraryRoot: rootFolder,
        counter: Number(counter),
        models: models.split(','),
        architectures: (architectures ?? 'x64,arm64').split(','),
        nowS: Math.floor(Date.now() / 1000),
        days: Number(days ?? daysStandard),
      });
      writeNew(out, bytes, 0o644);
      return { releaseId, version: manifest.version, counter: manifest.counter, file: out };
    },
  },
  sign: {
    usage: 'release sign --key FILE --bundle FILE.xup (in place)',
    required: ['key', 'bundle'],
    optional: [],
    run: (protocols, { key, bundle }) => {
      const signed = signBundle(protocols, readFileSync(bundle), readReleaseKey(protocols, key));
      if (signed === null) throw new UsageError(`${bundle} is no bundle: see release make`);
      writeNew(bundle, signed.bytes, 0o644);
      return { releaseId: signed.releaseId, file: bundle };
    },
  },
  authorise: {
    usage:
      'release authorise --key FILE --deploy-key KEY --number N --out FILE.json [--days N] (KEY: see release key)',
    required: ['key', 'deploy-key', 'number', 'out'],
    optional: ['days'],
    run: (protocols, { key, 'deploy-key': publicKey, number, out, days }) => {
      const nowS = Math.floor(Date.now() / 1000);
      const statement = authorise(protocols, readReleaseKey(protocols, key), {
        publicKey,
        number: Number(number),
        fromS: nowS,
        toS: nowS + Number(days ?? 365) * 86_400,
      });
      if (statement === null) throw new UsageError('--deploy-key, --number or --days do not fit');
      writeNew(out, `${JSON.stringify(statement)}\n`, 0o644);
      return { number: Number(number), file: out };
    },
  },
};

/** The caller's mistake: exit code 2. */
class UsageError extends Error {}

function writeNew(path, content, mode) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode });
}

/** Names of files are the caller's. */
const fileOptions = new Set(['key', 'bundle', 'out', 'tree']);

function optionsOf({ usage, required, optional }, words) {
  const callerFolder = process.env.INIT_CWD ?? process.cwd();
  const options = Object.fromEntries(
    [...required, ...optional].map((name) => [name, { type: 'string' }]),
  );
  try {
    const { values } = parseArgs({ args: words, options });
    const missing = required.find((name) => values[name] === undefined);
    if (missing !== undefined) throw new Error(`--${missing} is missing`);
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        fileOptions.has(name) ? resolve(callerFolder, value) : value,
      ]),
    );
  } catch (error) {
    throw new UsageError(`${error.message}\nusage: xinlu ${usage}`);
  }
}

async function main([, action, ...words]) {
  const command = commands[action];
  if (command === undefined) {
    const known = Object.values(commands).map(({ usage }) => `  xinlu ${usage}`);
    throw new UsageError(`no such command; known here:\n${known.join('\n')}`);
  }
  const options = optionsOf(command, words);
  const printed = command.run(await builtProtocols(), options);
  process.stdout.write(`${JSON.stringify(printed)}\n`);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`xinlu: ${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
