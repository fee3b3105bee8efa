import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { type Signer, signerFromSeed } from '../../protocols/signed/ed25519.ts';
import type { Store } from '../../protocols/store/store.ts';
import { type DeployStatement, readStatement } from '../../protocols/update/deploy-statement.ts';
import { checkStatement } from '../../protocols/update/trust.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import { secretFile } from '../secrets/secret-file.ts';
import { newestStatement, type StatementRow, saveStatement } from './release-table.ts';

const seedBytes = 32;

/** What stands in a file made by `xinlu release authorise`. */
export interface StatementFile {
  /** base64url. */
  readonly statement: string;
  readonly signature: string;
}

/** The online key: born here at the first start, worth something once the offline key says so. */
export class DeployKey {
  readonly #store: Store;
  readonly #env: Pick<GatewayEnv, 'nowMs' | 'randomBytes'>;
  readonly #folder: string;
  #signer: Signer | null = null;
  #row: StatementRow | null = null;

  /** @param folder of secret files */
  constructor(store: Store, env: Pick<GatewayEnv, 'nowMs' | 'randomBytes'>, folder: string) {
    this.#store = store;
    this.#env = env;
    this.#folder = folder;
  }

  async start(): Promise<void> {
    const path = join(this.#folder, 'deploy.seed');
    this.#signer = signerFromSeed(secretFile(path, () => this.#env.randomBytes(seedBytes)));
    this.#row = (await newestStatement(this.#store)) ?? null;
  }

  get signer(): Signer {
    if (this.#signer === null) throw new Error('the deploy key is not there: start comes first');
    return this.#signer;
  }

  /** base64url: what the offline key is asked to authorise. */
  get publicKey(): string {
    return Buffer.from(this.signer.publicKey).toString('base64url');
  }

  /** What goes into every bundle; null while nobody has authorised this key. */
  get statement(): { bytes: Buffer; signature: Buffer; read: DeployStatement } | null {
    if (this.#row === null) return null;
    const bytes = Buffer.from(this.#row.statement, 'base64url');
    const read = readStatement(bytes);
    if (read === null || read.publicKey !== this.publicKey) return null;
    return { bytes, signature: Buffer.from(this.#row.signature, 'base64url'), read };
  }

  /** Takes a statement of the release key about this very key, newer than the last. */
  async authorise(
    file: StatementFile,
    releaseKey: KeyObject,
  ): Promise<{ readonly ok: true; readonly statement: DeployStatement } | Refusal> {
    const bytes = Buffer.from(file.statement, 'base64url');
    const signature = Buffer.from(file.signature, 'base64url');
    const statement = checkStatement(bytes, signature, releaseKey);
    if (typeof statement === 'string') return refusal('bad-signature', `refused: ${statement}`);
    if (statement.publicKey !== this.publicKey) {
      return refusal('conflict', `the statement is about another key than ${this.publicKey}`);
    }
    if (statement.number <= (this.#row?.number ?? 0)) {
      return refusal(
        'conflict',
        `statement ${this.#row?.number} is here already: number it higher`,
      );
    }
    const row = { number: statement.number, ...file };
    await this.#store.write((tx) => saveStatement(tx, row, this.#env.nowMs()));
    this.#row = row;
    return { ok: true, statement };
  }
}
