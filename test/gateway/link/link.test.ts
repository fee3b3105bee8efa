import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLink, type ServerLink } from '../../../gateway/link/link.ts';
import type { Waiting } from '../../../gateway/link/outbox.ts';
import { checkedServerUrl, type ServerClient } from '../../../gateway/link/server-client.ts';
import type { LinkMessage, ScanRelinked } from '../../../protocols/http/link-bodies.ts';
import {
  type LogLine,
  pause,
  TestClock,
  type TestStore,
  temporaryStore,
  testEnv,
  until,
} from '../scan/kit.ts';
import { FakeServer } from '../scan/rig.ts';

let kept: TestStore;
let clock: TestClock;
let server: FakeServer;
let link: ServerLink;
let log: LogLine[];

function newLink(client: ServerClient = server, linkToken = 'token-1'): ServerLink {
  const { store } = kept;
  const linkUrl = 'http://127.0.0.1:9';
  return createLink({ store, linkUrl, linkToken, client, env: testEnv(clock, log), timers: clock });
}

beforeEach(async () => {
  kept = await temporaryStore();
  clock = new TestClock();
  server = new FakeServer();
  log = [];
  link = newLink();
});
afterEach(async () => {
  await link.stop();
  await kept.remove();
});

function message(subject: string, version: number): Waiting {
  const body: ScanRelinked = { v: 1, scanId: subject, position: null, place: null, incident: null };
  return { subject, message: { id: `relink:${subject}.${version}`, type: 'scan-relinked', body } };
}

async function put(...waiting: Waiting[]): Promise<void> {
  await kept.store.write((tx) => link.enqueue(tx, waiting));
  link.wake();
}

