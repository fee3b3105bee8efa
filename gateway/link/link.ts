import type { LinkMessage } from '../../protocols/http/link-bodies.ts';
import type { PrintFeed } from '../../protocols/http/print-bodies.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { CrewDirectory, VehicleDirectory, VehicleFinder } from '../parts.ts';
import { Courier } from './courier.ts';
import { DirectoryCache } from './directory-cache.ts';
import { linkLimits } from './limits.ts';
import { readLinkState, writeLinkState } from './link-state.ts';
import { enqueue, type Waiting } from './outbox.ts';
import {
  checkedServerUrl,
  createServerClient,
  type LinkKeys,
  type Reply,
  type ServerClient,
} from './server-client.ts';
import { systemTimers, type Timers } from './timers.ts';

export interface LinkDeps {
  readonly store: Store;
  /** Where the link goes: `serverLinkUrl`, or `serverUrl` when that is empty. */
  readonly linkUrl: string;
  /** One-time token of `xinlu link create`; needed until the link is claimed. */
  readonly linkToken: string;
  readonly env: GatewayEnv;
  readonly timers?: Timers;
  /** For tests; by default over HTTP to `linkUrl`. */
  readonly client?: ServerClient;
}

/** Why the link does not carry just now, for `/healthz`. */
export type LinkProblem = 'link-not-claimed' | 'link-token-used' | 'link-revoked' | 'server-away';

/** The gateway's side of the link to the server. */
export interface ServerLink {
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly directory: VehicleDirectory & VehicleFinder & CrewDirectory;
  /** Bearer key by which the server calls this gateway; null while there is no link. */
  readonly callerKey: string | null;
  problems(): readonly LinkProblem[];
  /** Inside the caller's transaction: what it tells of commits with it. */
  enqueue(tx: Writer, waiting: readonly Waiting[]): Promise<void>;
  /** After COMMIT: posts at once. False: the server has not taken it within 500 ms. */
  deliverNow(waiting: Waiting): Promise<boolean>;
  /** After COMMIT of messages that need not go at once. */
  wake(): void;
  /** Changes of the register of prints; status 0 without a link. */
  prints(after: number, waitMs: number, givenUp: AbortSignal): Promise<Reply<PrintFeed>>;
}

/** Answers to a claim that another try with the same token cannot change. */
const tokenRefusals = new Set([400, 401, 403, 404, 409, 410]);

