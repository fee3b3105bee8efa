import { createHash } from 'node:crypto';
import { CodedError } from '../../protocols/errors.ts';
import { type NetworkProblem, parseNetwork } from '../../protocols/network/network.ts';
import type { RoadNetwork } from '../../protocols/network/road-network.ts';
import { summaryOf } from '../../protocols/network/summary.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { Networks, NetworkVersion } from '../place/networks.ts';
import { insertAudit } from '../registry/fleet-table.ts';
import { networkLimits } from './limits.ts';
import {
  activationsOf,
  contentOf,
  fileOf,
  filesOf,
  insertActivation,
  insertFile,
  markWithdrawn,
  type NetworkFile,
} from './network-table.ts';
import { type Activation, activationAt, type Span, spansOf } from './timeline.ts';

export interface NetworkDeps {
  readonly store: Store;
  readonly env: Pick<GatewayEnv, 'nowMs' | 'log'>;
  /** Text of the configured file; null: none is configured. */
  readonly readConfigured: () => Promise<string | null>;
}

/** When a version is to count. */
export interface Validity {
  readonly validFromMs: number;
  readonly validToMs: number | null;
}

/** Who does it, and why. */
export interface Said {
  readonly by: string;
  readonly reason: string;
}

export type ImportResult =
  | { readonly ok: true; readonly file: NetworkFile; readonly isNew: boolean }
  | { readonly ok: false; readonly problems: readonly NetworkProblem[] };

export type ActivationResult = { readonly ok: true; readonly activation: Activation } | Refusal;

/** One file of the list, with when it counts. */
export interface ListedFile extends NetworkFile {
  readonly isInForce: boolean;
  readonly activations: readonly Activation[];
}

/** Who activates what the configuration names. */
const configured = 'configuration';
const auditSubject = 'network';
/** Problems of the configured file told at once; whoever has more starts with these. */
const problemsShownMax = 5;

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/**
 * Road network files: kept once by their hash, each counting from when to when somebody said.
 * What counts is in memory, and changes without a restart.
 */
export class NetworkBook implements Networks {
  readonly #deps: NetworkDeps;
  readonly #loaded = new Map<string, NetworkVersion>();
  #spans: readonly Span[] = [];
  /** One change at a time, so that the memory never goes back behind the store. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: NetworkDeps) {
    this.#deps = deps;
  }

  /** Reads the configured file and what counts. @throws CodedError 'bad-config' for a bad file */
  async start(): Promise<void> {
    const text = await this.#deps.readConfigured();
    if (text !== null) await this.#takeConfigured(text);
    this.#use(await this.#load(await activationsOf(this.#deps.store)));
  }

  get isEmpty(): boolean {
    return this.#spans.every(({ hash }) => hash === null);
  }

  at(atMs: number): NetworkVersion | null {
    const span = this.#spans.find(({ fromMs }) => fromMs <= atMs);
    return this.#loaded.get(span?.hash ?? '') ?? null;
  }

  /** Keeps a file that is right; the same one again changes nothing. It counts when activated. */
  async import(content: string, by: string): Promise<ImportResult> {
    const parsed = parseNetwork(content);
    if (!parsed.ok) return parsed;
    const { store, env } = this.#deps;
    const hash = hashOf(content);
    return store.write(async (tx) => {
      const known = await fileOf(tx, hash);
      if (known !== undefined) return { ok: true as const, file: known, isNew: false };
      const imported = { importedAtMs: env.nowMs(), importedBy: by };
      const file = { hash, ...summaryOf(parsed.network), ...imported };
      await insertFile(tx, file, content);
      await insertAudit(tx, env.nowMs(), auditSubject, 'import', { by, hash });
      return { ok: true as const, file, isNew: true };
    });
  }