async function rows(table = 'link_outbox'): Promise<number> {
  const row = await kept.store.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`);
  return row?.n ?? 0;
}

const empty = async () => (await rows()) === 0;
const ids = () => server.taken.map(({ id }) => id);

describe('the outbox', () => {
  it('goes out in its order and is empty when the server has it', async () => {
    await link.start();
    await until(() => link.directory.screenOf('veh-7') !== undefined);
    await put(message('b', 1), message('a', 1), message('b', 2));
    await until(empty);
    expect(ids()).toEqual(['relink:b.1', 'relink:a.1', 'relink:b.2']);
  });

  it('is put in only by the transaction that commits', async () => {
    await link.start();
    await kept.store
      .write(async (tx) => {
        await link.enqueue(tx, [message('a', 1)]);
        throw new Error('not this time');
      })
      .catch(() => undefined);
    expect(await rows()).toBe(0);
  });

  it('waits while the server is away, tries less and less often, and survives a restart', async () => {
    await link.start();
    await until(() => link.directory.screenOf('veh-7') !== undefined);
    server.isAway = true;
    server.posts.length = 0;
    await put(...Array.from({ length: 250 }, (_, index) => message(`s${index}`, 1)));
    await until(() => server.posts.length > 0);
    await pause();
    await clock.advance(60_000);
    expect(server.posts.length).toBeGreaterThan(5);
    expect(server.posts.length).toBeLessThan(20);
    await link.stop();
    link = newLink();
    server.isAway = false;
    await link.start();
    await until(empty);
    expect(ids()).toEqual(Array.from({ length: 250 }, (_, index) => `relink:s${index}.1`));
    expect(Math.max(...server.posts)).toBe(100);
  });

  it('lays aside what the server refuses and says so', async () => {
    await link.start();
    await until(() => link.directory.screenOf('veh-7') !== undefined);
    server.refusedCode = 'unknown-scan';
    await put(message('a', 1));
    await until(empty);
    const refused = await kept.store.all('SELECT id, code FROM link_refused');
    expect(refused).toEqual([{ id: 'relink:a.1', code: 'unknown-scan' }]);
    expect(log.some(({ level, text }) => level === 'error' && text.includes('unknown-scan'))).toBe(
      true,
    );
  });

  it('finds the one message the server cannot read, and delivers all others', async () => {
    const poison = 'relink:s37.1';
    const strict: ServerClient = {
      claim: server.claim,
      directory: server.directory,
      prints: server.prints,
      post: async (key, messages, msMax) =>
        messages.some(({ id }) => id === poison)
          ? { ok: false, status: 400 }
          : server.post(key, messages, msMax),
    };
    link = newLink(strict);
    await link.start();
    await until(() => link.directory.screenOf('veh-7') !== undefined);
    await put(...Array.from({ length: 120 }, (_, index) => message(`s${index}`, 1)));
    await until(empty);
    const expected = Array.from({ length: 120 }, (_, index) => `relink:s${index}.1`);
    expect(ids()).toEqual(expected.filter((id) => id !== poison));
    expect(await kept.store.all('SELECT id, code FROM link_refused')).toEqual([
      { id: poison, code: 'http-400' },
    ]);
  });
});

describe('a message that goes ahead', () => {
  it('is posted at once, and leaves the outbox a moment later without a second post', async () => {
    await link.start();
    await until(() => link.directory.screenOf('veh-7') !== undefined);
    const waiting = message('a', 1);
    await kept.store.write((tx) => link.enqueue(tx, [waiting]));
    expect(await link.deliverNow(waiting)).toBe(true);
    expect(await rows()).toBe(1);
    await clock.advance(200);
    await until(empty);
    expect(ids()).toEqual(['relink:a.1']);
  });

  it('holds back later messages of its subject until it has arrived', async () => {
    await link.start();
    await until(() => link.directory.screenOf('veh-7') !== undefined);
    server.hangs = true;
    const [first, second, other] = [message('a', 1), message('a', 2), message('b', 1)];
    await kept.store.write((tx) => link.enqueue(tx, [first]));
    const express = link.deliverNow(first);
    await pause(20);
    server.hangs = false;
    await put(second, other);
    await until(() => ids().includes('relink:b.1'));
    expect(ids()).toEqual(['relink:b.1']);
    server.letGo();
    expect(await express).toBe(false);
    await clock.advance(2_000);
    await until(empty);
    expect(ids().filter((id) => id.startsWith('relink:a'))).toEqual(['relink:a.1', 'relink:a.2']);
  });

  it('shares its posts with others of the same rush', async () => {
    await link.start();
    await until(() => link.directory.screenOf('veh-7') !== undefined);
    server.posts.length = 0;
    const rush = Array.from({ length: 300 }, (_, index) => message(`s${index}`, 1));
    const accepted = await Promise.all(rush.map((waiting) => link.deliverNow(waiting)));
    expect(accepted.every((is) => is)).toBe(true);
    expect(server.posts.length).toBeLessThan(20);
    expect(new Set(ids()).size).toBe(300);
  });
});

describe('the claim', () => {
  it('is made once, and its keys and the directory outlive the process', async () => {
    await link.start();
    await until(() => link.directory.screenOf('veh-7') !== undefined);
    await link.stop();
    server.isAway = true;
    link = newLink(server, 'token-is-used-up');
    await link.start();
    expect(link.directory.screenOf('veh-7')?.plate).toBe('冀F·示001');
    server.isAway = false;
    await put(message('a', 1));
    await clock.advance(2_000);
    await until(empty);
    expect(ids()).toEqual(['relink:a.1']);
  });

  it('is tried until the server answers', async () => {
    server.isAway = true;
    await link.start();
    await pause();
    expect(link.problems()).toEqual(['link-not-claimed']);
    expect(await link.deliverNow(message('a', 1))).toBe(false);
    server.isAway = false;
    await clock.advance(1_000);
    await until(() => link.problems().length === 0);
  });

  it('says that a token is used, and asks the server no more', async () => {
    let claims = 0;
    link = newLink(
      {
        ...clientOf(server),
        claim: async () => {
          claims += 1;
          return { ok: false, status: 409 };
        },
      },
      'old',
    );
    await link.start();
    await clock.advance(5_000);
    expect(link.problems()).toEqual(['link-token-used']);
    expect(claims).toBe(1);
    expect(log.some(({ text }) => text.includes('xinlu link create'))).toBe(true);
  });
});

function clientOf({ claim, post, directory, prints }: FakeServer): ServerClient {
  return { claim, post, directory, prints };
}

describe('the directory', () => {
  it('is asked for again every 30 s, and told of only when it has changed', async () => {
    let changes = 0;
    link.directory.onChanged(() => {
      changes += 1;
    });
    await link.start();
    await until(() => changes === 1);
    await clock.advance(60_000);
    expect(changes).toBe(1);
    server.directoryVersion = 2;
    await clock.advance(30_000);
    await until(() => changes === 2);
    expect(link.directory.screenOf('veh-7')?.version).toBe(2);
    expect(link.directory.screenOf('nobody')).toBeUndefined();
  });
});

describe('the address of the server', () => {
  it('is https, or this machine itself', () => {
    expect(checkedServerUrl('https://xinlu.example/')).toBe('https://xinlu.example');
    expect(checkedServerUrl('http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
    for (const bad of ['http://10.0.0.7:8080', 'ftp://127.0.0.1', 'xinlu', '']) {
      expect(() => checkedServerUrl(bad)).toThrow(/must be https/);
    }
  });
});

describe('over HTTP', () => {
  const asked: { method: string; url: string; auth: string; body: string; match: string }[] = [];
  let http: Server;
  let answerWith: (request: IncomingMessage, body: string) => { status: number; body: unknown };

  beforeEach(async () => {
    asked.length = 0;
    http = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        asked.push({
          method: request.method ?? '',
          url: request.url ?? '',
          auth: request.headers.authorization ?? '',
          match: request.headers['if-none-match'] ?? '',
          body,
        });
        const answer = answerWith(request, body);
        response.writeHead(answer.status, { etag: '"7"', 'content-type': 'application/json' });
        response.end(answer.status === 304 ? '' : JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => http.close(resolve)));

  it('claims, posts with its key and asks for the directory by its version', async () => {
    const { port } = http.address() as AddressInfo;
    answerWith = (request, body) => {
      if (request.url === '/link/v1/claim') {
        const keys = { linkId: 'l', toServerKey: 'secret-key', toGatewayKey: 'g' };
        return { status: 200, body: keys };
      }
      if (request.url === '/link/v1/directory') {
        const isKnown = request.headers['if-none-match'] === '"7"';
        return { status: isKnown ? 304 : 200, body: { v: 1, version: 7, vehicles: [] } };
      }
      const { messages } = JSON.parse(body) as { messages: LinkMessage[] };
      return { status: 200, body: { accepted: messages.map(({ id }) => id), refused: [] } };
    };
    const linkUrl = `http://127.0.0.1:${port}`;
    const { store } = kept;
    link = createLink({ store, linkUrl, linkToken: 't', env: testEnv(clock, log), timers: clock });
    await link.start();
    await until(() => asked.length === 2);
    await put(message('a', 1));
    await until(empty);
    await clock.advance(30_000);
    await until(() => asked.length >= 4);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /link/v1/claim',
      'GET /link/v1/directory',
      'POST /link/v1/messages',
      'GET /link/v1/directory',
    ]);
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ token: 't' });
    expect(asked.slice(1).map(({ auth }) => auth)).toEqual(Array(3).fill('Bearer secret-key'));
    expect(asked[3]?.match).toBe('"7"');
    expect(JSON.parse(asked[2]?.body ?? '')).toMatchObject({
      v: 1,
      messages: [{ id: 'relink:a.1' }],
    });
  });

  it('takes an answer that is not of its schema, or cut, for none', async () => {
    const { port } = http.address() as AddressInfo;
    const { createServerClient } = await import('../../../gateway/link/server-client.ts');
    const client = createServerClient(`http://127.0.0.1:${port}`);
    answerWith = () => ({ status: 200, body: { accepted: 'all' } });
    expect(await client.post('k', [message('a', 1).message], 1_000)).toEqual({
      ok: false,
      status: 0,
    });
    expect(await client.claim('t', 'g')).toEqual({ ok: false, status: 0 });
    expect(await client.directory('k', null)).toEqual({ ok: false, status: 0 });
    answerWith = () => ({ status: 403, body: {} });
    expect(await client.post('k', [message('a', 1).message], 1_000)).toEqual({
      ok: false,
      status: 403,
    });
  });
});
