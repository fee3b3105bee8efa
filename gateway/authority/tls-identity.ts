import type { Log } from '../environment.ts';
import type { Timers } from '../link/timers.ts';
import type { CertificateAuthority, ServerCertificate } from './authority.ts';
import type { ServerCertificates } from './server-certificate.ts';

/** What a TLS listener shows, and whose client certificates it takes. */
export interface TlsMaterial {
  readonly server: ServerCertificate;
  readonly fleetCaPem: string;
}

export interface TlsIdentityDeps {
  readonly authority: Pick<CertificateAuthority, 'caPem'>;
  readonly certificates: ServerCertificates;
  readonly timers: Timers;
  readonly log: Log;
}

/** How often it is asked whether the certificate is near its end, or an anchor out of trust. */
const checkMs = 12 * 3_600_000;

/** The certificate of the gateway's TLS listeners, replaced while they run. */
export class TlsIdentity {
  readonly #deps: TlsIdentityDeps;
  readonly #listeners: ((material: TlsMaterial) => void)[] = [];
  #current: TlsMaterial | null = null;
  #cancel: () => void = () => undefined;

  constructor(deps: TlsIdentityDeps) {
    this.#deps = deps;
  }

  get material(): TlsMaterial {
    if (this.#current === null) throw new Error('TLS is not ready: start comes first');
    return this.#current;
  }

  /** Listeners take the new material for handshakes from now on; sessions that stand go on. */
  onChanged(listener: (material: TlsMaterial) => void): void {
    this.#listeners.push(listener);
  }

  async start(): Promise<void> {
    this.#current = await this.#make();
    this.#checkLater();
  }

  stop(): void {
    this.#cancel();
  }

  /** Asks the authority now: after a rotation, and twice a day. */
  async check(): Promise<void> {
    const fresh = await this.#make();
    const before = this.#current;
    if (JSON.stringify(fresh) === JSON.stringify(before)) return;
    this.#current = fresh;
    this.#deps.log.info({}, 'TLS certificate or anchors replaced');
    for (const listener of this.#listeners) listener(fresh);
  }

  async #make(): Promise<TlsMaterial> {
    const { authority, certificates } = this.#deps;
    const server = await certificates.current();
    return { server, fleetCaPem: authority.caPem };
  }

  #checkLater(): void {
    this.#cancel = this.#deps.timers.after(checkMs, () => {
      this.check()
        .catch((error: Error) =>
          this.#deps.log.error({ reason: error.message }, 'TLS certificate not checked'),
        )
        .finally(() => this.#checkLater());
    });
  }
}
