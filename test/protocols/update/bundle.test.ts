import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { privateKeyFromSeed } from '../../../protocols/signed/ed25519.ts';
import { headerBytesMax, readHeader } from '../../../protocols/update/bundle-header.ts';
import { readStatement } from '../../../protocols/update/deploy-statement.ts';
import { type Taker, type Unfit, unfitFor } from '../../../protocols/update/judgement.ts';
import { encodeManifest, readManifest } from '../../../protocols/update/manifest.ts';
import { TarReader } from '../../../protocols/update/tar-reader.ts';
import { tarEnd, tarFile } from '../../../protocols/update/tar-writer.ts';
import { isTreePath, sumOf } from '../../../protocols/update/tree.ts';
import {
  checkSignatures,
  type SignedRelease,
  signDeployment,
  signRelease,
} from '../../../protocols/update/trust.ts';
import {
  makeRelease,
  otherSigner,
  releaseNowS,
  releaseSigner,
} from '../../device/update/releases.ts';
import { seedOr } from '../../support/random.ts';

const seed = seedOr(Math.floor(Math.random() * 2 ** 31));
const runs = { seed, numRuns: 300 };
const key = createPublicKey(privateKeyFromSeed(Buffer.alloc(32, 11)));

function opened(bytes: Uint8Array) {
  const reading = readHeader(bytes);
  if (!reading.ok) throw new Error(reading.problem);
  return reading;
}

function signedOf(options: Parameters<typeof makeRelease>[0] = {}): SignedRelease {
  const signed = checkSignatures(opened(makeRelease(options).bytes).header, key);
  if (typeof signed === 'string') throw new Error(signed);
  return signed;
}

const taker: Taker = {
  ...{ model: 'rig', architecture: 'x64', nodeMajor: 20, counterFloor: 0, statementFloor: 0 },
  ...{ nowS: releaseNowS, libraries: new Set(['sharp@1.0.0']) },
};

describe(`a bundle (seed ${seed})`, () => {
  it('with both signatures is believed, and says which release it is', () => {
    const release = makeRelease({ counter: 7 });
    expect(checkSignatures(opened(release.bytes).header, key)).toMatchObject({
      id: release.id,
      manifest: { counter: 7 },
      statement: { number: 1 },
    });
  });

  it.each([
    ['a release key that is not pinned', { releaseBy: otherSigner }, 'bad-release-signature'],
    ['a statement by another key', { statementBy: otherSigner }, 'bad-statement-signature'],
    ['a deploy key nobody named', { deployBy: otherSigner }, 'bad-deploy-signature'],
    [
      'the release key in the place of the deploy key',
      { deployBy: releaseSigner },
      'bad-deploy-signature',
    ],
  ])('with %s is refused', (_what, options, problem) => {
    expect(checkSignatures(opened(makeRelease(options).bytes).header, key)).toBe(problem);
  });

  it('does not take one signature for the other: their domains differ', () => {
    const { header } = opened(makeRelease().bytes);
    const byRelease = signDeployment(header.manifest, releaseSigner);
    expect(checkSignatures({ ...header, releaseSignature: byRelease }, key)).toBe(
      'bad-release-signature',
    );
    expect(signRelease(header.manifest, releaseSigner)).not.toEqual(byRelease);
  });

  it('changed in any single byte of its header is refused', () => {
    const { bytes, headerBytes } = makeRelease();
    fc.assert(
      fc.property(fc.nat(headerBytes - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes.subarray(0, headerBytes));
        changed[at] = (changed[at] ?? 0) ^ flip;
        const reading = readHeader(changed);
        return !reading.ok || typeof checkSignatures(reading.header, key) === 'string';
      }),
      runs,
    );
  });

  it('is read from any bytes without an exception, and cut short asks for more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const reading = readHeader(bytes);
        expect(reading.ok || ['short', 'malformed'].includes(reading.problem)).toBe(true);
        expect(readManifest(bytes)).toBeNull();
        expect(readStatement(bytes)).toBeNull();
      }),
      runs,
    );
    const { bytes, headerBytes } = makeRelease();
    for (let cut = 0; cut < headerBytes; cut += 1) {
      expect(readHeader(bytes.subarray(0, cut))).toEqual({ ok: false, problem: 'short' });
    }
    expect(headerBytes).toBeLessThan(headerBytesMax);
  });
});

describe('a manifest', () => {
  const { manifest } = makeRelease();
  const text = encodeManifest(manifest).toString();

  it('has one way to be written', () => {
    expect(readManifest(Buffer.from(text))).toEqual(manifest);
    const others = [
      text.replace('{', '{ '),
      `${text}\n`,
      text.replace('"counter":1', '"counter":1.0'),
      text.replace('"format":1,', '').replace(/}$/, ',"format":1}'),
      text.replace('"format":1', '"format":1,"format":1'),
    ];
    for (const other of others) expect(readManifest(Buffer.from(other))).toBeNull();
  });

  it.each([
    { format: 2 },
    { product: 'other' },
    { version: '1' },
    { version: '1.0.0 ' },
    { counter: 0 },
    { counter: 1.5 },
    { models: [] },
    { models: ['rig', 'rig'] },
    { models: ['../x'] },
    { architectures: ['mips'] },
    { nodeMajor: 0 },
    { expiresS: 1 },
    { expiresS: manifest.createdS },
    { payload: { bytes: 0, sha256: '0'.repeat(64) } },
    { tree: { ...manifest.tree, sha256: 'x' } },
    { libraries: ['../evil@1'] },
    { more: 1 },
  ])('with %j is none', (change) => {
    expect(readManifest(Buffer.from(JSON.stringify({ ...manifest, ...change })))).toBeNull();
  });
});

