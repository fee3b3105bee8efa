import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventLog, type FleetEvent } from '../../../gateway/events/event-log.ts';
import { type HookPost, hookLimits } from '../../../gateway/events/hook-courier.ts';
import { isSigned, signatureHeader, signatureOf } from '../../../gateway/events/signature.ts';
import { postByFetch, Webhooks } from '../../../gateway/events/webhooks.ts';
import { pause, TestClock, type TestStore, temporaryStore, testEnv, until } from '../scan/kit.ts';
import { SeededRandom } from '../seeded-random.ts';

interface Body {
  readonly missed: number;
  readonly events: readonly FleetEvent[];
}

/** Somebody who is told; away or slow to answer when a test says so. */
class Receiver {
  readonly taken: FleetEvent[] = [];
  readonly posts: { headers: Readonly<Record<string, string>>; body: string }[] = [];
  missed = 0;
  status = 204;
  /** The body arrives, its answer does not. */
  losesAnswers = false;

  readonly post: HookPost = async (_url, headers, body) => {
    this.posts.push({ headers, body });
    if (this.status > 299) return this.status;
    const { events, missed } = JSON.parse(body) as Body;
    this.taken.push(...events);
    this.missed += missed;
    return this.losesAnswers ? 0 : this.status;
  };
}

let kept: TestStore;
let clock: TestClock;
let log: EventLog;
let receiver: Receiver;
let hooks: Webhooks;
const url = 'https://partner.example/hook';

async function begin(post: HookPost = receiver.post): Promise<void> {
  const env = testEnv(clock);
  log = new EventLog(kept.store, env);
  await log.start();
  hooks = new Webhooks({ store: kept.store, env, timers: clock, log, post });
  await hooks.start();
}

async function happen(subject: string, count = 1): Promise<void> {
  const events = Array.from({ length: count }, (_, n) => ({
    ...{ type: 'presence', subject, body: { n } },
  })) as Parameters<EventLog['append']>[1];
  await kept.store.write((tx) => log.append(tx, events));
  log.announce();
}

async function made(): Promise<string> {
  const result = await hooks.create(url);
  if (!result.ok) throw new Error(result.message);
  return result.hook.secret;
}

const ids = () => receiver.taken.map(({ id }) => id);
const oneTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

beforeEach(async () => {
  kept = await temporaryStore();
  clock = new TestClock();
  receiver = new Receiver();
  await begin();
});
afterEach(async () => {
  await hooks.stop();
  await kept.remove();
});

