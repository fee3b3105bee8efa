import { createHash } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import { encodeHeader } from '../../../protocols/update/bundle-header.ts';
import { encodeStatement } from '../../../protocols/update/deploy-statement.ts';
import {
  encodeManifest,
  type ReleaseManifest,
  releaseIdOf,
} from '../../../protocols/update/manifest.ts';
import { tarEnd, tarFile } from '../../../protocols/update/tar-writer.ts';
import { sumOf } from '../../../protocols/update/tree.ts';
import { signDeployment, signRelease, signStatement } from '../../../protocols/update/trust.ts';
import { signerFromSeed } from '../../support/keys.ts';

export const releaseSigner = signerFromSeed(Buffer.alloc(32, 11));
export const deploySigner = signerFromSeed(Buffer.alloc(32, 12));
export const otherSigner = signerFromSeed(Buffer.alloc(32, 13));

/** When the releases of the tests are current, Unix seconds. */
export const releaseNowS = 1_790_000_000;

export interface ReleaseOptions {
  readonly version?: string;
  readonly counter?: number;
  readonly files?: Readonly<Record<string, string>>;
  readonly manifest?: Partial<ReleaseManifest>;
  readonly statementNumber?: number;
  readonly statementToS?: number;
  readonly releaseBy?: typeof releaseSigner;
  readonly statementBy?: typeof releaseSigner;
  readonly deployBy?: typeof releaseSigner;
  /** In place of the tar that fits the manifest. */
  readonly payload?: Buffer;
}

export interface TestRelease {
  readonly id: string;
  readonly manifest: ReleaseManifest;
  readonly bytes: Buffer;
  readonly headerBytes: number;
  readonly files: Readonly<Record<string, string>>;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A small release with everything right about it, but for what the options say. */
export function makeRelease(options: ReleaseOptions = {}): TestRelease {
  const { version = '1.0.0', counter = 1 } = options;
  const files: Readonly<Record<string, string>> = options.files ?? {
    'device/main.js': `run('${version}');\n`,
    'protocols/words.js': `${version} `.repeat(40),
    'package.json': '{"type":"module"}\n',
  };
  const entries = Object.entries(files).sort();
  const tar = Buffer.concat([
    ...entries.map(([path, text]) => tarFile(path, Buffer.from(text))),
    tarEnd(),
  ]);
  const payload = options.payload ?? brotliCompressSync(tar);
  const tree = sumOf(
    entries.map(([path, text]) => ({
      path,
      bytes: Buffer.byteLength(text),
      sha256: sha256(Buffer.from(text)),
    })),
  );
  const manifest: ReleaseManifest = {
    format: 1,
    product: 'xinlu-device',
    version,
    counter,
    models: ['rig'],
    architectures: ['x64'],
    nodeMajor: 20,
    createdS: releaseNowS - 3600,
    expiresS: releaseNowS + 30 * 86_400,
    payload: { bytes: payload.length, sha256: sha256(payload) },
    tree,
    libraries: [],
    ...options.manifest,
  };
  const manifestBytes = encodeManifest(manifest);
  const deployBy = options.deployBy ?? deploySigner;
  const statement = encodeStatement({
    format: 1,
    number: options.statementNumber ?? 1,
    publicKey: Buffer.from(deploySigner.publicKey).toString('base64url'),
    fromS: releaseNowS - 86_400,
    toS: options.statementToS ?? releaseNowS + 365 * 86_400,
  });
  const header = encodeHeader({
    manifest: manifestBytes,
    releaseSignature: signRelease(manifestBytes, options.releaseBy ?? releaseSigner),
    statement,
    statementSignature: signStatement(statement, options.statementBy ?? releaseSigner),
    deploySignature: signDeployment(manifestBytes, deployBy),
  });
  const bytes = Buffer.concat([header, payload]);
  return {
    ...{ id: releaseIdOf(manifestBytes), manifest, bytes, headerBytes: header.length },
    files: { ...files },
  };
}
