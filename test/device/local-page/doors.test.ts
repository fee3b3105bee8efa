import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { attemptLimits } from '../../../device/attempts.ts';
import { closesAfterMs, FrameMemory } from '../../../device/code/frame-memory.ts';
import type { Door } from '../../../device/local-page/doors.ts';
import { sessionLimits } from '../../../device/local-page/sessions.ts';
import type { UnitView } from '../../../device/local-page/unit-view.ts';
import { maskCode } from '../../../device/screen/mask.ts';
import { type Bitmap, blankBitmap } from '../../../hardware/bitmap.ts';
import { encodePng } from '../../../hardware/open.ts';
import { facts, makeCode, makePage, testPin } from '../support/local-view.ts';
import { breathe, startMs } from '../support/world.ts';

const apps: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

const host = '192.168.8.2:8190';

/** A browser at one door. */
async function browser(changes: Partial<UnitView> = {}, door: Door = 'service') {
  const made = makePage(changes);
  const app = await made.page.build('192.168.8.2', door);
  apps.push(app);
  let cookie = '';
  const headers = { host, accept: 'text/html' };
  const get = (url: string) => app.inject({ url, headers: { ...headers, cookie } });
  const post = (url: string, fields: Record<string, string>, more: Record<string, string> = {}) =>
    app.inject({
      ...{ method: 'POST', url, payload: new URLSearchParams(fields).toString() },
      headers: {
        ...{ ...headers, cookie, 'content-type': 'application/x-www-form-urlencoded' },
        ...more,
      },
    });
  const enter = async (pin = testPin) => {
    const answer = await post('/pin', { pin });
    const set = String(answer.headers['set-cookie'] ?? '');
    if (set !== '') cookie = set.split(';')[0] ?? '';
    return answer;
  };
  const csrf = async () =>
    /name="csrf" value="([^"]+)"/.exec((await get('/crew')).body)?.[1] ?? 'none';
  return { ...made, app, get, post, enter, csrf };
}

const guarded = ['/', '/state.json', '/screen.png', '/healthz', '/frames', '/frames/1.png'];
const pages = ['/parts', '/queue', '/log', '/test', '/crew'];

