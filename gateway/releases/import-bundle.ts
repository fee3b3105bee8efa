import { createHash, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import {
  type BundleHeader,
  encodeHeader,
  headerBytesMax,
  readHeader,
} from '../../protocols/update/bundle-header.ts';
import type { ReleaseManifest } from '../../protocols/update/manifest.ts';
import { TarReader } from '../../protocols/update/tar-reader.ts';
import { isSameTree, sumOf, type TreeFile } from '../../protocols/update/tree.ts';
import { checkReleaseSignature, signDeployment } from '../../protocols/update/trust.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { DeployKey } from './deploy-key.ts';

/** A bundle that the release key has signed and whose every byte is the one it signed. */
interface CheckedBundle {
  readonly ok: true;
  readonly releaseId: string;
  readonly manifest: ReleaseManifest;
  readonly header: BundleHeader;
  readonly headerBytes: number;
}

export interface ImportedBundle {
  readonly ok: true;
  readonly releaseId: string;
  readonly manifest: ReleaseManifest;
  readonly manifestText: string;
  readonly bundleBytes: number;
}

export function bundleFile(folder: string, releaseId: string): string {
  return join(folder, `${releaseId}.xup`);
}

/** The tree a payload unpacks to, as the units will sum it up; null: it is no such tar. */
async function treeOf(path: string, headerBytes: number, bytesMax: number) {
  const reader = new TarReader(bytesMax);
  const files: TreeFile[] = [];
  let current = { path: '', bytes: 0, digest: createHash('sha256') };
  const source = createReadStream(path, { start: headerBytes });
  try {
    await pipeline(source, createBrotliDecompress(), async (unpacked: AsyncIterable<Buffer>) => {
      for await (const chunk of unpacked) {
        for (const event of reader.push(chunk)) {
          if (event.kind === 'file') current = { ...event, digest: createHash('sha256') };
          else if (event.kind === 'content') current.digest.update(event.bytes);
          else {
            const { path: name, bytes, digest } = current;
            files.push({ path: name, bytes, sha256: digest.digest('hex') });
          }
        }
        if (reader.problem !== null) return;
      }
    });
  } catch {
    return null;
  }
  return reader.end() === null ? sumOf(files) : null;
}

async function payloadSum(path: string, headerBytes: number) {
  const digest = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { start: headerBytes })) {
    digest.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { bytes, sha256: digest.digest('hex') };
}

async function startOf(path: string): Promise<Buffer | null> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch {
    return null;
  }
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(headerBytesMax),
      0,
      headerBytesMax,
      0,
    );
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Looks a file over as a unit will, but for what only a unit knows. */
async function checkBundle(path: string, releaseKey: KeyObject): Promise<CheckedBundle | Refusal> {
  const start = await startOf(path);
  if (start === null) return refusal('bad-request', `${path} cannot be read`);
  const reading = readHeader(start);
  if (!reading.ok) return refusal('bad-request', 'this is no bundle: see xinlu release make');
  const { header, headerBytes } = reading;
  const signed = checkReleaseSignature(header, releaseKey);
  if (typeof signed === 'string') {
    return refusal('bad-signature', `the bundle is refused: ${signed}; see xinlu release sign`);
  }
  const { id: releaseId, manifest } = signed;
  const { bytes, sha256 } = await payloadSum(path, headerBytes);
  if (bytes !== manifest.payload.bytes || sha256 !== manifest.payload.sha256) {
    return refusal('bad-request', 'the bundle is damaged: copy it again');
  }
  const tree = await treeOf(path, headerBytes, manifest.tree.bytes);
  if (tree === null || !isSameTree(tree, manifest.tree)) {
    return refusal('bad-request', 'the bundle does not hold what its manifest says');
  }
  return { ok: true, releaseId, manifest, header, headerBytes };
}

/** With the second signature, as units get it: written aside, synced, renamed. */
async function writeDeployed(
  from: string,
  to: string,
  { header, headerBytes }: CheckedBundle,
  deploy: { signature: Uint8Array; statement: Uint8Array; statementSignature: Uint8Array },
): Promise<number> {
  const head = encodeHeader({
    ...header,
    statement: deploy.statement,
    statementSignature: deploy.statementSignature,
    deploySignature: deploy.signature,
  });
  const aside = `${to}.new`;
  const file = await open(aside, 'w', 0o644);
  let bytes = head.length;
  try {
    await file.write(head);
    for await (const chunk of createReadStream(from, { start: headerBytes })) {
      await file.write(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, to);
  return bytes;
}

/**
 * Takes a bundle in: checked to the last byte, signed with the deploy key, kept in the releases'
 * folder. That file is also what a depot gets on a stick.
 * @param path file on this machine
 */
export async function importBundle(
  path: string,
  folder: string,
  releaseKey: KeyObject,
  deployKey: DeployKey,
  nowMs: number,
): Promise<ImportedBundle | Refusal> {
  const { statement, signer } = deployKey;
  if (statement === null) {
    return refusal(
      'conflict',
      'the release key has not authorised this gateway: xinlu release key',
    );
  }
  const checked = await checkBundle(path, releaseKey);
  if (!checked.ok) return checked;
  const { releaseId, manifest, header } = checked;
  if (manifest.expiresS * 1000 <= nowMs) return refusal('conflict', 'the release has expired');
  if (statement.read.toS * 1000 <= nowMs) {
    return refusal(
      'conflict',
      'the statement about the deploy key has expired: authorise it again',
    );
  }
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const file = bundleFile(folder, releaseId);
  const signature = signDeployment(header.manifest, signer);
  const { bytes: statementBytes, signature: statementSignature } = statement;
  try {
    const bundleBytes = await writeDeployed(path, file, checked, {
      ...{ signature, statement: statementBytes, statementSignature },
    });
    const manifestText = Buffer.from(header.manifest).toString('utf8');
    return { ok: true, releaseId, manifest, manifestText, bundleBytes };
  } catch (error) {
    await rm(`${file}.new`, { force: true });
    throw error;
  }
}
