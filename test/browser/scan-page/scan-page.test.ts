import { mkdirSync, readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanReport } from '../../../protocols/http/link-bodies.ts';
import { deliver, openRig, patrolReportOf, type Rig, reportOf } from '../../server/rig.ts';
import { launchChromium } from '../chromium.ts';

const auditScript = readFileSync(new URL('../audit-page.js', import.meta.url), 'utf8')
  .replace(/^\/\*[\s\S]*?\*\//, '')
  .replace(/;\s*$/, '');
const artefacts = new URL('../../artefacts/scan-page/', import.meta.url).pathname;
/** Contrast that text needs against what is behind it. */
const contrastMin = 4.5;
/** Side of the smallest thing to tap, in CSS pixels. */
const targetPxMin = 44;

let rig: Rig;
let browser: Browser;
let url: string;

beforeAll(async () => {
  mkdirSync(artefacts, { recursive: true });
  rig = await openRig();
  ({ url } = await rig.server.start());
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await rig?.close();
});

interface Look {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly locale: 'zh-CN' | 'en-GB';
  readonly script: boolean;
  readonly night: boolean;
}

const looks: readonly Look[] = [
  { name: 'phone-zh', width: 360, height: 780, locale: 'zh-CN', script: false, night: false },
  { name: 'phone-zh-night', width: 360, height: 780, locale: 'zh-CN', script: true, night: true },
  { name: 'phone-en', width: 360, height: 780, locale: 'en-GB', script: true, night: false },
  { name: 'wide-zh', width: 1280, height: 800, locale: 'zh-CN', script: true, night: false },
  { name: 'wide-en-night', width: 1280, height: 800, locale: 'en-GB', script: false, night: true },
];

function contextOf(look: Look): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: look.width, height: look.height },
    locale: look.locale,
    javaScriptEnabled: look.script,
    colorScheme: look.night ? 'dark' : 'light',
    deviceScaleFactor: look.width < 500 ? 1.5 : 1,
  });
}

async function opened(look: Look, report: ScanReport): Promise<Page> {
  await deliver(rig, report);
  const page = await (await contextOf(look)).newPage();
  await page.goto(`${url}/v/${report.scanId}`);
  return page;
}

/** Keeps a picture to look at. A browser short of memory may fail to take one: it is no claim. */
async function shoot(page: Page, name: string): Promise<void> {
  const picture = { path: `${artefacts}${name}.png`, fullPage: true };
  await page.screenshot(picture).catch(() => page.screenshot(picture));
}

/** What is wrong with a page for eyes and fingers; all empty is well. */
async function audit(page: Page): Promise<unknown> {
  const limits = JSON.stringify({ contrastMin, targetPxMin });
  return page.evaluate(`(${auditScript})(${limits})`);
}
const wellMade = { faint: [], small: [], overflowPx: 0 };

/** The printed code on the tow truck's door. */
function printedPlateOf(name: string): ScanReport {
  const base = reportOf(name, { verdict: 'static', ttlS: null, match: null, incident: null });
  return {
    ...base,
    unit: { ...base.unit, kind: 3, unitId: 1001, vehicleId: null },
    position: null,
    signedPosition: null,
    place: null,
  };
}

const pages: readonly (readonly [name: string, report: (name: string) => ScanReport])[] = [
  ['present', (name) => reportOf(name)],
  ['patrol', (name) => patrolReportOf(name)],
  ['rescan', (name) => reportOf(name, { verdict: 'replayed', candidate: false })],
  ['stale', (name) => reportOf(name, { verdict: 'stale', lateS: 5400 })],
  ['early', (name) => reportOf(name, { verdict: 'early', earlyS: 300 })],
  ['revoked', (name) => reportOf(name, { verdict: 'revoked', candidate: false })],
  ['static', (name) => printedPlateOf(name)],
  ['offline', (name) => reportOf(name, { offlineIssued: true })],
];

describe.each(looks)('the page of a scan on $name', (look) => {
  it.each(pages)('of kind %s fits, can be read and tapped', async (kind, reportFor) => {
    const page = await opened(look, reportFor(`${look.name}-${kind}`));
    await shoot(page, `${kind}-${look.name}`);
    for (const fold of await page.locator('summary').all()) await fold.click();
    if (kind === 'present' || kind === 'patrol') await shoot(page, `${kind}-${look.name}-unfolded`);
    expect(await audit(page)).toEqual(wellMade);
    await page.context().close();
  });

  it('takes the answer about the words and a rating, and shows both again', async () => {
    const report = reportOf(`${look.name}-rate`);
    const page = await opened(look, report);
    await page.locator('button[value=same]').click();
    await page.locator('#match .done').waitFor();
    await page.locator('input[name=level][value="80"]').check();
    await page.locator('textarea[name=words]').fill('来得快，价格讲得清楚。');
    await page.locator('#rating button').click();
    await page.locator('#rating .score').waitFor();
    expect(await page.locator('#rating .score').textContent()).toContain('80');
    expect(await page.locator('#rating blockquote').textContent()).toBe('来得快，价格讲得清楚。');
    await shoot(page, `rated-${look.name}`);
    await page.context().close();
  });
});

describe('the page of a scan in a browser', () => {
  const look = looks[1] as Look;

  it('marks the opening as seen by its style and loads nothing else', async () => {
    const report = reportOf('browser-seen');
    await deliver(rig, report);
    const page = await (await contextOf(look)).newPage();
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url().replace(url, '')));
    await page.goto(`${url}/v/${report.scanId}`);
    expect(loaded).toEqual([`/v/${report.scanId}`, `/v/${report.scanId}/seen.css`]);
    const seen = await rig.server.store.get<{ at: number | null }>(
      'SELECT seen_at_ms AS at FROM scans WHERE scan_id = ?',
      [report.scanId],
    );
    expect(seen?.at).toBe(rig.clock.ms);
    await page.context().close();
  });

  it('a forwarded link opens for reading only in another browser', async () => {
    const report = reportOf('browser-forwarded');
    const first = await opened(look, report);
    const second = await (await contextOf(look)).newPage();
    await second.goto(`${url}/v/${report.scanId}`);
    expect(await second.locator('h1').textContent()).toBe('这是转发的页面，只能查看');
    expect(await second.locator('form').count()).toBe(0);
    await shoot(second, 'view-only-phone-zh-night');
    await first.reload();
    expect(await first.locator('#rating form').count()).toBe(1);
    await first.context().close();
    await second.context().close();
  });

  it('the answer 不一致 thanks, names the place and says what to do', async () => {
    const page = await opened(look, reportOf('browser-different'));
    await page.locator('button[value=different]').click();
    const alarm = page.locator('#match .alarm');
    await alarm.waitFor();
    expect(await alarm.textContent()).toContain('G4 K234+567 石家庄方向');
    await shoot(page, 'different-phone-zh-night');
    await page.context().close();
  });

  it('the start page and the page of an unknown scan can be read and tapped', async () => {
    const page = await (await contextOf(look)).newPage();
    for (const [path, name] of [
      ['/', 'start'],
      [`/v/${'0'.repeat(32)}`, 'not-found'],
    ] as const) {
      await page.goto(`${url}${path}`);
      await shoot(page, `${name}-phone-zh-night`);
      expect(await audit(page)).toEqual(wellMade);
    }
    await page.context().close();
  });
});