describe('the service port', () => {
  it('shows nothing but the question for the PIN to whoever has not given it', async () => {
    const { get, app } = await browser();
    for (const url of [...guarded, ...pages, '/nothing', '/screen', '/bench/x']) {
      const answer = await get(url);
      expect([url, answer.statusCode, answer.headers.location]).toEqual([url, 303, '/pin']);
      const program = await app.inject({ url, headers: { host } });
      expect([url, program.statusCode]).toEqual([url, 401]);
    }
    expect((await get('/pin')).body).toContain('输入本机 PIN');
  });

  it('opens every page with the PIN, until its time is over or somebody leaves', async () => {
    const { get, post, enter, csrf, world } = await browser();
    const entered = await enter();
    expect(entered.headers['set-cookie']).toMatch(/HttpOnly; SameSite=Strict/);
    for (const url of ['/', ...pages, '/frames']) expect((await get(url)).statusCode).toBe(200);
    await post('/pin/leave', { csrf: await csrf() });
    expect((await get('/')).statusCode).toBe(303);
    await enter();
    await world.clock.advance(sessionLimits.lifeMs - 1);
    expect((await get('/')).statusCode).toBe(200);
    await world.clock.advance(1);
    expect((await get('/')).statusCode).toBe(303);
  });

  it('locks out after wrong tries, for longer each time, and tells for how long', async () => {
    const { enter, get, world } = await browser();
    const lock = async () => {
      for (let n = 0; n < attemptLimits.wrongMax; n += 1) {
        expect((await enter('00000000')).statusCode).toBe(403);
      }
      expect((await enter()).statusCode).toBe(429);
    };
    await lock();
    expect((await get('/pin')).body).toContain('请 60 秒后再试');
    await world.clock.advance(attemptLimits.lockMsMin);
    await lock();
    await world.clock.advance(attemptLimits.lockMsMin);
    expect((await enter()).statusCode).toBe(429);
    await world.clock.advance(attemptLimits.lockMsMin);
    expect((await enter()).statusCode).toBe(303);
  });

  it('takes no act without the session’s own form, nor from another page of the browser', async () => {
    const done: string[] = [];
    const actions: UnitView['actions'] = {
      nextCode: () => void done.push('next-code'),
      blink: () => done.push('blink') > 0,
      board: async (badge) => (done.push(`board ${badge}`) > 0 ? 'wrong-pin' : null),
      leave: async () => null,
    };
    const { post, enter, csrf } = await browser({ actions });
    const acts = ['/act/next-code', '/act/blink', '/test', '/crew', '/pin/leave'];
    for (const url of acts) expect((await post(url, { csrf: 'x' })).statusCode).toBe(401);
    await enter();
    for (const url of acts) expect((await post(url, {})).statusCode).toBe(403);
    for (const url of acts) expect((await post(url, { csrf: 'x' })).statusCode).toBe(403);
    const own = { csrf: await csrf() };
    const foreign = [{ 'sec-fetch-site': 'cross-site' }, { origin: 'http://evil.example' }];
    for (const headers of foreign) {
      expect((await post('/act/blink', own, headers)).statusCode).toBe(403);
      expect((await post('/pin', { pin: testPin }, headers)).statusCode).toBe(403);
    }
    expect(done).toEqual([]);
    await post('/act/next-code', own);
    expect((await post('/act/blink', own, { origin: `http://${host}` })).headers.location).toBe(
      '/?said=blink',
    );
    const board = await post('/crew', { ...own, act: 'board', badge: 'A1', pin: '1' });
    expect(board.headers.location).toBe('/crew?said=wrong-pin');
    expect((await post('/crew', { ...own, act: 'dance' })).statusCode).toBe(400);
    expect(done).toEqual(['next-code', 'blink', 'board A1']);
  });

  it('answers addresses only: no name of the web that somebody points at it', async () => {
    const { app } = await browser();
    for (const [name, status] of [
      ['192.168.8.2', 303],
      ['10.1.1.1:8190', 303],
      ['[fe80::1]:8190', 303],
      ['rebound.example.com', 403],
    ] as const) {
      const answer = await app.inject({ url: '/', headers: { host: name, accept: 'text/html' } });
      expect([name, answer.statusCode]).toEqual([name, status]);
    }
  });

  it('masks the glass and says neither link nor words: nobody redeems over a cable', async () => {
    const glass = speckled();
    const { get, enter } = await browser({ glass: () => glass });
    await enter();
    const shown = await get('/screen.png');
    expect(shown.rawPayload.equals(Buffer.from(await encodePng(maskCode(glass))))).toBe(true);
    expect((await get('/state.json')).json()).toMatchObject({
      ...{ url: null, match: null, matchWords: null, issuedAt: startMs / 1000 },
    });
    expect((await get('/')).body).not.toContain('白云 蓝天');
  });
});

/** An e-ink picture in which every byte of the code's square counts. */
function speckled(): Bitmap {
  const picture = blankBitmap('mono1', 800, 480);
  picture.data.fill(0xa7);
  return picture;
}

