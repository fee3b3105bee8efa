import type { Refusal } from '../http/refusal.ts';
import { refusal } from '../http/refusal.ts';
import { type CourierDeps, HookCourier, type HookHealth, type HookPost } from './hook-courier.ts';
import { deleteWebhook, insertWebhook, loadWebhooks, type Webhook } from './webhook-table.ts';

const hooksMax = 20;
const idBytes = 6;
const secretBytes = 32;
const urlCharsMax = 500;

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A hook as it is listed: its secret is shown only by the answer that made it. */
export interface HookView extends Omit<Webhook, 'secret'>, HookHealth {
  /** Events that wait to be delivered. */
  readonly waiting: number;
}

/** Off this machine only https: the body says where officers are. */
function isAllowed(text: string): boolean {
  if (text.length > urlCharsMax || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && loopbackHosts.has(hostname));
}

/** Over fetch. A redirect is no success: the receiver is where it was said to be. */
export const postByFetch: HookPost = async (url, headers, body, msMax) => {
  try {
    const signal = AbortSignal.timeout(msMax);
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal,
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
};

/** Outgoing webhooks: durable, signed, in order, tried until taken. wire.md, part "Events". */
export class Webhooks {
  readonly #deps: CourierDeps;
  readonly #couriers = new Map<string, HookCourier>();
  #unsubscribe: () => void = () => undefined;

  constructor(deps: CourierDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    for (const hook of await loadWebhooks(this.#deps.store)) this.#run(hook);
    this.#unsubscribe = this.#deps.log.onNews(() => {
      for (const courier of this.#couriers.values()) courier.wake();
    });
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await Promise.all([...this.#couriers.values()].map((courier) => courier.stop()));
  }

  /** A hook that is told of everything from now on; its secret is answered only here. */
  async create(url: string): Promise<{ ok: true; hook: Webhook } | Refusal> {
    const { env, store, log } = this.#deps;
    if (!isAllowed(url)) {
      return refusal('bad-request', 'url must be https; http only to this machine itself');
    }
    if ([...this.#couriers.values()].some(({ hook }) => hook.url === url)) {
      return refusal('conflict', 'this address is told already');
    }
    if (this.#couriers.size >= hooksMax) return refusal('too-many', `at most ${hooksMax} webhooks`);
    const hook: Webhook = {
      id: env.randomBytes(idBytes).toString('hex'),
      url,
      secret: env.randomBytes(secretBytes).toString('base64url'),
      afterId: log.lastId,
      skipped: 0,
      createdAtMs: env.nowMs(),
    };
    await store.write((tx) => insertWebhook(tx, hook));
    this.#run(hook);
    return { ok: true, hook };
  }

  async remove(id: string): Promise<{ ok: true } | Refusal> {
    const courier = this.#couriers.get(id);
    if (courier === undefined) return refusal('not-found', 'no such webhook');
    this.#couriers.delete(id);
    await courier.stop();
    await this.#deps.store.write((tx) => deleteWebhook(tx, id));
    return { ok: true };
  }

  list(): readonly HookView[] {
    return [...this.#couriers.values()].map(({ hook, health }) => {
      const { secret: _secret, ...shown } = hook;
      return { ...shown, ...health, waiting: Math.max(0, this.#deps.log.lastId - hook.afterId) };
    });
  }

  #run(hook: Webhook): void {
    const courier = new HookCourier(this.#deps, hook);
    this.#couriers.set(hook.id, courier);
    courier.wake();
  }
}
