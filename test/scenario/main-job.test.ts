import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distanceM } from '../../protocols/geo/geo.ts';
import { launchChromium } from '../browser/chromium.ts';
import { until } from '../support/child.ts';
import { Phone } from './demo/phone.ts';
import { DemoRig, readQr } from './demo/rig.ts';

const startMs = 300_000;
const patienceMs = 60_000;
const positionErrorMMax = 30;
/** Candidates are openings within this of the moment the first page was seen, in ms. */
const candidacyMs = 10_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const rig = new DemoRig();
beforeAll(() => rig.start(), startMs);
afterAll(() => rig.stop(), startMs);

describe('the main job, from the glass to the rating, between real processes', () => {
  it.each(['tow', 'patrol', 'kiosk'] as const)(
    'the code on the %s opens a page of the same unit, words and place',
    async (unit) => {
      const { url, state } = await rig.freshCode(unit);
      const phone = new Phone();
      expect(await phone.open(url)).toStrictEqual([303, 200]);
      expect(phone.data('verdict')).toBe('fresh');
      expect(phone.data('unit-id')).toBe(String(state.unitId));
      expect(phone.data('issued-at')).toBe(String(state.issuedAt));
      expect(phone.data('match')).toBe(state.match.join(','));
      for (const word of state.matchWords.split(' ')) expect(phone.html).toContain(word);
      const place = { lat: Number(phone.data('lat')), lon: Number(phone.data('lon')) };
      expect(distanceM(place, state.truth)).toBeLessThan(positionErrorMMax);
    },
    patienceMs,
  );

  it(
    'the glass of the kiosk is a page whose code reads in a real browser',
    async () => {
      const browser = await launchChromium();
      try {
        const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        await page.goto(rig.localUrl('kiosk', '/screen'));
        await page.locator('#frame:not([hidden])').waitFor();
        await until('the code of the kiosk on its page', patienceMs, async () => {
          const read = await readQr(await page.screenshot());
          return read !== null && read === (await rig.state('kiosk')).url;
        });
      } finally {
        await browser.close();
      }
    },
    2 * patienceMs,
  );

  it.each(['patrol', 'tow'] as const)(
    'the %s answers the first opening with another code',
    async (unit) => {
      const { url } = await rig.freshCode(unit);
      const startedMs = performance.now();
      await new Phone().open(url);
      await until('another code', patienceMs, async () => {
        const next = await rig.state(unit);
        return next.url !== null && next.url !== url;
      });
      process.stdout.write(`${unit}: next code ${Math.round(performance.now() - startedMs)} ms\n`);
    },
    2 * patienceMs,
  );

  it(
    'one of two clients that open within the window rates, the other is told to scan again',
    async () => {
      const { url } = await rig.freshCode('kiosk');
      const phones = [new Phone(), new Phone()];
      for (const phone of phones) {
        await phone.open(url);
        expect(phone.hasRatingForm).toBe(true);
      }
      const answers = await Promise.all(phones.map((phone) => phone.rate(90, '很快')));
      expect(answers.filter((status) => status < 400)).toHaveLength(1);
      for (const phone of phones) await phone.load(phone.pageUrl);
      expect(phones.filter(({ html }) => html.includes('请重新扫描车屏'))).toHaveLength(1);
    },
    patienceMs,
  );

  it(
    'a client more than 10 s later sees who it is, and cannot rate',
    async () => {
      const { url, state } = await rig.freshCode('tow');
      const first = new Phone();
      await first.open(url);
      await first.loadStyle();
      await pause(candidacyMs + 1_000);
      const later = new Phone();
      expect(await later.open(url)).toStrictEqual([303, 200]);
      expect(later.data('verdict')).toBe('replayed');
      expect(later.data('unit-id')).toBe(String(state.unitId));
      expect(later.data('match')).toBe('');
      expect(later.html).toContain('请重新扫描车屏');
      expect(later.hasRatingForm).toBe(false);
    },
    2 * patienceMs,
  );

  it(
    'HEAD and prefetch change nothing: the code still opens fresh',
    async () => {
      const { url } = await rig.freshCode('tow');
      expect((await fetch(url, { method: 'HEAD' })).status).toBe(204);
      expect((await fetch(url, { headers: { 'sec-purpose': 'prefetch' } })).status).toBe(503);
      const phone = new Phone();
      await phone.open(url);
      expect(phone.data('verdict')).toBe('fresh');
      expect(phone.hasRatingForm).toBe(true);
    },
    patienceMs,
  );

  it(
    'after its expiry a code is stale and shows no words',
    async () => {
      const { url, state } = await rig.freshCode('patrol');
      await until('the code to expire', 3 * patienceMs, async () => {
        return Date.now() / 1000 > state.issuedAt + 30 + 30 + 1;
      });
      const phone = new Phone();
      expect(await phone.open(url)).toStrictEqual([303, 200]);
      expect(phone.data('verdict')).toBe('stale');
      expect(phone.data('match')).toBe('');
      expect(phone.hasRatingForm).toBe(false);
    },
    3 * patienceMs,
  );

  it(
    'with the server down every scan is answered, and present once when it returns',
    async () => {
      const codes: string[] = [];
      await rig.demo.server.stop();
      const downSinceMs = Date.now();
      for (let scans = 0; scans < 10; scans += 1) {
        const { url } = await rig.freshCode(scans % 2 === 0 ? 'patrol' : 'kiosk');
        const answer = await fetch(url, { redirect: 'manual' });
        const page = await answer.text();
        expect(answer.status).toBe(200);
        codes.push(/\/v\/([0-9a-f]{32})/.exec(page)?.[1] ?? '');
      }
      await pause(Math.max(0, 60_000 - (Date.now() - downSinceMs)));
      await rig.demo.server.start();
      expect(new Set(codes).size).toBe(10);
      for (const scanId of codes) {
        const pageUrl = `${rig.demo.server.ready.url}/v/${scanId}`;
        await until(`scan ${scanId} at the server`, patienceMs, async () => {
          return (await fetch(pageUrl)).status === 200;
        });
      }
    },
    8 * patienceMs,
  );

  it(
    'told to stop, every part ends by itself',
    async () => {
      await rig.demo.stop();
      expect(rig.demo.forced).toStrictEqual([]);
    },
    patienceMs,
  );
});