describe('the last frames', () => {
  it('show their code only once its window has closed', async () => {
    const frames = new FrameMemory();
    const code = makeCode();
    const picture = speckled();
    frames.keep(code, picture, 'full');
    picture.data.fill(0);
    const closedMs = code.validUntilMs + closesAfterMs;
    const at = async (nowMs: number | null) =>
      Buffer.from((await frames.picture(code.issuedAt, nowMs))?.data ?? []);
    const [whole, masked] = [speckled(), maskCode(speckled())];
    expect((await at(closedMs)).equals(Buffer.from(masked.data))).toBe(true);
    expect((await at(null)).equals(Buffer.from(masked.data))).toBe(true);
    expect((await at(closedMs + 1)).equals(Buffer.from(whole.data))).toBe(true);
    expect(frames.lines(closedMs)).toMatchObject([{ isMasked: true, mode: 'full' }]);
    expect(await frames.picture(1, closedMs)).toBe(null);
  });

  it('leave nothing of the code under the mask, at any place or shape of panel', () => {
    for (const [width, height, format] of [
      [800, 480, 'mono1'],
      [1024, 600, 'rgb24'],
      [333, 77, 'rgb24'],
    ] as const) {
      const [dark, light] = [
        blankBitmap(format, width, height),
        blankBitmap(format, width, height),
      ];
      dark.data.fill(0xff);
      light.data.fill(0);
      const at = (picture: Bitmap, x: number, y: number) =>
        format === 'mono1'
          ? ((picture.data[y * picture.strideBytes + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1
          : picture.data[y * picture.strideBytes + x * 3];
      const [one, other] = [maskCode(dark), maskCode(light)];
      for (let x = width - 60; x < width; x += 7) expect(at(one, x, 40)).toBe(at(other, x, 40));
      // The first match word of the e-ink layout.
      if (height === 480) expect(at(one, 30, 220)).toBe(at(other, 30, 220));
    }
  });
});

describe('the page at the machine itself', () => {
  it('needs the PIN for acts and for everything beside the four open addresses', async () => {
    const { get, app } = await browser({}, 'loopback');
    for (const url of guarded.slice(0, 4)) expect((await get(url)).statusCode).toBe(200);
    for (const url of pages) expect((await get(url)).statusCode).toBe(303);
    const answer = await app.inject({ method: 'POST', url: '/act/next-code', headers: { host } });
    expect(answer.statusCode).toBe(401);
  });

  it('says what is wrong and what to do about it, and what the dispatcher says', async () => {
    const { get } = await browser(
      {
        facts: () => ({ ...facts, training: true, link: 'offline', gnss: 'silent' }),
        fault: () => 'temperature',
        trainingUntilMs: () => startMs,
        crewText: () => ({ text: '请<回>大队', untilMs: startMs + 1 }),
        roster: () => ({ version: 1, people: 2 }),
      },
      'loopback',
    );
    const { body } = await get('/');
    for (const text of [
      '屏幕超出温度范围。开暖风或遮阳',
      '定位接收机无数据。',
      '没有连上网关',
      '车上没有人签到。',
      '演练，不计入评价 （至 03-01 16:00:00）',
      '请&lt;回&gt;大队',
    ]) {
      expect(body).toContain(text);
    }
    expect((await (await browser({}, 'loopback')).get('/')).body).toContain('一切正常。');
  });

  it('shows log, queue, parts and the run of a self-test to whoever has the PIN', async () => {
    const { get, enter, post, csrf, view, world } = await browser(
      {
        queue: async () => ({
          kinds: [{ kind: 'gap', waiting: 2, refused: 0, rows: 3, bytes: 99 }],
          oldestMs: startMs,
        }),
        aboard: () => [{ personId: 'p', name: '示例甲', sinceMs: startMs, isTrusted: true }],
      },
      'loopback',
    );
    view.log.over(world.env.log).warn({ pin: '20260301', path: '/dev/ttyUSB0' }, 'no <answer>');
    await enter();
    const log = (await get('/log?least=warn')).body;
    expect(log).toContain('no &lt;answer&gt;');
    expect(log).toContain('/dev/ttyUSB0');
    expect(log).not.toContain('20260301');
    expect((await get('/log?least=error')).body).toContain('没有这样的行');
    expect((await get('/queue')).body).toMatch(
      /缺口[\s\S]*03-01 16:00:00|03-01 16:00:00[\s\S]*缺口/,
    );
    expect((await get('/parts')).body).toContain('900 MB');
    expect((await get('/crew')).body).toContain('示例甲');
    expect((await get('/test')).body).toContain('还没有做过');
    await post('/test', { csrf: await csrf() });
    await breathe();
    expect((await get('/test')).statusCode).toBe(200);
  });
});