describe('a unit that looks at a signed release', () => {
  it.each<[string, Parameters<typeof makeRelease>[0], Partial<Taker>, Unfit | null]>([
    ['made for it', {}, {}, null],
    ['for another model', { manifest: { models: ['other'] } }, {}, 'other-model'],
    ['for another computer', { manifest: { architectures: ['arm64'] } }, {}, 'other-architecture'],
    ['for another Node', { manifest: { nodeMajor: 22 } }, {}, 'other-node'],
    ['that it has had', { counter: 5 }, { counterFloor: 5 }, 'old-counter'],
    ['older than what it has had', { counter: 5 }, { counterFloor: 6 }, 'old-counter'],
    ['by a deploy key that was replaced', {}, { statementFloor: 2 }, 'old-deploy-key'],
    ['with libraries that are there', { manifest: { libraries: ['sharp@1.0.0'] } }, {}, null],
    ['with other libraries', { manifest: { libraries: ['sharp@1.0.1'] } }, {}, 'other-libraries'],
    ['without a trusted time', {}, { nowS: null }, 'no-time'],
    ['on its last day', {}, { nowS: releaseNowS + 30 * 86_400 - 1 }, null],
    ['that has expired', {}, { nowS: releaseNowS + 30 * 86_400 }, 'expired'],
    [
      'whose deploy key has expired',
      { statementToS: releaseNowS + 10 },
      { nowS: releaseNowS + 10 },
      'deploy-key-expired',
    ],
    ['from the future', {}, { nowS: releaseNowS - 2 * 86_400 }, 'not-yet'],
  ])('%s says so', (_what, options, change, unfit) => {
    expect(unfitFor(signedOf(options), { ...taker, ...change })).toBe(unfit);
  });
});

describe(`the tar of a release (seed ${seed})`, () => {
  const path = fc
    .stringMatching(/^[a-z0-9@._-]{1,12}(\/[a-z0-9@._-]{1,40}){0,4}$/)
    .filter(isTreePath);
  const content = fc.uint8Array({ maxLength: 1500 });

  it('gives back every file, in any chunking', () => {
    const files = fc.dictionary(path, content, { maxKeys: 6 });
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 700 }), (tree, step) => {
        const names = Object.keys(tree);
        const tar = Buffer.concat([
          ...names.map((n) => tarFile(n, tree[n] as Uint8Array)),
          tarEnd(),
        ]);
        const reader = new TarReader(1e9);
        const found = new Map<string, Buffer>();
        let name = '';
        for (let at = 0; at < tar.length; at += step) {
          for (const event of reader.push(tar.subarray(at, at + step))) {
            if (event.kind === 'file')
              [name] = [event.path, found.set(event.path, Buffer.alloc(0))];
            if (event.kind === 'content') {
              found.set(name, Buffer.concat([found.get(name) as Buffer, event.bytes]));
            }
          }
        }
        expect(reader.end()).toBeNull();
        expect([...found.keys()]).toEqual(names);
        for (const one of names)
          expect(found.get(one)).toEqual(Buffer.from(tree[one] as Uint8Array));
      }),
      { seed, numRuns: 60 },
    );
  });

  it('is read from any bytes without an exception', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 900 }), { maxLength: 4 }), (chunks) => {
        const reader = new TarReader(1e9);
        for (const chunk of chunks) reader.push(chunk);
        expect(reader.end()).not.toBeNull();
      }),
      runs,
    );
  });

  it.each([
    '../up',
    '/root',
    'a/../b',
    'a//b',
    './a',
    'a/',
    '',
    'a\\b',
    'a b',
    `${'d/'.repeat(30)}f`,
  ])('holds no file named %j', (name) => {
    expect(isTreePath(name)).toBe(false);
    expect(() => tarFile(name, Buffer.alloc(1))).toThrow(RangeError);
  });

  /** A good head with some bytes of another and a checksum that fits. */
  function head(change: (block: Buffer) => void): Buffer {
    const file = tarFile('a', Buffer.from('x'));
    change(file);
    file.fill(0x20, 148, 156);
    const sum = file.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    file.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii');
    return file;
  }

  it.each([
    ['a link', head((b) => b.write('2', 156)), 'not-a-file'],
    ['a folder', head((b) => b.write('5', 156)), 'not-a-file'],
    ['a path that leads out', head((b) => b.write('../evil', 0)), 'bad-path'],
    ['a path from the root', head((b) => b.write('/etc', 0)), 'bad-path'],
    ['more than was signed', head((b) => b.write('00000777777', 124)), 'too-large'],
    [
      'one file twice',
      Buffer.concat([tarFile('a', Buffer.alloc(1)), tarFile('a', Buffer.alloc(1))]),
      'twice',
    ],
    [
      'something behind its end',
      Buffer.concat([tarEnd(), tarFile('a', Buffer.alloc(1))]),
      'after-end',
    ],
    ['half of a file', tarFile('a', Buffer.alloc(600)).subarray(0, 700), 'cut-short'],
  ])('with %s is refused', (_what, bytes, problem) => {
    const reader = new TarReader(1000);
    reader.push(bytes);
    expect(reader.end()).toBe(problem);
  });

  it('comes to one sum, whatever the order of its files, and to another for any change', () => {
    const a = { path: 'a', bytes: 1, sha256: '00' };
    const b = { path: 'b', bytes: 2, sha256: '11' };
    expect(sumOf([a, b])).toEqual(sumOf([b, a]));
    const { sha256 } = sumOf([a, b]);
    for (const other of [
      { ...b, path: 'c' },
      { ...b, bytes: 3 },
      { ...b, sha256: '12' },
    ]) {
      expect(sumOf([a, other]).sha256).not.toBe(sha256);
    }
  });
});
