import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodingOf } from '../../../server/web/http/compress.ts';
import { chooseLanguage } from '../../../server/web/http/language.ts';
import { scanMessages } from '../../../server/web/scan/messages.ts';
import { sharedMessages } from '../../../server/web/shared/messages.ts';
import { deliver, openRig, Phone, patrolReportOf, type Rig, reportOf } from '../rig.ts';

/** Page and style together, as they travel. */
const compressedBytesMax = 30 * 1024;

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

describe('message tables', () => {
  it.each([
    ['scan', scanMessages],
    ['shared', sharedMessages],
  ] as const)('of %s have the same keys and values in both languages', (_name, table) => {
    const chinese: Record<string, string> = table['zh-CN'];
    const english: Record<string, string> = table.en;
    expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort());
    const marks = (text: string | undefined) => (text?.match(/\{\w+\}/g) ?? []).sort();
    for (const [key, text] of Object.entries(chinese)) {
      expect(marks(english[key]), key).toEqual(marks(text));
      const mayBeEmpty = key === 'matchLanguageNote';
      if (!mayBeEmpty) expect(text, key).toMatch(/[\u4e00-\u9fff]|English|^\{|Read this/);
      expect(english[key], key).not.toBe('');
    }
  });

  it('never speak of police: this is road administration', () => {
    const all = [scanMessages, sharedMessages].flatMap((table) => [
      ...Object.values(table.en),
      ...Object.values(table['zh-CN']),
    ]);
    for (const text of all) expect(text).not.toMatch(/police|警察|交警/i);
  });
});

describe('bytes on the line', () => {
  it.each([
    ['tow truck', reportOf('size-tow')],
    ['patrol car', patrolReportOf('size-patrol')],
  ])(
    'page and style of a %s stay within 30 KB compressed, in both languages',
    async (_n, report) => {
      await deliver(rig, report);
      const phone = new Phone(rig, { 'accept-encoding': 'gzip' });
      for (const lang of ['zh-CN', 'en']) {
        const page = await phone.get(`/v/${report.scanId}?lang=${lang}`);
        const style = await phone.get(`/v/${report.scanId}/seen.css`);
        expect(page.headers['content-encoding']).toBe('gzip');
        expect(style.headers['content-encoding']).toBe('gzip');
        const bytes = page.rawPayload.length + style.rawPayload.length;
        expect(bytes).toBeGreaterThan(2000);
        expect(bytes).toBeLessThanOrEqual(compressedBytesMax);
        expect(gunzipSync(page.rawPayload).toString()).toContain('data-verdict="fresh"');
      }
    },
  );

  it('speaks brotli, gzip, or plain, as the client says', async () => {
    const report = reportOf('encodings');
    await deliver(rig, report);
    const bodyFor = async (accept: string) =>
      new Phone(rig, { 'accept-encoding': accept }).get(`/v/${report.scanId}`);
    const brotli = await bodyFor('gzip, deflate, br');
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.rawPayload).toString()).toContain('</html>');
    const plain = await bodyFor('br;q=0, identity');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body).toContain('</html>');
    expect(encodingOf('gzip;q=0.5, br;q=0.0')).toBe('gzip');
    expect(encodingOf(undefined)).toBeNull();
  });
});

describe('headers of every page', () => {
  it.each(['/', '/nowhere', '/bench/enrol/r1', '/assets/base.css', `/v/${'a'.repeat(32)}`])(
    '%s allows no script, no frame, nothing from elsewhere, and sends no referrer',
    async (url) => {
      const { headers } = await new Phone(rig).get(url);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|script-src|https?:|\*/);
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['x-content-type-options']).toBe('nosniff');
    },
  );

  it('a page of a scan has no inline style, no script and no address elsewhere', async () => {
    const report = reportOf('clean');
    await deliver(rig, report);
    const page = await new Phone(rig).open(report.scanId);
    expect(page.html).not.toMatch(/<script|<style|\sstyle=|\son\w+=|https?:\/\//i);
    expect(page.html.match(/src="[^"]*"/g)).toEqual([
      expect.stringMatching(/^src="\/d\/rescue-procedure\/qr\.png\?/),
      expect.stringMatching(/^src="\/d\/fees\/qr\.png\?/),
    ]);
    expect(page.response.headers['cache-control']).toBe('no-store');
  });

  it('what a gateway sends cannot become markup', async () => {
    const base = reportOf('markup');
    const evil = '"><script>alert(1)</script>';
    await deliver(rig, {
      ...base,
      place: base.place && { ...base.place, section: evil, directionText: evil },
      incident: base.incident && { ...base.incident, summary: evil, stage: evil },
    });
    const page = await new Phone(rig).open(base.scanId);
    expect(page.html).toContain('&#34;&#62;&#60;script');
    expect(page.html).not.toContain('<script');
  });
});

describe('the pages around', () => {
  it('the start page says what this is and that the data is a sample', async () => {
    const page = await new Phone(rig).get('/');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('知道来的是谁');
    expect(page.body).toContain('示例');
    const real = await openRig({ sampleData: false });
    expect((await new Phone(real).get('/')).body).not.toContain('示例');
    await real.close();
  });

  it('nothing there is a 404 page, a broken form a 400 page, in the language of the reader', async () => {
    const english = new Phone(rig, { 'accept-language': 'en' });
    const missing = await english.get('/no/such/page');
    expect(missing.statusCode).toBe(404);
    expect(missing.body).toContain('There is no such page');
    const broken = await rig.server.app.inject({
      method: 'POST',
      url: `/v/${'a'.repeat(32)}/rating`,
      headers: { 'content-type': 'application/json' },
      payload: '{',
    });
    expect(broken.statusCode).toBe(400);
    expect(broken.body).toContain('这个请求无法处理');
  });

  it('a failure is a calm 500 page without a word of its cause', async () => {
    const broken = await openRig();
    await broken.server.store.write((tx) => tx.run('ALTER TABLE scans RENAME TO gone'));
    const page = await new Phone(broken).get(`/v/${'a'.repeat(32)}`);
    expect(page.statusCode).toBe(500);
    expect(page.body).toContain('服务暂时出错');
    expect(page.body).not.toMatch(/SQLITE|scans|at \w+ \(/);
    await broken.close();
  });

  it('healthz is ok while the store answers, and says so when it does not', async () => {
    const health = await rig.server.app.inject({ url: '/healthz' });
    expect(health.json()).toEqual({ ok: true });
    const broken = await openRig();
    await broken.server.store.write((tx) => tx.run('DROP TABLE directory_state'));
    const failed = await broken.server.app.inject({ url: '/healthz' });
    expect(failed.statusCode).toBe(503);
    expect(failed.json()).toEqual({ ok: false, reasons: ['store'] });
    await broken.close();
  });

  it('chooses the language by the tap, then by the browser, then zh-CN', () => {
    expect(chooseLanguage('en', 'zh-CN')).toBe('en');
    expect(chooseLanguage('zh-CN', 'en')).toBe('zh-CN');
    expect(chooseLanguage(['en'], undefined)).toBe('zh-CN');
    expect(chooseLanguage(undefined, 'de, en;q=0.4, zh-TW;q=0.6')).toBe('zh-CN');
    expect(chooseLanguage(undefined, 'en;q=0')).toBe('zh-CN');
    expect(chooseLanguage('xx', 'en-US')).toBe('en');
  });
});