class HttpServerLink implements ServerLink {
  readonly directory: DirectoryCache;
  readonly #deps: LinkDeps;
  readonly #timers: Timers;
  readonly #client: ServerClient;
  readonly #courier: Courier;
  #gatewayId = '';
  #keys: LinkKeys | null = null;
  #problem: LinkProblem | null = null;
  /** The last poll got its answer; until one does, the next comes soon. */
  #isReady = false;
  #cancelPoll: (() => void) | null = null;
  #poll: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor(deps: LinkDeps) {
    this.#deps = deps;
    this.#timers = deps.timers ?? systemTimers;
    this.#client = deps.client ?? createServerClient(checkedServerUrl(deps.linkUrl));
    this.directory = new DirectoryCache(deps.store);
    this.#courier = new Courier({
      store: deps.store,
      timers: this.#timers,
      nowMs: () => deps.env.nowMs(),
      random: () => deps.env.randomBytes(4).readUInt32BE() / 2 ** 32,
      post: (messages, msMax) => this.#post(messages, msMax),
      onRefused: (refused) => {
        const codes = refused.map(({ code }) => code);
        deps.env.log.error({ codes }, 'the server refuses messages for good; they are laid aside');
      },
      onError: (error) => deps.env.log.error({ err: error }, 'the outbox could not be read'),
    });
  }

  async start(): Promise<void> {
    const state = await readLinkState(this.#deps.store);
    this.#gatewayId = state.get('gateway-id') ?? (await this.#makeGatewayId());
    const keys = state.get('keys');
    this.#keys = keys === undefined ? null : (JSON.parse(keys) as LinkKeys);
    this.directory.load(state.get('directory'));
    this.#stopped = false;
    this.#courier.start();
    this.#pollNow();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelPoll?.();
    await this.#poll;
    await this.#courier.stop();
  }

  get callerKey(): string | null {
    return this.#keys?.toGatewayKey ?? null;
  }

  problems(): readonly LinkProblem[] {
    if (this.#problem !== null) return [this.#problem];
    if (this.#keys === null) return ['link-not-claimed'];
    return this.#courier.reached === false ? ['server-away'] : [];
  }

  async enqueue(tx: Writer, waiting: readonly Waiting[]): Promise<void> {
    await enqueue(tx, waiting, this.#deps.env.nowMs());
  }

  deliverNow(waiting: Waiting): Promise<boolean> {
    return this.#courier.deliverNow(waiting);
  }

  wake(): void {
    this.#courier.wake();
  }

  async prints(after: number, waitMs: number, givenUp: AbortSignal): Promise<Reply<PrintFeed>> {
    if (this.#keys === null) return { ok: false, status: 0 };
    return this.#client.prints(this.#keys.toServerKey, after, waitMs, givenUp);
  }

  async #makeGatewayId(): Promise<string> {
    const id = this.#deps.env.randomBytes(16).toString('hex');
    await writeLinkState(this.#deps.store, 'gateway-id', id);
    return id;
  }

  async #post(messages: readonly LinkMessage[], msMax: number) {
    if (this.#keys === null) return { ok: false, status: 0 } as const;
    const reply = await this.#client.post(this.#keys.toServerKey, messages, msMax);
    this.#noteStatus(reply);
    return reply;
  }

  #noteStatus(reply: { readonly ok: boolean; readonly status?: number }): void {
    if (reply.ok) this.#problem = null;
    else if (reply.status === 401 || reply.status === 403) this.#problem = 'link-revoked';
  }

  #pollNow(): void {
    this.#poll = this.#pollOnce()
      .catch((error: unknown) =>
        this.#deps.env.log.error({ err: error }, 'the link could not be kept'),
      )
      .finally(() => {
        if (this.#stopped) return;
        const delayMs = this.#isReady ? linkLimits.directoryPollMs : linkLimits.retryDelayMsMin;
        this.#cancelPoll = this.#timers.after(delayMs, () => this.#pollNow());
      });
  }

  /** Claims the link when it is not yet ours, then asks for the vehicles. */
  async #pollOnce(): Promise<void> {
    this.#isReady = false;
    if (this.#keys === null) await this.#claim();
    if (this.#keys === null) return;
    const reply = await this.#client.directory(this.#keys.toServerKey, this.directory.etag);
    this.#noteStatus(reply);
    this.#isReady = reply.ok;
    if (reply.ok && reply.body !== null) await this.directory.update(reply.body);
  }

  async #claim(): Promise<void> {
    if (this.#deps.linkToken === '' || this.#problem === 'link-token-used') return;
    const reply = await this.#client.claim(this.#deps.linkToken, this.#gatewayId);
    if (reply.ok) {
      await writeLinkState(this.#deps.store, 'keys', JSON.stringify(reply.body));
      this.#keys = reply.body;
      this.#deps.env.log.info({ linkId: reply.body.linkId }, 'linked to the server');
      this.#courier.wake();
      return;
    }
    if (!tokenRefusals.has(reply.status)) return;
    this.#problem = 'link-token-used';
    this.#deps.env.log.error(
      { status: reply.status },
      'the server does not take this link token: make a new one with "xinlu link create"',
    );
  }
}

/** Builds the link; nothing happens before `start`. Throws `bad-config` for a bad address. */
export function createLink(deps: LinkDeps): ServerLink {
  return new HttpServerLink(deps);
}
