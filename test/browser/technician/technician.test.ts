import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addAccount, addSetupToken } from '../../../server/access/account-table.ts';
import { addRight } from '../../../server/access/right-table.ts';
import { totpAt } from '../../../server/access/totp.ts';
import { type LinkedRig, startLinked, waitForVehicles } from '../../scenario/technician/rig.ts';
import { signedIn } from '../../server/access/desk-rig.ts';
import { phoneJpeg } from '../../server/bench/pictures.ts';
import { freePorts } from '../../support/free-port.ts';
import { launchChromium } from '../chromium.ts';
import { SimulatedUnit } from './simulated-unit.ts';

const auditScript = readFileSync(new URL('../audit-page.js', import.meta.url), 'utf8')
  .replace(/^\/\*[\s\S]*?\*\//, '')
  .replace(/;\s*$/, '');
const axeScript = readFileSync(
  new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);
const artefacts = new URL('../../artefacts/technician/', import.meta.url).pathname;
const limits = JSON.stringify({ contrastMin: 4.5, targetPxMin: 44 });
const wellMade = { faint: [], small: [], overflowPx: 0 };
const password = '示例 correct horse battery';
const tapsMax = 6;
const followMsMax = 60_000;
const serial = 'XL-TAPS-0001';
const columned = /\/bench$|\d$|\/configuration$/;

let rig: LinkedRig;
let browser: Browser;
let unit: SimulatedUnit;
let photo: string;

beforeAll(async () => {
  mkdirSync(artefacts, { recursive: true });
  const [httpPort = 0, localPort = 0] = await freePorts(2);
  const codeAddress = `http://127.0.0.1:${httpPort}/`;
  rig = await startLinked([`httpPort=${httpPort}`, `codeAddress=${codeAddress}`]);
  browser = await launchChromium();
  const imageFile = join(rig.gateway.dataDir, 'xinlu-unit.json');
  writeFileSync(imageFile, await imageText());
  unit = new SimulatedUnit(rig, serial, imageFile, localPort);
  photo = join(rig.gateway.dataDir, 'mount.jpg');
  writeFileSync(photo, await phoneJpeg());
}, 180_000);
afterAll(async () => {
  await unit?.stop();
  await browser?.close();
  await rig?.stop();
});

/** The file as a technician downloads it for a USB stick. */
async function imageText(): Promise<string> {
  const right = { role: 'technician', organisationId: 'org-demo-rescue' } as const;
  const desk = await signedIn(rig.server, [right]);
  const { body } = await desk.get('/bench/image/xinlu-unit.json?apn=cmnet');
  expect(JSON.parse(body)).toMatchObject({ v: 1, apn: 'cmnet' });
  expect(body).not.toMatch(/PRIVATE|token|matchKey|password/i);
  return body;
}

/** Looks at a page: kept as a picture, readable, within reach, no serious fault of axe. */
async function lookAt(page: Page, name: string): Promise<void> {
  const picture = { path: `${artefacts}${name}.png`, fullPage: true };
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

/** An account that waits to be set up; answers the path of its setup page. */
async function newTechnician(loginName: string, organisationId: string): Promise<string> {
  const { store } = rig.server.server;
  const token = `setup-of-${loginName}-${'x'.repeat(24)}`;
  const nowMs = rig.server.clock.ms;
  await store.write(async (tx) => {
    await addAccount(tx, { accountId: loginName, loginName, realName: '' }, nowMs);
    const right = { role: 'technician', organisationId } as const;
    const rightId = `right-of-${loginName}`;
    await addRight(tx, { ...right, rightId, accountId: loginName }, 'test', nowMs);
    await addSetupToken(tx, loginName, token, nowMs);
  });
  return `/setup/${token}`;
}

/** An authenticator app; the clock of the server moves on, so that each code is a fresh one. */
function authenticator(key: string): () => string {
  const bits = [...key.replace(/\s/g, '')]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  return () => {
    rig.server.clock.ms += 30_000;
    return totpAt(secret, rig.server.clock.ms / 1000);
  };
}

/** A phone whose taps are counted. */
class CountingPhone {
  readonly page: Page;
  taps = 0;

  constructor(page: Page) {
    this.page = page;
  }

  /** One tap on something, and the page it leads to. */
  async tap(target: Locator): Promise<void> {
    this.taps += 1;
    await Promise.all([this.page.waitForEvent('load'), target.tap()]);
  }

  /** The camera reads a code and its link is tapped. */
  async scan(url: string): Promise<void> {
    this.taps += 1;
    await this.page.goto(url);
  }
}

function phoneContext(more: object = {}): Promise<BrowserContext> {
  return browser.newContext({
    ...{ viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true },
    ...{ locale: 'zh-CN', deviceScaleFactor: 2 },
    ...more,
  });
}

async function setUp(page: Page, path: string): Promise<() => string> {
  await page.goto(`${rig.serverUrl}${path}`);
  const code = authenticator((await page.locator('.key').textContent()) ?? '');
  await page.fill('input[name=realName]', '示例技术员');
  await page.fill('input[name=password]', password);
  await page.fill('input[name=again]', password);
  await page.fill('input[name=code]', code());
  await page.click('main form button');
  return code;
}

async function logIn(page: Page, name: string, code: string): Promise<void> {
  await page.fill('input[name=name]', name);
  await page.fill('input[name=password]', password);
  await page.fill('input[name=code]', code);
  await Promise.all([page.waitForEvent('load'), page.click('main form button')]);
}

describe('a technician with a phone, at the vehicle', () => {
  let context: BrowserContext;
  afterAll(() => context?.close());

  it('enrols a unit with six taps at most, from its own screen to commissioned', async () => {
    const register = {
      serial,
      model: 'sim-lcd-1024x600',
      role: 'tow-truck',
      vehicleId: 'veh-demo-tow-1',
    };
    await rig.gateway.admin('POST', '/units', register);
    await waitForVehicles(rig, serial);
    const path = await newTechnician('ji.shu', 'org-demo-rescue');
    unit.start();
    context = await phoneContext();
    const page = await context.newPage();
    const code = await setUp(page, path);
    // The code on the glass leads to the login, and the login back to the unit.
    await page.goto(await unit.code(/\/E\/\d+$/));
    expect(page.url()).toContain('/login?next=%2Fbench%2Fenrol%2F');
    await logIn(page, 'ji.shu', code());
    expect(page.url()).toContain('/bench/enrol/');
    await lookAt(page, '1-enrol-phone-zh');
    const phone = new CountingPhone(page);
    await phone.tap(page.locator('main form button'));
    expect(page.url()).toContain(`/bench/units/${serial}/install`);
    await lookAt(page, '2-install-waiting-phone-zh');
    // It goes green by itself: nothing is tapped, nothing reloaded.
    for (const part of ['屏幕', '卫星定位', '移动网络', '按钮', '时钟', '存储']) {
      const line = page.locator('.checks li.pass', { hasText: part });
      await line.first().waitFor({ timeout: followMsMax });
    }
    await page.locator('text=请用手机扫描车上屏幕现在显示的码').first().waitFor();
    await lookAt(page, '3-install-green-phone-zh');
    await phone.scan(await unit.code(/\/\d{198}$/));
    expect(page.url()).toContain('/bench/scan/');
    await lookAt(page, '4-mount-phone-zh');
    phone.taps += 1;
    await page.locator('input[type=file]').setInputFiles(photo);
    await phone.tap(page.locator('main form button'));
    await lookAt(page, '5-install-ready-phone-zh');
    await phone.tap(page.locator('main form button', { hasText: '投用' }));
    await page.locator('text=已投用，安装完成').first().waitFor();
    await lookAt(page, '6-install-done-phone-zh');
    expect(phone.taps).toBeLessThanOrEqual(tapsMax);
    const { body } = await rig.gateway.admin('GET', `/units/${serial}`);
    expect(body).toMatchObject({ state: 'active', training: false });
  }, 240_000);

  it('finds every page of the unit readable and within reach, in both languages', async () => {
    const looks = [
      ['phone-zh', await context.newPage()],
      ['wide-en', await wide()],
    ] as const;
    const base = `/bench/units/${serial}`;
    const pages = [
      ['7-progress', '/bench'],
      ['8-unit', base],
      ['9-act', `${base}/act/revoke`],
      ['10-move', `${base}/act/move`],
      ['11-configuration', `${base}/configuration`],
      ['12-label', `${base}/label`],
      ['13-import', '/bench/import'],
      ['14-image', '/bench/image'],
      ['15-refused', '/bench/units/XL-NOBODY-1'],
    ] as const;
    for (const [look, page] of looks) {
      // Wide, what is laid out in columns; on the phone, all of them.
      const looked = look === 'wide-en' ? pages.filter(([, path]) => columned.test(path)) : pages;
      for (const [name, path] of looked) {
        await page.goto(`${rig.serverUrl}${path}`);
        await lookAt(page, `${name}-${look}`);
      }
      await page.goto(`${rig.serverUrl}/bench/import`);
      const head = 'serial,plate,sim,depot';
      await page.fill(
        'textarea',
        `${head}\nXL-LIST-${look.length}1,,,\nxl-bad,,,\nXL-LIST-3,冀F示001,,`,
      );
      await Promise.all([page.waitForEvent('load'), page.click('main form button')]);
      expect(await page.locator('tbody tr').count()).toBe(3);
      await lookAt(page, `16-import-result-${look}`);
    }
  }, 240_000);

  /** The same technician at a desk, reading English. */
  async function wide(): Promise<Page> {
    const cookies = await context.cookies();
    const desk = await browser.newContext({
      ...{ viewport: { width: 1280, height: 800 }, locale: 'en-GB' },
    });
    await desk.addCookies(cookies.filter(({ name }) => name === 'xinlu_session'));
    return desk.newPage();
  }

  it('follows an installation without any script too', async () => {
    const plain = await phoneContext({ javaScriptEnabled: false });
    await plain.addCookies(await context.cookies());
    const page = await plain.newPage();
    await rig.gateway.admin('POST', `/units/${serial}/training`, { training: true });
    await page.goto(`${rig.serverUrl}/bench/units/${serial}/install`);
    await page.waitForEvent('load', { timeout: 20_000 });
    expect(page.url()).toContain('/install');
    expect(await page.locator('.checks li').count()).toBeGreaterThanOrEqual(6);
    await plain.close();
  }, 60_000);
});
