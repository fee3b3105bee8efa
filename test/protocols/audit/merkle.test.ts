import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRoot, leafHash, nodeHash } from '../../../protocols/audit/merkle-hash.ts';
import { isConsistent, rootOfInclusion } from '../../../protocols/audit/merkle-proof.ts';
import {
  consistencyRanges,
  foldNodes,
  inclusionRanges,
  type LeafRange,
  nodesOfRange,
} from '../../../protocols/audit/merkle-shape.ts';

/** Leaves and roots of the reference tree of Certificate Transparency. */
const referenceLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const referenceRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const noSalt = Buffer.alloc(0);
const seed = 20_261_123;

/** MTH of RFC 6962, section 2.1, word for word: slow, and nothing shared with what it checks. */
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest();
  if (leaves.length === 1) return leaves[0] as Buffer;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return createHash('sha256')
    .update(Buffer.of(1))
    .update(naiveRoot(leaves.slice(0, k)))
    .update(naiveRoot(leaves.slice(k)))
    .digest();
}

function leavesOf(count: number): Buffer[] {
  return Array.from({ length: count }, (_, at) => leafHash(noSalt, Buffer.from(`leaf ${at}`)));
}

/** The root of a range out of complete nodes alone, as a store keeps them. */
function rootOfRange(leaves: readonly Buffer[], range: LeafRange): Buffer {
  return foldNodes(
    nodesOfRange(range).map(({ level, index }) =>
      naiveRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
    ),
  );
}

const proofOf = (leaves: readonly Buffer[], ranges: readonly LeafRange[]) =>
  ranges.map((range) => rootOfRange(leaves, range));

const sizes = fc.integer({ min: 1, max: 200 });

describe('the tree of the audit log', () => {
  it('has the roots of the reference tree of Certificate Transparency', () => {
    const leaves = referenceLeaves.map((hex) => leafHash(noSalt, Buffer.from(hex, 'hex')));
    const roots = referenceRoots.map((_, size) =>
      rootOfRange(leaves, { start: 0, end: size }).toString('hex'),
    );
    expect(roots).toEqual(referenceRoots);
    expect(emptyRoot.toString('hex')).toBe(referenceRoots[0]);
  });

  it('has leaves that differ by their salt and nodes that are no leaves', () => {
    const payload = Buffer.from('same');
    expect(leafHash(Buffer.of(1), payload)).not.toEqual(leafHash(Buffer.of(2), payload));
    const [left, right] = leavesOf(2) as [Buffer, Buffer];
    expect(nodeHash(left, right)).not.toEqual(leafHash(left, right));
  });

  it('has the root of a tree built word for word, for every size up to 200', () => {
    const leaves = leavesOf(200);
    for (let size = 0; size <= leaves.length; size += 1) {
      expect(rootOfRange(leaves, { start: 0, end: size })).toEqual(
        naiveRoot(leaves.slice(0, size)),
      );
    }
  });

  it('proves each leaf at its place and at no other', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, pick, other) => {
        const [index, elsewhere] = [pick % size, other % size];
        const leaves = leavesOf(size);
        const root = naiveRoot(leaves);
        const path = proofOf(leaves, inclusionRanges(index, size));
        const leaf = leaves[index] as Buffer;
        expect(rootOfInclusion(leaf, index, size, path)).toEqual(root);
        if (elsewhere === index) return;
        expect(rootOfInclusion(leaf, elsewhere, size, path)?.equals(root)).not.toBe(true);
        const foreign = leaves[elsewhere] as Buffer;
        expect(rootOfInclusion(foreign, index, size, path)?.equals(root)).not.toBe(true);
      }),
      { seed, numRuns: 400 },
    );
  });

  it('takes no path that is shorter, longer, or for another size', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, pick) => {
        const index = pick % size;
        const leaves = leavesOf(size);
        const root = naiveRoot(leaves);
        const path = proofOf(leaves, inclusionRanges(index, size));
        const leaf = leaves[index] as Buffer;
        const changed = [[...path, root], path.slice(0, -1), path.slice(1)].filter(
          ({ length }) => length !== path.length,
        );
        for (const wrong of changed) {
          expect(rootOfInclusion(leaf, index, size, wrong)?.equals(root)).not.toBe(true);
        }
        expect(rootOfInclusion(leaf, size, size, path)).toBeNull();
        expect(rootOfInclusion(leaf, -1, size, path)).toBeNull();
        expect(rootOfInclusion(leaf, 0.5, size, path)).toBeNull();
      }),
      { seed, numRuns: 200 },
    );
  });

  it('proves that a tree grew out of an earlier one, and not that it did out of another', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, pick, place) => {
        const earlierSize = 1 + (pick % size);
        const leaves = leavesOf(size);
        const later = { size, root: naiveRoot(leaves) };
        const earlier = { size: earlierSize, root: naiveRoot(leaves.slice(0, earlierSize)) };
        const path = proofOf(leaves, consistencyRanges(earlierSize, size));
        expect(isConsistent(earlier, later, path)).toBe(true);
        const edited = leaves.slice(0, earlierSize);
        edited[place % earlierSize] = leafHash(noSalt, Buffer.from('edited'));
        expect(isConsistent({ ...earlier, root: naiveRoot(edited) }, later, path)).toBe(false);
        expect(isConsistent(earlier, later, [...path, later.root])).toBe(false);
        if (earlierSize < size) expect(isConsistent(earlier, later, path.slice(1))).toBe(false);
      }),
      { seed, numRuns: 400 },
    );
  });

  it('an empty tree is the beginning of any, and a smaller tree never follows a larger', () => {
    const [small, large] = [3, 5].map((size) => ({ size, root: naiveRoot(leavesOf(size)) })) as [
      { size: number; root: Buffer },
      { size: number; root: Buffer },
    ];
    expect(isConsistent({ size: 0, root: emptyRoot }, large, [])).toBe(true);
    expect(isConsistent(large, small, [])).toBe(false);
    expect(isConsistent(large, { ...large, root: small.root }, [])).toBe(false);
  });
});
