import { afterEach, describe, expect, it } from 'vitest';
import type { MintedCode } from '../../../device/code/minter.ts';
import type { ScreenFacts } from '../../../device/code/screen-facts.ts';
import type { UnitView } from '../../../device/local-page/unit-view.ts';
import { type Bitmap, blankBitmap } from '../../../hardware/bitmap.ts';
import { matchText } from '../../../protocols/scan-code/match.ts';
import { facts, makeCode, makePage } from '../support/local-view.ts';
import { startMs } from '../support/world.ts';

const apps: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

const issuedAt = startMs / 1000;

interface Changes extends Partial<Omit<UnitView, 'facts' | 'code' | 'nowMs' | 'glass' | 'fault'>> {
  readonly facts?: Partial<ScreenFacts>;
  readonly code?: MintedCode | null;
  readonly nowMs?: number | null;
  readonly glass?: Bitmap | null;
  readonly fault?: string;
}

async function page(changes: Changes = {}) {
  const { facts: changed, code: given, nowMs, glass, fault, ...rest } = changes;
  const code = given === undefined ? makeCode() : given;
  const { page: local } = makePage({
    ...rest,
    facts: () => ({ ...facts, ...changed }),
    code: () => code,
    notice: () => (code === null ? 'no-time' : null),
    fault: () => fault ?? null,
    glass: () => (glass === undefined ? blankBitmap('mono1', 80, 48) : glass),
    nowMs: () => (nowMs === undefined ? startMs + 5_000 : nowMs),
  });
  const app = await local.build('127.0.0.1', 'loopback');
  apps.push(app);
  const get = (url: string, host = '127.0.0.1:8090') => app.inject({ url, headers: { host } });
  return { get, code };
}

describe('the local page', () => {
  it('says which words belong to the opening the screen answers', async () => {
    const { get } = await page({ echo: () => ({ atMs: startMs, match: [3, 4, 0] }) });
    const said = matchText([3, 4, 0]);
    expect((await get('/state.json')).json()).toMatchObject({
      echo: { atMs: startMs, match: [3, 4, 0], matchWords: said },
    });
    expect((await get('/')).body).toContain(`${said} · 16:00:00`);
    const { get: quiet } = await page();
    expect((await quiet('/state.json')).json()).toMatchObject({ echo: null });
  });

  it('gives exactly the picture on the glass, never from a cache', async () => {
    const { get } = await page();
    const answer = await get('/screen.png');
    expect(answer.headers['content-type']).toBe('image/png');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.rawPayload.subarray(1, 4).toString()).toBe('PNG');
    expect([answer.rawPayload.readUInt32BE(16), answer.rawPayload.readUInt32BE(20)]).toEqual([
      80, 48,
    ]);
    expect((await (await page({ glass: null })).get('/screen.png')).statusCode).toBe(503);
  });

  it('tells its state in the agreed words, and no more', async () => {
    const { get, code } = await page();
    expect((await get('/state.json')).json()).toEqual({
      serial: 'XL-TEST-0001',
      unitId: 7,
      kind: 0,
      url: code?.link,
      issuedAt,
      match: [0, 1, 2],
      matchWords: '白云 蓝天 三角',
      echo: null,
      duty: 1,
      link: 'online',
      gnss: 'fix',
    });
  });

  it('adds the truth of a simulated unit at the moment its fix was true', async () => {
    const asked: number[] = [];
    const truth = (atMs: number) => {
      asked.push(atMs);
      return { lat: 1, lon: 2 };
    };
    const { get } = await page({ truth });
    expect((await get('/state.json')).json()).toMatchObject({ truth: { lat: 1, lon: 2 } });
    expect(asked).toEqual([startMs - 2_000]);
  });

  it('is well only with an unexpired code on the glass', async () => {
    const cases: readonly (readonly [Changes, string[]])[] = [
      [{}, []],
      [{ facts: { identity: null }, code: null }, ['not-enrolled', 'no-code']],
      [{ nowMs: null, code: null }, ['no-time', 'no-code']],
      [{ nowMs: startMs + 30_001 }, ['code-expired']],
      [{ glass: null }, ['no-code']],
      [{ fault: 'frame-undecodable' }, ['display-fault']],
      [{ facts: { suspended: true } }, ['suspended']],
    ];
    for (const [changes, reasons] of cases) {
      const answer = await (await page(changes)).get('/healthz');
      expect(answer.statusCode).toBe(reasons.length === 0 ? 200 : 503);
      expect(answer.json()).toEqual(reasons.length === 0 ? { ok: true } : { ok: false, reasons });
    }
  });

  it('says how the unit is in plain words, Chinese first', async () => {
    const body = (await (await page()).get('/')).body;
    expect(body).toContain('有效，剩余 25 秒');
    expect(body).toContain('Valid code, 25 s left');
    expect(body).toContain('白云 蓝天 三角');
    expect(body).toContain('示例&lt;清障&gt;救援有限公司');
    const waiting = (await (await page({ code: null, nowMs: null })).get('/')).body;
    expect(waiting).toContain('时间未校准，暂不出码');
  });

  it('answers a browser on this machine only by a name of this machine', async () => {
    const { get } = await page();
    for (const host of ['localhost:8090', '127.0.0.1', '[::1]:8090']) {
      expect((await get('/state.json', host)).statusCode).toBe(200);
    }
    expect((await get('/state.json', 'rebound.example.com:8090')).statusCode).toBe(403);
    expect((await get('/', 'evil.localhost.example')).statusCode).toBe(403);
  });

  it('lets no script or style in from elsewhere', async () => {
    const { get } = await page();
    const answer = await get('/');
    expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
    expect(answer.body).not.toMatch(/<script>|style="|https?:\/\//);
  });

  it('brings its own Chinese font for a browser that has none', async () => {
    const { get } = await page();
    const css = (await get('/unit.css')).body;
    expect(css).toContain('url("/medium.ttf")');
    const font = await get('/medium.ttf');
    expect(font.headers['content-type']).toBe('font/ttf');
    expect(font.rawPayload.length).toBeGreaterThan(1_000_000);
  });

  it('names the setting when its port is taken', async () => {
    const { page: first } = makePage();
    const at = { door: 'loopback', host: '127.0.0.1' } as const;
    const [url = ''] = await first.start([{ ...at, port: 0 }]);
    apps.push({ close: () => first.stop() });
    const port = Number(new URL(url).port);
    for (const [door, setting] of [
      ['loopback', 'device.localPort'],
      ['service', 'device.servicePort'],
    ] as const) {
      await expect(makePage().page.start([{ ...at, door, port }])).rejects.toMatchObject({
        code: 'port-taken',
        message: expect.stringContaining(setting),
      });
    }
  });
});