describe('a webhook', () => {
  it('is told of everything since it was made, in order', async () => {
    await happen('XL-1', 3);
    await until(() => log.lastId === 3);
    await made();
    await happen('XL-2', 2);
    await happen('XL-1');
    await until(() => receiver.taken.length === 3);
    expect(ids()).toEqual([4, 5, 6]);
  });

  it('carries a signature over time and body that only the secret of this hook makes', async () => {
    const secret = await made();
    await happen('XL-1');
    await until(() => receiver.posts.length === 1);
    const [{ headers, body }] = receiver.posts as [Receiver['posts'][number]];
    const header = headers[signatureHeader] as string;
    const nowS = Math.floor(clock.nowMs / 1000);
    expect(isSigned(secret, header, body, nowS, 300)).toBe(true);
    expect(isSigned(`${secret}x`, header, body, nowS, 300)).toBe(false);
    expect(isSigned(secret, header, `${body} `, nowS, 300)).toBe(false);
    expect(isSigned(secret, header.replace(`t=${nowS}`, `t=${nowS + 1}`), body, nowS, 300)).toBe(
      false,
    );
    expect(isSigned(secret, header, body, nowS + 301, 300)).toBe(false);
    expect(isSigned(secret, 'v1=00', body, nowS, 300)).toBe(false);
  });

  it('agrees with a signature that was computed elsewhere', () => {
    // printf '1700000000.{"v":1}' | openssl dgst -sha256 -hmac key
    const hex = 'afc180db7100385a559c0f5c5e3d6a432cd1ec1049002cc3920aac6cc071a1ec';
    expect(signatureOf('key', 1_700_000_000, '{"v":1}')).toBe(`t=1700000000,v1=${hex}`);
  });

  it('brings everything once and in order per unit after an hour in which nobody answered', async () => {
    const random = new SeededRandom(4);
    await made();
    receiver.status = 503;
    let happened = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      const count = random.whole(1, 12);
      await happen(`XL-${random.whole(1, 9)}`, count);
      happened += count;
      await until(() => log.lastId === happened);
      await clock.advance(60_000);
    }
    expect(receiver.taken).toEqual([]);
    expect(receiver.posts.length).toBeGreaterThan(8);
    expect(receiver.posts.length).toBeLessThan(30);
    expect(hooks.list()).toMatchObject([{ lastStatus: 503, waiting: happened }]);
    receiver.status = 200;
    await clock.advance(hookLimits.retryDelayMsMax);
    await until(() => receiver.taken.length >= happened);
    expect(ids()).toEqual(oneTo(happened));
    await until(() => hooks.list()[0]?.waiting === 0);
    expect(hooks.list()).toMatchObject([{ lastStatus: 200, failures: 0, skipped: 0 }]);
  });

  it('waits longer and longer, never beyond its cap, and starts over after a success', async () => {
    await made();
    receiver.status = 500;
    await happen('XL-1');
    const waits: number[] = [];
    for (let tries = 1; tries <= 16; tries += 1) {
      await until(() => hooks.list()[0]?.failures === tries);
      const waitMs = (hooks.list()[0]?.retryAtMs ?? 0) - clock.nowMs;
      waits.push(waitMs);
      await clock.advance(waitMs);
    }
    expect(waits[0]).toBeLessThanOrEqual(hookLimits.retryDelayMsMin);
    expect(Math.max(...waits)).toBeLessThanOrEqual(hookLimits.retryDelayMsMax);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(hookLimits.retryDelayMsMax / 2);
  });

  it('goes on after a restart where it was, with nothing twice', async () => {
    await made();
    await happen('XL-1', 5);
    await until(() => hooks.list()[0]?.waiting === 0 && receiver.taken.length === 5);
    receiver.status = 500;
    await happen('XL-1', 5);
    await until(() => hooks.list()[0]?.failures === 1);
    await hooks.stop();
    receiver.status = 200;
    await begin();
    await until(() => receiver.taken.length >= 10);
    expect(ids()).toEqual(oneTo(10));
  });

  it('repeats an event under the same id when only the answer was lost', async () => {
    await made();
    receiver.losesAnswers = true;
    await happen('XL-1');
    await until(() => hooks.list()[0]?.failures === 1);
    receiver.losesAnswers = false;
    await clock.advance(2000);
    await until(() => hooks.list()[0]?.waiting === 0);
    expect(ids()).toEqual([1, 1]);
  });

  it('says how many events were too old when its receiver came back', async () => {
    await made();
    receiver.status = 500;
    await happen('XL-1', 4);
    await until(() => hooks.list()[0]?.failures === 1);
    clock.jump(31 * 86_400_000);
    await happen('XL-1', 2);
    await until(() => log.lastId === 6);
    expect(await log.prune(100)).toBe(4);
    receiver.status = 200;
    await clock.advance(hookLimits.retryDelayMsMax);
    await until(() => hooks.list()[0]?.waiting === 0);
    expect(ids()).toEqual([5, 6]);
    expect(receiver.missed).toBe(4);
    expect(hooks.list()).toMatchObject([{ skipped: 4 }]);
  });

  it('is not held up by another whose receiver is away', async () => {
    await hooks.stop();
    const other = new Receiver();
    other.status = 500;
    await begin((at, ...rest) => (at === url ? receiver : other).post(at, ...rest));
    await made();
    await hooks.create('https://other.example/');
    await happen('XL-1', 3);
    await until(() => receiver.taken.length === 3);
    expect(other.taken).toEqual([]);
  });

  it('is taken away, and then told nothing more', async () => {
    await made();
    const [hook] = hooks.list();
    expect(hook).not.toHaveProperty('secret');
    expect(await hooks.remove(hook?.id ?? '')).toEqual({ ok: true });
    expect(await hooks.remove(hook?.id ?? '')).toMatchObject({ code: 'not-found' });
    await happen('XL-1');
    await pause();
    expect(receiver.posts).toEqual([]);
    expect(hooks.list()).toEqual([]);
  });

  it.each([
    ['http://partner.example/hook', 'bad-request'],
    ['ftp://127.0.0.1/', 'bad-request'],
    ['https://name:secret@partner.example/', 'bad-request'],
    ['not an address', 'bad-request'],
    [`https://partner.example/${'x'.repeat(600)}`, 'bad-request'],
  ])('refuses the address %s', async (address, code) => {
    expect(await hooks.create(address)).toMatchObject({ ok: false, code });
  });

  it('refuses an address twice, and more hooks than it can serve', async () => {
    await made();
    expect(await hooks.create(url)).toMatchObject({ code: 'conflict' });
    for (let n = 2; n <= 20; n += 1) await hooks.create(`https://partner.example/${n}`);
    expect(await hooks.create('https://partner.example/21')).toMatchObject({ code: 'too-many' });
  });
});

describe('a post over the network', () => {
  let server: Server;
  let address: string;
  let answer = 204;
  beforeEach(async () => {
    server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        if (answer === 0) return;
        response.writeHead(answer, { location: 'http://127.0.0.1:9/' }).end('thanks');
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each([
    [204, 204],
    [500, 500],
    [302, 302],
    [0, 0],
  ])('that is answered %i is %i: no redirect is followed, no answer is none', async (is, says) => {
    answer = is;
    expect(await postByFetch(address, {}, '{}', 300)).toBe(says);
  });

  it('to nobody is 0', async () => {
    expect(await postByFetch('http://127.0.0.1:9/', {}, '{}', 300)).toBe(0);
  });
});
