import { readFileSync } from 'node:fs';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { Timers } from '../link/timers.ts';
import { forgetEnded, revokedCertificates } from '../registry/certificates-table.ts';
import type { FleetRegistry } from '../registry/registry.ts';
import { publicMode, writeWhole } from '../secrets/secret-file.ts';
import type { CertificateAuthority } from './authority.ts';

export interface RevocationListDeps {
  readonly store: Store;
  readonly registry: FleetRegistry;
  readonly authority: CertificateAuthority;
  readonly env: GatewayEnv;
  readonly timers: Timers;
  /** `crlfile` of an external broker. */
  readonly file: string;
  /** Told of every list with the moment it speaks of; must not reject and is not awaited. */
  readonly onWritten: (asOfMonoMs: number) => Promise<void>;
}

/** The list is dated: it is written anew long before it ends. */
const rewriteMs = 12 * 3_600_000;
/** Changes of a moment (a CSV of units, a rush of renewals) share one file. */
const gatherMs = 500;
const retryMs = 30_000;

/**
 * The certificates nobody may use any more, as a file for brokers that are not ours: written after
 * every change of the registry and twice a day. reliability.md, "Identity".
 */
export class RevocationList {
  readonly #deps: RevocationListDeps;
  #cancel: () => void = () => undefined;
  #stopped = true;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: RevocationListDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    this.#stopped = false;
    this.#deps.registry.onChanged(() => this.#writeIn(gatherMs));
    await this.write();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#writing;
  }

  /** The lists as they were written last, PEM. */
  text(): string {
    return readFileSync(this.#deps.file, 'utf8');
  }

  /** Now: also after a rotation of the CA. */
  async write(): Promise<void> {
    const { store, authority, env, file } = this.#deps;
    const nowMs = env.nowMs();
    const asOfMonoMs = env.nowMonoMs();
    await store.write((tx) => forgetEnded(tx, nowMs));
    const lists = await authority.revocationLists(await revokedCertificates(store, nowMs));
    writeWhole(file, lists, publicMode);
    void this.#deps.onWritten(asOfMonoMs);
    this.#writeIn(rewriteMs);
  }

  #writeIn(ms: number): void {
    if (this.#stopped) return;
    this.#cancel();
    this.#cancel = this.#deps.timers.after(ms, () => {
      this.#writing = this.write().catch((error: Error) => {
        this.#deps.env.log.error({ reason: error.message }, 'revoked certificates not written');
        this.#writeIn(retryMs);
      });
    });
  }
}
