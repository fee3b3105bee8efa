import { nodeHash } from './merkle-hash.ts';

const half = (value: number) => Math.floor(value / 2);
const isOdd = (value: number) => value % 2 === 1;
const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;

/**
 * The root that a leaf and its path lead to; null when the path does not fit the place.
 * RFC 9162, section 2.1.3.2 (the same tree as RFC 6962).
 */
export function rootOfInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  path: readonly Buffer[],
): Buffer | null {
  // Step 1: the leaf is one of the tree's.
  if (!isCount(index) || !isCount(size) || index >= size) return null;
  // Steps 2 and 3.
  let [fn, sn, root] = [index, size - 1, leaf];
  for (const node of path) {
    // Step 4 a: the path is longer than the tree is high.
    if (sn === 0) return null;
    if (isOdd(fn) || fn === sn) {
      // Step 4 b: the node is to the left; levels without a right sibling are passed over.
      root = nodeHash(node, root);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      // Step 4 c.
      root = nodeHash(root, node);
    }
    // Step 4 d.
    [fn, sn] = [half(fn), half(sn)];
  }
  // Step 5: the path has reached the top.
  return sn === 0 ? root : null;
}

/** A tree by its size and root. */
export interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

/**
 * Whether the later tree holds the earlier one unchanged at its beginning. RFC 9162, section
 * 2.1.4.2; an empty tree is the beginning of every tree, and its proof is empty.
 */
export function isConsistent(earlier: TreeHead, later: TreeHead, path: readonly Buffer[]): boolean {
  if (!isCount(earlier.size) || !isCount(later.size) || earlier.size > later.size) return false;
  if (earlier.size === 0) return path.length === 0;
  if (earlier.size === later.size) return path.length === 0 && earlier.root.equals(later.root);
  // Steps 1 and 2: a complete earlier tree is its own first node.
  const isComplete = 2 ** Math.round(Math.log2(earlier.size)) === earlier.size;
  const nodes = isComplete ? [earlier.root, ...path] : path;
  // Step 3.
  let [fn, sn] = [earlier.size - 1, later.size - 1];
  // Step 4.
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  // Step 5.
  const [first, ...rest] = nodes;
  if (first === undefined) return false;
  let [fr, sr] = [first, first];
  // Step 6.
  for (const node of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      [fr, sr] = [nodeHash(node, fr), nodeHash(node, sr)];
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, node);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  // Step 7.
  return sn === 0 && fr.equals(earlier.root) && sr.equals(later.root);
}
