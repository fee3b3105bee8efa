import type { KeyObject } from 'node:crypto';
import { domainBytes, domains } from '../signed/domain.ts';
import { publicKeyFromRaw, type Signer, verifyEd25519 } from '../signed/ed25519.ts';
import type { BundleHeader } from './bundle-header.ts';
import { type DeployStatement, readStatement } from './deploy-statement.ts';
import { type ReleaseManifest, readManifest, releaseIdOf } from './manifest.ts';

/** Why a bundle is not one to run. Shown in the roll-out and kept in records: words, not texts. */
export type TrustProblem =
  | 'bad-manifest'
  | 'bad-release-signature'
  | 'bad-statement'
  | 'bad-statement-signature'
  | 'bad-deploy-signature';

/** A release that both keys have signed. */
export interface SignedRelease {
  readonly id: string;
  readonly manifest: ReleaseManifest;
  readonly statement: DeployStatement;
}

/** By the offline key, over the manifest's own bytes. */
export function signRelease(manifestBytes: Uint8Array, releaseKey: Signer): Uint8Array {
  return releaseKey.sign(domainBytes(domains.release, manifestBytes));
}

/** By the offline key: this deploy key counts. */
export function signStatement(statementBytes: Uint8Array, releaseKey: Signer): Uint8Array {
  return releaseKey.sign(domainBytes(domains.deployStatement, statementBytes));
}

/** By the online key, over the same manifest in another domain. */
export function signDeployment(manifestBytes: Uint8Array, deployKey: Signer): Uint8Array {
  return deployKey.sign(domainBytes(domains.deployment, manifestBytes));
}

/** The first signature alone: what a gateway asks before it adds the second. */
export function checkReleaseSignature(
  { manifest, releaseSignature }: Pick<BundleHeader, 'manifest' | 'releaseSignature'>,
  releaseKey: KeyObject,
): { readonly id: string; readonly manifest: ReleaseManifest } | TrustProblem {
  // The signature first: nothing unsigned is even parsed.
  if (!verifyEd25519(releaseKey, domainBytes(domains.release, manifest), releaseSignature)) {
    return 'bad-release-signature';
  }
  const read = readManifest(manifest);
  return read === null ? 'bad-manifest' : { id: releaseIdOf(manifest), manifest: read };
}

/** A statement of the release key, or what is wrong with it. */
export function checkStatement(
  statement: Uint8Array,
  signature: Uint8Array,
  releaseKey: KeyObject,
): DeployStatement | TrustProblem {
  if (!verifyEd25519(releaseKey, domainBytes(domains.deployStatement, statement), signature)) {
    return 'bad-statement-signature';
  }
  return readStatement(statement) ?? 'bad-statement';
}

/**
 * Both signatures of a bundle, by nothing but the pinned release key: it signed the manifest, it
 * names the deploy key, and that one signed the manifest too. Dates and counters are judged
 * elsewhere (`refusalOf`): they decide what may be installed, not what may go on running.
 */
export function checkSignatures(
  header: BundleHeader,
  releaseKey: KeyObject,
): SignedRelease | TrustProblem {
  const released = checkReleaseSignature(header, releaseKey);
  if (typeof released === 'string') return released;
  const statement = checkStatement(header.statement, header.statementSignature, releaseKey);
  if (typeof statement === 'string') return statement;
  const deployKey = publicKeyFromRaw(Buffer.from(statement.publicKey, 'base64url'));
  if (deployKey === null) return 'bad-statement';
  const deployed = domainBytes(domains.deployment, header.manifest);
  if (!verifyEd25519(deployKey, deployed, header.deploySignature)) return 'bad-deploy-signature';
  return { ...released, statement };
}
