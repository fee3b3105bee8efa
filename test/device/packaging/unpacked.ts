import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

interface Built {
  readonly bytes: Buffer;
  readonly name: string;
}

const root = new URL('../../../', import.meta.url);
const tools = new URL('.tools/package/', root);

const { unitPackage } = (await import(new URL('build.mjs', tools).href)) as {
  unitPackage(options: { arch: string; nodeFile: string; level: number }): Promise<Built>;
};
export const { ownArchitecture } = (await import(new URL('architectures.mjs', tools).href)) as {
  ownArchitecture(): string | undefined;
};

/** Someone who owns nothing here; only root can become that. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
const level = 1;

/** Quick compression, and the Node.js that runs: nothing is fetched. */
export const packageOptions = { nodeFile: process.execPath, level };

/** Runs a command to its end. Throws with what it said when it fails. */
export function ran(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (result.status === 0) return result.stdout;
  throw new Error(`${command} ${args.join(' ')}: ${result.stderr}`);
}

/** A package built once, unpacked by Debian's own tool, and closed to writing. */
export class Unpacked {
  readonly folder = mkdtempSync(join(tmpdir(), 'xinlu-package-'));
  readonly tree = join(this.folder, 'tree');
  readonly file = join(this.folder, 'unit.deb');
  /** Where the unit may write. */
  readonly state = join(this.folder, 'state');

  async build(arch: string): Promise<Buffer> {
    const { bytes } = await unitPackage({ arch, ...packageOptions });
    writeFileSync(this.file, bytes);
    ran('dpkg-deb', ['-x', this.file, this.tree]);
    ran('mkdir', [this.state]);
    ran('chmod', ['-R', 'a-w', this.tree]);
    chmodSync(this.folder, 0o755);
    if (isRoot) ran('chown', [String(nobody), this.state]);
    return bytes;
  }

  /** As the user who runs it: never root, to whom a file without rights is open all the same. */
  get user(): { readonly uid?: number; readonly gid?: number } {
    return isRoot ? { uid: nobody, gid: nobody } : {};
  }

  /** Every file: its path below the tree, and what would change if it were written. */
  files(): Map<string, string> {
    const names = readdirSync(this.tree, { recursive: true, withFileTypes: true });
    return new Map(
      names.map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const { size, mtimeMs, ctimeMs } = statSync(path);
        return [relative(this.tree, path), `${size} ${mtimeMs} ${ctimeMs}`];
      }),
    );
  }

  remove(): void {
    ran('chmod', ['-R', 'u+w', this.folder]);
    rmSync(this.folder, { recursive: true });
  }
}
