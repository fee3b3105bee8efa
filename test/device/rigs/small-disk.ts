import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const chunkBytes = 65_536;

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Root may mount; on a build machine `sudo` may without being asked. */
function privileged(args: readonly [string, ...string[]]): boolean {
  const [command, ...rest] = args;
  return succeeds(command, rest) || succeeds('sudo', ['-n', ...args]);
}

/** A disk of its own in memory, that can be filled to the last byte. */
export class SmallDisk {
  readonly folder: string;
  #filler: number | null = null;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Null where nobody lets us mount. */
  static mount(bytes: number): SmallDisk | null {
    const folder = mkdtempSync(join(tmpdir(), 'xinlu-disk-'));
    const options = `size=${bytes},mode=0700,uid=${userInfo().uid}`;
    if (privileged(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder])) {
      return new SmallDisk(folder);
    }
    rmSync(folder, { recursive: true });
    return null;
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Somebody else's log takes all there is, to the last byte. */
  fill(): void {
    this.#filler ??= openSync(join(this.folder, 'somebody-elses.log'), 'a');
    for (let bytes = chunkBytes; bytes >= 1; ) {
      try {
        writeSync(this.#filler, Buffer.alloc(bytes, 'x'));
      } catch {
        bytes = Math.floor(bytes / 2);
      }
    }
  }

  /** The other one's log is taken away. */
  free(): void {
    if (this.#filler !== null) closeSync(this.#filler);
    this.#filler = null;
    rmSync(join(this.folder, 'somebody-elses.log'), { force: true });
  }

  unmount(): void {
    this.free();
    privileged(['umount', '-l', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
