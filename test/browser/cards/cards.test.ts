import { mkdirSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedIn } from '../../server/access/desk-rig.ts';
import { openRig, type Rig } from '../../server/rig.ts';
import { launchChromium } from '../chromium.ts';

const auditScript = readFileSync(new URL('../audit-page.js', import.meta.url), 'utf8')
  .replace(/^\/\*[\s\S]*?\*\//, '')
  .replace(/;\s*$/, '');
const axeScript = readFileSync(
  new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);
const artefacts = new URL('../../artefacts/cards/', import.meta.url).pathname;
const limits = JSON.stringify({ contrastMin: 4.5, targetPxMin: 44 });
const wellMade = { faint: [], small: [], overflowPx: 0 };

const isLong = process.env.XINLU_LONG === '1';
const allLooks = [
  { name: 'phone-zh', width: 360, locale: 'zh-CN', colorScheme: 'light' },
  { name: 'phone-en-night', width: 360, locale: 'en-GB', colorScheme: 'dark' },
  { name: 'wide-zh', width: 1280, locale: 'zh-CN', colorScheme: 'light' },
  { name: 'wide-en', width: 1280, locale: 'en-GB', colorScheme: 'light' },
] as const;
/** A phone and a screen, one in each language; the others in the long run. */
const looks = allLooks.filter(({ name }) => isLong || name === 'phone-zh' || name === 'wide-en');

let browser: Browser;
let rig: Rig;
let cookie: string;
beforeAll(async () => {
  mkdirSync(artefacts, { recursive: true });
  browser = await launchChromium();
  rig = await openRig();
  const clerk = await signedIn(rig, [
    { role: 'credit-clerk', organisationId: 'org-demo-brigade' },
    { role: 'technician', organisationId: 'org-demo-rescue' },
  ]);
  cookie = clerk.cookies.get('xinlu_session') ?? '';
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await rig?.close();
});

/** Kept as a picture, readable, within reach, no serious fault of axe. */
async function lookAt(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${artefacts}${name}.png`, fullPage: true });
  expect(await page.evaluate(`(${auditScript})(${limits})`), name).toEqual(wellMade);
  await page.evaluate(axeScript);
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  const serious = found.violations.filter(({ impact }) => /serious|critical/.test(impact));
  expect(serious.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
}

async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    const isThere = `document.activeElement?.matches(${JSON.stringify(selector)}) === true`;
    if (await page.evaluate(isThere)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}

async function press(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector);
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

describe('cards at the desk', () => {
  it('are printed and revoked by keyboard alone, on a phone and on a screen', async () => {
    const { url } = await rig.server.start();
    for (const { name, width, locale, colorScheme } of looks) {
      const viewport = { width, height: 800 };
      const context = await browser.newContext({ viewport, locale, colorScheme });
      await context.addCookies([{ name: 'xinlu_session', value: cookie, url }]);
      const page = await context.newPage();
      await page.goto(`${url}/cards`);
      await lookAt(page, `1-places-${name}`);
      await press(page, 'a[href="/organisations/org-demo-brigade/cards"]');
      await lookAt(page, `2-cards-${name}`);
      await tabTo(page, 'input[value="person:per-demo-officer-1"]');
      await page.keyboard.press('Space');
      await tabTo(page, 'input[name=reason]');
      await page.keyboard.insertText('新发');
      await press(page, 'button.strong');
      await lookAt(page, `3-sheet-${name}`);
      await tabTo(page, '.card-print summary');
      await page.keyboard.press('Enter');
      await tabTo(page, '.card-print input[name=reason]');
      await page.keyboard.insertText('遗失');
      await press(page, '.card-print .button.warn');
      expect(await page.locator('.notice.done').count()).toBe(1);
      await lookAt(page, `4-revoked-${name}`);
      rig.clock.ms += 60_000;
      await context.close();
    }
  }, 120_000);
});
