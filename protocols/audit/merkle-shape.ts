import { emptyRoot, nodeHash } from './merkle-hash.ts';

/** Leaves `start` up to, not including, `end`. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** A node over 2^level leaves, the `index`th of its level. Once complete it never changes. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** The largest power of two below `leaves` (two or more): where RFC 6962 splits a tree. */
function splitOf(leaves: number): number {
  let split = 1;
  while (split * 2 < leaves) split *= 2;
  return split;
}

/**
 * PATH(index, D[0:size]) of RFC 6962, section 2.1.1, as ranges whose roots are the path, from the
 * leaf up. `index` is below `size`.
 */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const path: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  return path.reverse();
}

/**
 * PROOF(earlier, D[0:size]) of RFC 6962, section 2.1.2, as ranges; `earlier` is 1 to `size`. Empty
 * when both are one tree.
 */
export function consistencyRanges(earlier: number, size: number): LeafRange[] {
  const path: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end !== earlier) {
    const middle = start + splitOf(end - start);
    if (earlier <= middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  if (start > 0) path.push({ start, end });
  return path.reverse();
}

/**
 * The complete nodes that make up a range which begins where a subtree of RFC 6962 does, from left
 * to right: the largest first.
 */
export function nodesOfRange({ start, end }: LeafRange): TreeNode[] {
  const nodes: TreeNode[] = [];
  let from = start;
  while (from < end) {
    let [level, leaves] = [0, 1];
    while (leaves * 2 <= end - from) [level, leaves] = [level + 1, leaves * 2];
    nodes.push({ level, index: from / leaves });
    from += leaves;
  }
  return nodes;
}

/** The root over the hashes of `nodesOfRange`. */
export function foldNodes(hashes: readonly Buffer[]): Buffer {
  const last = hashes.at(-1);
  if (last === undefined) return emptyRoot;
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}
