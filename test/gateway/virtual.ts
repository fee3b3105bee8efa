import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { GatewayEnv } from '../../gateway/environment.ts';
import { openGatewayStore } from '../../gateway/store/open.ts';
import type { Store } from '../../protocols/store/store.ts';
import { storePlace } from '../support/store-place.ts';
import { type LogLine, temporaryFolder } from './world.ts';

/** A world whose time moves only when told to, and whose chance repeats. */
export class VirtualEnv implements GatewayEnv {
  ms = Date.UTC(2026, 10, 23, 4, 0, 0);
  monoMs = 1000;
  readonly lines: LogLine[] = [];
  #drawn = 0;

  readonly log = {
    debug: this.#keep('debug'),
    info: this.#keep('info'),
    warn: this.#keep('warn'),
    error: this.#keep('error'),
  };

  nowMs(): number {
    return this.ms;
  }

  nowMonoMs(): number {
    return this.monoMs;
  }

  randomBytes(size: number): Buffer {
    this.#drawn += 1;
    const parts: Buffer[] = [];
    for (let part = 0; part * 32 < size; part += 1) {
      parts.push(createHash('sha256').update(`${this.#drawn} ${part}`).digest());
    }
    return Buffer.concat(parts).subarray(0, size);
  }

  /** Both clocks move. */
  pass(ms: number): void {
    this.ms += ms;
    this.monoMs += ms;
  }

  #keep(level: string) {
    return (fields: object, message: string) => {
      this.lines.push({ level, message, fields: fields as LogLine['fields'] });
    };
  }
}

export interface TestStore {
  readonly store: Store;
  readonly file: string;
  /** Closes it (should it be open) and takes its folder away. */
  remove(): Promise<void>;
}

/** The gateway's tables in a folder of their own. */
export async function temporaryStore(): Promise<TestStore> {
  const folder = temporaryFolder();
  const file = join(folder.path, 'gateway.sqlite');
  const store = await openGatewayStore(await storePlace(file), 0);
  const remove = async () => {
    await store.close();
    folder.remove();
  };
  return { store, file, remove };
}
