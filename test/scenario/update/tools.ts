import type { Signer } from '../../../protocols/signed/ed25519.ts';
import * as ed25519 from '../../../protocols/signed/ed25519.ts';
import * as bundleHeader from '../../../protocols/update/bundle-header.ts';
import * as deployStatement from '../../../protocols/update/deploy-statement.ts';
import * as manifest from '../../../protocols/update/manifest.ts';
import * as tarWriter from '../../../protocols/update/tar-writer.ts';
import * as tree from '../../../protocols/update/tree.ts';
import * as trust from '../../../protocols/update/trust.ts';

/** What the tools load from the build, here from the sources. */
const protocols = {
  ...{ ...ed25519, ...bundleHeader, ...deployStatement, ...manifest },
  ...{ ...tarWriter, ...tree, ...trust },
};

export interface BundleOptions {
  readonly tree: string;
  readonly libraryRoot: string;
  readonly counter: number;
  readonly models: readonly string[];
  readonly architectures: readonly string[];
  readonly nowS: number;
  readonly days: number;
  readonly quality?: number;
}

interface Bundle {
  readonly bytes: Buffer;
  readonly releaseId: string;
}

interface BundleTool {
  makeBundle(
    with_: typeof protocols,
    options: BundleOptions,
  ): Bundle & { manifest: manifest.ReleaseManifest };
  librariesOf(root: string, cpus: readonly string[]): string[];
}

interface KeyTool {
  newReleaseKey(): string;
  signBundle(with_: typeof protocols, bytes: Uint8Array, key: Signer): Bundle | null;
  authorise(
    with_: typeof protocols,
    key: Signer,
    statement: { publicKey: string; number: number; fromS: number; toS: number },
  ): { statement: string; signature: string } | null;
}

const load = (name: string) =>
  import(new URL(`../../../.tools/release/${name}`, import.meta.url).href);
const bundles = (await load('bundle.mjs')) as BundleTool;
const keys = (await load('keys.mjs')) as KeyTool;

export const { librariesOf } = bundles;
export const { newReleaseKey } = keys;
export const makeBundle = (options: BundleOptions) => bundles.makeBundle(protocols, options);
export const signBundle = (bytes: Uint8Array, key: Signer) =>
  keys.signBundle(protocols, bytes, key);
export const authorise = (
  key: Signer,
  statement: { publicKey: string; number: number; fromS: number; toS: number },
) => keys.authorise(protocols, key, statement);
