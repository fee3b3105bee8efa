import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { totpAt } from '../../../server/access/totp.ts';
import { openRig, type Rig } from '../../server/rig.ts';
import { launchChromium } from '../chromium.ts';

const auditScript = readFileSync(new URL('../audit-page.js', import.meta.url), 'utf8')
  .replace(/^\/\*[\s\S]*?\*\//, '')
  .replace(/;\s*$/, '');
const axeScript = readFileSync(
  new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);
const artefacts = new URL('../../artefacts/access/', import.meta.url).pathname;
const limits = JSON.stringify({ contrastMin: 4.5, targetPxMin: 44 });
const wellMade = { faint: [], small: [], overflowPx: 0 };
const password = '示例 correct horse battery';

let browser: Browser;

beforeAll(async () => {
  mkdirSync(artefacts, { recursive: true });
  browser = await launchChromium();
}, 120_000);
afterAll(() => browser?.close());

interface Look {
  readonly name: string;
  readonly width: number;
  readonly locale: 'zh-CN' | 'en-GB';
  readonly night: boolean;
}

const looks: readonly Look[] = [
  { name: 'phone-zh', width: 360, locale: 'zh-CN', night: false },
  { name: 'phone-en-night', width: 360, locale: 'en-GB', night: true },
  { name: 'wide-zh', width: 1280, locale: 'zh-CN', night: false },
  { name: 'wide-en', width: 1280, locale: 'en-GB', night: false },
];

/** Looks at a page: kept as a picture, readable, within reach, no serious fault of axe. */
async function lookAt(page: Page, name: string, look: Look): Promise<void> {
  const picture = { path: `${artefacts}${name}-${look.name}.png`, fullPage: true };
  await page.screenshot(picture).catch(() => page.screenshot(picture));
  expect(await page.evaluate(`(${auditScript})(${limits})`), name).toEqual(wellMade);
  await page.evaluate(axeScript);
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  const serious = found.violations.filter(({ impact }) => /serious|critical/.test(impact));
  expect(
    serious.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`),
    name,
  ).toEqual([]);
}

/** Presses Tab until the element has the focus: what cannot be reached by keyboard fails. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    const isThere = await page.evaluate(
      `document.activeElement !== null && document.activeElement.matches(${JSON.stringify(selector)})`,
    );
    if (isThere) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}

async function type(page: Page, selector: string, text: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
}

async function press(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector);
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

/** An authenticator app: the key off the page, a fresh code each time. */
class Authenticator {
  readonly #secret: Buffer;
  readonly #rig: Rig;

  constructor(rig: Rig, key: string) {
    this.#rig = rig;
    const bits = [...key.replace(/\s/g, '')]
      .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
      .join('');
    this.#secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  }

  code(): string {
    this.#rig.clock.ms += 30_000;
    return totpAt(this.#secret, this.#rig.clock.ms / 1000);
  }
}

async function setUp(rig: Rig, page: Page, realName: string): Promise<Authenticator> {
  const app = new Authenticator(rig, (await page.locator('.key').textContent()) ?? '');
  await type(page, 'input[name=realName]', realName);
  await type(page, 'input[name=password]', password);
  await type(page, 'input[name=again]', password);
  await type(page, 'input[name=code]', app.code());
  await press(page, 'main form button');
  return app;
}

async function logIn(page: Page, name: string, app: Authenticator): Promise<void> {
  await type(page, 'input[name=name]', name);
  await type(page, 'input[name=password]', password);
  await type(page, 'input[name=code]', app.code());
  await press(page, 'main form button');
}

function contextOf({ width, locale, night }: Look): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width, height: 800 },
    locale,
    colorScheme: night ? 'dark' : 'light',
    deviceScaleFactor: width < 500 ? 1.5 : 1,
  });
}

describe.each(looks)('the desk on $name, by keyboard alone', (look) => {
  it('goes from the first start to the end of a session', { timeout: 240_000 }, async () => {
    const rig = await openRig();
    try {
      await walk(rig, look);
    } finally {
      await rig.close();
    }
  });
});

async function walk(rig: Rig, look: Look): Promise<void> {
  const { url } = await rig.server.start();
  const context = await contextOf(look);
  const page = await context.newPage();
  const link = readFileSync(join(rig.dataDir, 'setup.link'), 'utf8').trim();
  await page.goto(`${url}${new URL(link).pathname}`);
  await lookAt(page, '1-setup', look);
  const app = await setUp(rig, page, '张三');
  await lookAt(page, '2-login', look);
  await logIn(page, 'admin', app);
  expect(await page.locator('h1').textContent()).toContain('张三');
  await lookAt(page, '3-desk', look);

  await press(page, '.menu a[href="/accounts"]');
  await type(page, 'input[name=name]', 'li.si');
  await type(page, 'input[name=realName]', '李四');
  await press(page, 'main form[action="/accounts"] button');
  await lookAt(page, '4-account-new', look);
  const setup = (await page.locator('.setup-link').textContent()) ?? '';
  await tabTo(page, 'select[name=role]');
  await page.locator('select[name=role]').selectOption('business-administrator');
  await press(page, 'form[action$="/rights"] button');
  expect(await page.locator('.notice.done').count()).toBe(1);
  await lookAt(page, '5-account', look);
  await press(page, '.menu a[href="/accounts"]');
  await lookAt(page, '6-accounts', look);
  await press(page, '.menu a[href="/access"]');
  await lookAt(page, '7-access', look);
  await press(page, 'form[action="/logout"] button');
  expect(page.url()).toContain('/login?done=out');
  await page.goto(`${url}/accounts`);
  expect(page.url()).toContain('/login?next=');

  await page.goto(`${url}${new URL(setup).pathname}`);
  const second = await setUp(rig, page, '李四');
  await logIn(page, 'li.si', second);
  await organise(page, look);
  await press(page, 'form[action="/logout"] button');
  await page.goto(`${url}/organisations`);
  expect(page.url()).toContain('/login?next=');
  await context.close();
}

/** What a business administrator does: the tree, an organisation, a change, a person, an import. */
async function organise(page: Page, look: Look): Promise<void> {
  await press(page, '.menu a[href="/organisations"]');
  await lookAt(page, '8-organisations', look);
  await press(page, '.tree a[href*="org-demo-brigade"]');
  await tabTo(page, 'main details summary');
  await page.keyboard.press('Enter');
  await lookAt(page, '9-organisation', look);
  await type(page, 'form[action$="/version"] input[name=hotline]', '0311-0000 0188');
  await press(page, 'form[action$="/version"] button');
  expect(await page.locator('.notice.done').count()).toBe(1);
  expect(await page.locator('dl.pairs').textContent()).toContain('0311-0000 0188');
  await press(page, 'a[href="/people/per-demo-officer-1"]');
  await lookAt(page, '10-person', look);
  await press(page, '.menu a[href="/import"]');
  const csv =
    'id,organisation,role,nameZh,badgeNumber,from\nP-9,org-demo-brigade,officer,示例戊,DEMO-13-0909,2026-06-01\nP-10,org-demo-brigade,officer,示例己,,2026-06-01';
  await type(page, 'textarea[name=csv]', csv);
  await press(page, 'button[value=check]');
  expect(await page.locator('tbody tr').count()).toBe(2);
  await lookAt(page, '11-import', look);
  await press(page, '.top a.language');
  const language = await page.locator('html').getAttribute('lang');
  expect(language).toBe(look.locale === 'zh-CN' ? 'en' : 'zh-CN');
}