  /** Has a kept file count for a time; said again, it stays said once. */
  activate(hash: string, validity: Validity, said: Said): Promise<ActivationResult> {
    return this.#change(async (tx, standing) => {
      if ((await fileOf(tx, hash)) === undefined) {
        return refusal('not-found', 'no network file with this hash: import it first');
      }
      const same = standing.find(
        (one) =>
          one.hash === hash &&
          one.validFromMs === validity.validFromMs &&
          one.validToMs === validity.validToMs,
      );
      if (same !== undefined) return { ok: true, activation: same };
      if (standing.length >= networkLimits.activationsMax) {
        return refusal('conflict', 'too many activations stand: withdraw those that are past');
      }
      return { ok: true, activation: await this.#insert(tx, hash, validity, said) };
    });
  }

  /** Takes an activation back: its time falls to whatever counted before. */
  withdraw(id: number, { by, reason }: Said): Promise<ActivationResult> {
    return this.#change(async (tx, standing) => {
      const found = standing.find((one) => one.id === id);
      if (found === undefined)
        return refusal('not-found', 'no activation stands under this number');
      const atMs = this.#deps.env.nowMs();
      await markWithdrawn(tx, id, { atMs, by, reason });
      await insertAudit(tx, atMs, auditSubject, 'withdraw', { by, reason, id });
      return { ok: true, activation: { ...found, withdrawnAtMs: atMs } };
    });
  }

  /** Every file with its activations, oldest first. */
  async list(): Promise<readonly ListedFile[]> {
    const { store, env } = this.#deps;
    const [files, activations] = [await filesOf(store), await activationsOf(store)];
    const standing = activations.filter(({ withdrawnAtMs }) => withdrawnAtMs === null);
    const inForce = activationAt(standing, env.nowMs())?.hash;
    return files.map((file) => ({
      ...file,
      isInForce: file.hash === inForce,
      activations: activations.filter(({ hash }) => hash === file.hash),
    }));
  }

  /** The file as it was brought; undefined: there is none with this hash. */
  content(hash: string): Promise<string | undefined> {
    return contentOf(this.#deps.store, hash);
  }

  /** The first configured file counts since ever, a later one from when it was first read. */
  async #takeConfigured(text: string): Promise<void> {
    const { store, env } = this.#deps;
    const imported = await this.import(text, configured);
    if (!imported.ok) {
      const shown = imported.problems.slice(0, problemsShownMax).map(({ message }) => message);
      throw new CodedError('bad-config', `the network file is wrong: ${shown.join('; ')}`);
    }
    const { hash } = imported.file;
    const before = (await activationsOf(store)).findLast(
      ({ activatedBy }) => activatedBy === configured,
    );
    if (before?.hash === hash) return;
    const validity = { validFromMs: before === undefined ? 0 : env.nowMs(), validToMs: null };
    const said = { by: configured, reason: 'gateway.networkFile' };
    await store.write((tx) => this.#insert(tx, hash, validity, said));
  }

  async #insert(
    tx: Writer,
    hash: string,
    { validFromMs, validToMs }: Validity,
    { by, reason }: Said,
  ): Promise<Activation> {
    const activatedAtMs = this.#deps.env.nowMs();
    const given = { hash, validFromMs, validToMs, activatedAtMs, activatedBy: by, reason };
    await insertActivation(tx, { ...given, withdrawnAtMs: null });
    const detail = { by, reason, hash, validFromMs, validToMs };
    await insertAudit(tx, activatedAtMs, auditSubject, 'activate', detail);
    return (await activationsOf(tx)).at(-1) as Activation;
  }

  /** A change of what counts: committed, then in memory; refused while too much would count. */
  #change(
    work: (tx: Writer, standing: readonly Activation[]) => Promise<ActivationResult>,
  ): Promise<ActivationResult> {
    const changed = this.#tail.then(async () => {
      const { store } = this.#deps;
      const result = await store.write(async (tx) => {
        const before = await activationsOf(tx);
        return work(
          tx,
          before.filter(({ withdrawnAtMs }) => withdrawnAtMs === null),
        );
      });
      if (result.ok) this.#use(await this.#load(await activationsOf(store)));
      return result;
    });
    this.#tail = changed.catch(() => undefined);
    return changed;
  }

  /** Spans of the time that is still asked for, and the versions in them, newest first. */
  async #load(activations: readonly Activation[]) {
    const { store, env } = this.#deps;
    const spans = spansOf(activations, env.nowMs() - networkLimits.lookBackMs);
    const versions = new Map<string, NetworkVersion>();
    for (const { hash } of spans) {
      if (hash === null || versions.has(hash)) continue;
      if (versions.size >= networkLimits.loadedMax) {
        env.log.warn({ hash }, 'too many networks count: the oldest are left out');
        break;
      }
      const network = this.#loaded.get(hash)?.network ?? (await this.#parse(store, hash));
      versions.set(hash, { hash, network });
    }
    return { spans, versions };
  }

  async #parse(store: Store, hash: string): Promise<RoadNetwork> {
    const content = await contentOf(store, hash);
    const isWhole = content !== undefined && hashOf(content) === hash;
    const parsed = parseNetwork(isWhole ? content : '');
    if (parsed.ok) return parsed.network;
    throw new CodedError('store-damaged', `the network file ${hash} is not what was imported`);
  }

  #use({
    spans,
    versions,
  }: {
    readonly spans: readonly Span[];
    readonly versions: ReadonlyMap<string, NetworkVersion>;
  }): void {
    this.#spans = spans;
    this.#loaded.clear();
    for (const [hash, version] of versions) this.#loaded.set(hash, version);
  }
}
