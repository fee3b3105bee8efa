/** Smallest key first: a binary heap. */
export class RouteQueue<Item> {
  readonly #heap: { readonly key: number; readonly item: Item }[] = [];

  get size(): number {
    return this.#heap.length;
  }

  push(key: number, item: Item): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push({ key, item });
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent]?.key ?? 0) <= key) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes the smallest out; undefined when there is none. */
  pop(): { readonly key: number; readonly item: Item } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    let at = 0;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (this.#key(left) < this.#key(least)) least = left;
      if (this.#key(right) < this.#key(least)) least = right;
      if (least === at) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  #key(at: number): number {
    return this.#heap[at]?.key ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const [one, other] = [heap[a], heap[b]];
    if (one === undefined || other === undefined) return;
    heap[a] = other;
    heap[b] = one;
  }
}
