import {
  type DiskEntry,
  type DiskFile,
  folderOf,
  type UpdateDisk,
} from '../../../device/update/disk.ts';
import type { Random } from '../../support/random.ts';

/** The power went: nothing of this machine runs on. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

interface FileNode {
  readonly kind: 'file';
  data: Buffer;
  /** What is surely on the medium; null: nothing was ever synced. */
  synced: Buffer | null;
}
type Node = FileNode | { readonly kind: 'folder' };

/** What a defence would be worth, seen by leaving it out. */
export interface SimDiskFaults {
  /** `sync` of a file does nothing: as if names came before contents. */
  readonly losesContents?: boolean;
  /** `syncFolder` does nothing. */
  readonly losesNames?: boolean;
}

const pieceBytes = 4096;

/**
 * A disk that keeps after a power cut what was synced, and of the rest whatever chance leaves: a
 * name without its content, a content cut short or full of zeros, an old name, a new one.
 */
export class SimDisk implements UpdateDisk {
  readonly #faults: SimDiskFaults;
  #names = new Map<string, Node>();
  #kept = new Map<string, Node>();
  /** Steps that changed something, since the disk was made. */
  steps = 0;
  /** The step before which the power goes; null: it stays. */
  cutBefore: number | null = null;
  isDead = false;
  free = 1e12;

  /** @param stateFolder is there, as the unit's store keeps it */
  constructor(stateFolder: string, faults: SimDiskFaults = {}) {
    this.#faults = faults;
    this.#names.set(stateFolder, { kind: 'folder' });
    this.#kept = new Map(this.#names);
  }

  #step(): void {
    if (this.isDead || this.steps === this.cutBefore) {
      this.isDead = true;
      throw new PowerCut();
    }
    this.steps += 1;
  }

  /** kill -9: the process is gone, the machine is not. */
  revive(): void {
    this.isDead = false;
    this.cutBefore = null;
  }

  /** The power comes back; without `random` nothing is left but what was synced. */
  powerBack(random: Random | null): void {
    const names = new Map<string, Node>();
    const paths = [...new Set([...this.#names.keys(), ...this.#kept.keys()])].sort();
    for (const path of paths) {
      const [now, kept] = [this.#names.get(path), this.#kept.get(path)];
      const node = random === null || now === kept || random.next() < 0.5 ? kept : now;
      const parent = folderOf(path);
      if (node === undefined || (parent !== '' && !names.has(parent))) continue;
      names.set(path, node.kind === 'file' ? remains(node, random) : node);
    }
    this.#names = names;
    this.#kept = new Map(names);
    this.revive();
  }

  async read(path: string, bytesMax: number): Promise<Buffer | null> {
    if (this.isDead) throw new PowerCut();
    const node = this.#names.get(path);
    return node?.kind === 'file' ? Buffer.from(node.data.subarray(0, bytesMax)) : null;
  }

  async *pieces(path: string, from: number): AsyncGenerator<Buffer> {
    const data = await this.read(path, Number.MAX_SAFE_INTEGER);
    if (data === null) throw new Error(`ENOENT ${path}`);
    for (let at = from; at < data.length; at += pieceBytes) {
      yield data.subarray(at, at + pieceBytes);
    }
  }

  async size(path: string): Promise<number | null> {
    return (await this.read(path, Number.MAX_SAFE_INTEGER))?.length ?? null;
  }

  async entries(folder: string): Promise<DiskEntry[]> {
    if (this.isDead) throw new PowerCut();
    const own = folder.replace(/\/+$/, '');
    return [...this.#names]
      .filter(([path]) => folderOf(path) === own)
      .map(([path, { kind }]) => ({ name: path.slice(own.length + 1), kind }));
  }

  async open(path: string, keepBytes: number): Promise<DiskFile> {
    if (this.#names.get(folderOf(path))?.kind !== 'folder') throw new Error(`ENOENT ${path}`);
    this.#step();
    const there = this.#names.get(path);
    const node: FileNode =
      there?.kind === 'file' ? there : { kind: 'file', data: Buffer.alloc(0), synced: null };
    node.data = Buffer.concat([node.data, Buffer.alloc(keepBytes)]).subarray(0, keepBytes);
    this.#names.set(path, node);
    return {
      write: async (bytes) => {
        this.#step();
        node.data = Buffer.concat([node.data, bytes]);
      },
      sync: async () => {
        this.#step();
        if (this.#faults.losesContents !== true) node.synced = node.data;
      },
      close: async () => undefined,
    };
  }

  async makeFolder(folder: string): Promise<void> {
    if (folder === '' || this.#names.get(folder)?.kind === 'folder') return;
    await this.makeFolder(folderOf(folder));
    this.#step();
    const node: Node = { kind: 'folder' };
    this.#names.set(folder, node);
    this.#step();
    if (this.#faults.losesNames !== true) this.#kept.set(folder, node);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step();
    const node = this.#names.get(from);
    if (node === undefined) throw new Error(`ENOENT ${from}`);
    this.#names.delete(from);
    this.#names.set(to, node);
  }

  async remove(path: string): Promise<void> {
    for (const name of [...this.#names.keys()].sort().reverse()) {
      if (name !== path && !name.startsWith(`${path}/`)) continue;
      this.#step();
      this.#names.delete(name);
    }
  }

  async syncFolder(folder: string): Promise<void> {
    this.#step();
    if (this.#faults.losesNames === true) return;
    for (const path of new Set([...this.#names.keys(), ...this.#kept.keys()])) {
      if (folderOf(path) !== folder) continue;
      const now = this.#names.get(path);
      if (now === undefined) this.#kept.delete(path);
      else this.#kept.set(path, now);
    }
  }

  async freeBytes(): Promise<number> {
    return this.free;
  }

  /** Every file below a folder, for whoever looks from outside. */
  filesBelow(folder: string): Map<string, string> {
    const files = new Map<string, string>();
    for (const [path, node] of this.#names) {
      if (node.kind !== 'file' || !path.startsWith(`${folder}/`)) continue;
      files.set(path.slice(folder.length + 1), node.data.toString('latin1'));
    }
    return files;
  }

  /** A bit turns. */
  damage(path: string, at: number): void {
    const node = this.#names.get(path);
    if (node?.kind !== 'file') throw new Error(`ENOENT ${path}`);
    node.data = Buffer.from(node.data);
    node.data[at % node.data.length] = (node.data[at % node.data.length] ?? 0) ^ 1;
    node.synced = node.data;
  }
}

/** What is left of a file whose last writes were not synced. */
function remains(node: FileNode, random: Random | null): FileNode {
  const { data, synced } = node;
  if (synced === data) return node;
  if (random === null) {
    const left = synced ?? Buffer.alloc(0);
    return { kind: 'file', data: left, synced: left };
  }
  const cut = random.whole(0, data.length);
  const kinds = [
    synced ?? Buffer.alloc(0),
    data,
    data.subarray(0, cut),
    Buffer.concat([data.subarray(0, cut), Buffer.alloc(data.length - cut)]),
  ];
  const left = Buffer.from(random.pick(kinds));
  return { kind: 'file', data: left, synced: left };
}
