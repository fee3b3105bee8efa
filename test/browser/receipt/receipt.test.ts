import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReceiptKeys } from '../../../protocols/receipt/receipt-keys.ts';
import { verifyReceipt } from '../../../protocols/receipt/verify-receipt.ts';
import { fileOf, keyFileOf, scannedReportOf } from '../../server/receipt/scanned.ts';
import { deliver, openRig, type Rig } from '../../server/rig.ts';
import { launchChromium } from '../chromium.ts';

const auditScript = readFileSync(new URL('../audit-page.js', import.meta.url), 'utf8')
  .replace(/^\/\*[\s\S]*?\*\//, '')
  .replace(/;\s*$/, '');
const axeScript = readFileSync(
  new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);
const artefacts = new URL('../../artefacts/receipt/', import.meta.url).pathname;
const wellMade = { faint: [], small: [], overflowPx: 0 };

let rig: Rig;
let browser: Browser;
let url: string;
let folder: string;

beforeAll(async () => {
  mkdirSync(artefacts, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'xinlu-receipt-'));
  rig = await openRig();
  ({ url } = await rig.server.start());
  browser = await launchChromium();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await rig?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Look {
  readonly name: string;
  readonly locale: 'zh-CN' | 'en-GB';
  readonly width: number;
  readonly script: boolean;
  readonly night: boolean;
}

const looks: readonly Look[] = [
  { name: 'phone-zh', locale: 'zh-CN', width: 360, script: false, night: false },
  { name: 'phone-en-night', locale: 'en-GB', width: 360, script: false, night: true },
  { name: 'wide-zh', locale: 'zh-CN', width: 1280, script: true, night: false },
];

function contextOf(look: Look): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: look.width, height: 780 },
    locale: look.locale,
    javaScriptEnabled: look.script,
    colorScheme: look.night ? 'dark' : 'light',
    deviceScaleFactor: look.width < 500 ? 1.5 : 1,
  });
}

async function shoot(page: Page, name: string): Promise<void> {
  const picture = { path: `${artefacts}${name}.png`, fullPage: true };
  await page.screenshot(picture).catch(() => page.screenshot(picture));
}

async function audit(page: Page): Promise<unknown> {
  // The page is there before its style: without the style nothing can be said of it.
  await page.waitForLoadState('load');
  return page.evaluate(
    `(${auditScript})(${JSON.stringify({ contrastMin: 4.5, targetPxMin: 44 })})`,
  );
}

/** Keeps a receipt as a driver does; gives the page of the receipt. */
async function kept(look: Look, name: string): Promise<Page> {
  const report = scannedReportOf(`${look.name}-${name}`);
  await deliver(rig, report);
  const page = await (await contextOf(look)).newPage();
  await page.goto(`${url}/v/${report.scanId}`);
  await shoot(page, `scan-${look.name}`);
  await page.locator('#receipt button').click();
  await page.locator('#proof').waitFor();
  return page;
}

describe.each(looks)('on $name', (look) => {
  it('a receipt is kept, read, and found again by its return code', async () => {
    const page = await kept(look, 'kept');
    expect(await page.locator('#proof').getAttribute('data-proof')).toBe('pending');
    expect(await audit(page)).toEqual(wellMade);
    await shoot(page, `receipt-pending-${look.name}`);
    const address = new URL(page.url()).pathname;
    rig.clock.ms += 1000;
    await rig.server.checkpoints.take();
    await page.reload();
    expect(await page.locator('#proof').getAttribute('data-proof')).toBe('done');
    expect(await audit(page)).toEqual(wellMade);
    await shoot(page, `receipt-${look.name}`);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.screen').first().isVisible()).toBe(false);
    expect(await page.locator('.calls').isVisible()).toBe(false);
    await shoot(page, `receipt-print-${look.name}`);
    await page.emulateMedia({ media: 'screen' });
    const code = (await page.locator('p.code').textContent()) ?? '';
    await page.goto(`${url}/r`);
    expect(await audit(page)).toEqual(wellMade);
    await shoot(page, `find-${look.name}`);
    await page.locator('input[name=code]').fill('1234 5678 9ABC');
    await page.locator('main form button').click();
    await page.locator('[role=alert]').waitFor();
    await shoot(page, `find-wrong-${look.name}`);
    await page.locator('input[name=code]').fill(code.toLowerCase());
    await page.locator('main form button').click();
    await page.locator('#proof').waitFor();
    expect(new URL(page.url()).pathname).toBe(address);
    await page.goto(`${url}/audit/checkpoints`);
    expect(await audit(page)).toEqual(wellMade);
    await shoot(page, `checkpoints-${look.name}`);
    await page.context().close();
  });
});

describe.each(['zh-CN', 'en-GB'] as const)('the verifier page in %s', (locale) => {
  const look = { name: `verify-${locale}`, locale, width: 360, script: true, night: false };
  const texts = {
    'zh-CN': { valid: '凭证真实', invalid: '无法证明真实' },
    'en-GB': { valid: 'The receipt is genuine', invalid: 'Not shown to be genuine' },
  }[locale];

  const stateOf = async (page: Page, file: string) => {
    await page.evaluate('document.getElementById("result").hidden = true');
    await page.locator('#file').setInputFiles([]);
    await page.locator('#file').setInputFiles(file);
    await page.locator('#result:not([hidden])').waitFor();
    return page.locator('#result').getAttribute('data-state');
  };

  it('judges genuine and changed receipts with the network off, from the server and from a saved copy', async () => {
    const owner = await kept(look, 'offline');
    rig.clock.ms += 1000;
    await rig.server.checkpoints.take();
    const file = await fileOf(rig, new URL(owner.url()).pathname);
    const genuine = join(folder, `${locale}.json`);
    const changed = join(folder, `${locale}-changed.json`);
    writeFileSync(genuine, file);
    writeFileSync(changed, file.toString().replace('示例清障', '示例清除'));

    const page = await owner.context().newPage();
    await page.goto(`${url}/verify`);
    await page.locator('html[data-ready]').waitFor();
    expect(await audit(page)).toEqual(wellMade);
    const saved = join(folder, `${locale}.html`);
    writeFileSync(
      saved,
      await (await fetch(`${url}/verify`, { headers: { 'accept-language': locale } })).text(),
    );
    await page.context().setOffline(true);
    expect(await stateOf(page, genuine)).toBe('valid');
    expect(await page.locator('#result').textContent()).toContain(texts.valid);
    expect(await page.locator('#result').textContent()).toContain('K234+567');
    expect(await audit(page)).toEqual(wellMade);
    await shoot(page, `verify-valid-${locale}`);
    expect(await stateOf(page, changed)).toBe('invalid');
    expect(await page.locator('#result').textContent()).toContain(texts.invalid);
    await shoot(page, `verify-invalid-${locale}`);

    await page.goto(pathToFileURL(saved).href);
    await page.locator('html[data-ready]').waitFor();
    expect(await stateOf(page, genuine)).toBe('valid');
    expect(await stateOf(page, changed)).toBe('invalid');
    await owner.context().close();
  });
});

describe('the verifier page', () => {
  const look = { name: 'verify', locale: 'zh-CN', width: 360, script: true, night: false } as const;

  it('judges as the command line does, byte by changed byte', async () => {
    const owner = await kept(look, 'bytes');
    rig.clock.ms += 1000;
    await rig.server.checkpoints.take();
    const file = await fileOf(rig, new URL(owner.url()).pathname);
    const page = await owner.context().newPage();
    await page.goto(`${url}/verify`);
    await page.locator('html[data-ready]').waitFor();
    const passed = (await page.evaluate(`(async () => {
      const genuine = Uint8Array.from(atob('${file.toString('base64')}'), (one) => one.charCodeAt(0));
      const judge = (bytes) => globalThis.xinlu.verify(bytes).then(() => true, () => false);
      const passed = [];
      for (let at = 0; at < genuine.length; at += 1) {
        const changed = genuine.slice();
        changed[at] ^= 1 << at % 8;
        if (await judge(changed)) passed.push(at);
      }
      return { genuine: await judge(genuine), passed };
    })()`)) as { genuine: boolean; passed: number[] };
    expect(passed).toEqual({ genuine: true, passed: [] });
    const keys = readReceiptKeys(await keyFileOf(rig));
    if (!keys.ok) throw new Error(keys.message);
    expect(verifyReceipt(file, keys.keys).valid).toBe(true);
    await owner.context().close();
  });

  it('says so when the browser cannot check, and when script is off', async () => {
    const context = await contextOf(look);
    await context.addInitScript('delete SubtleCrypto.prototype.generateKey');
    const page = await context.newPage();
    await page.goto(`${url}/verify`);
    await page.locator('#result[data-state=unable]').waitFor();
    expect(await page.locator('#result').textContent()).toContain('Ed25519');
    expect(await page.locator('#file').isDisabled()).toBe(true);
    await shoot(page, 'verify-unable');
    await context.close();
    const bare = await (await contextOf({ ...look, script: false })).newPage();
    await bare.goto(`${url}/verify`);
    expect(await bare.locator('noscript').textContent()).toContain('xinlu receipt verify');
    await bare.context().close();
  });

  it('loads nothing but itself', async () => {
    const page = await (await contextOf(look)).newPage();
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    const errors: string[] = [];
    page.on('console', (message) => errors.push(message.text()));
    await page.goto(`${url}/verify`);
    await page.locator('html[data-ready]').waitFor();
    expect(loaded.filter((path) => path !== '/favicon.ico')).toEqual(['/verify']);
    expect(errors.filter((text) => !text.includes('404'))).toEqual([]);
    await page.context().close();
  });
});

describe('axe', () => {
  it('finds nothing serious on the pages of receipts', async () => {
    const look = { name: 'axe', locale: 'zh-CN', width: 360, script: true, night: false } as const;
    const owner = await kept(look, 'axe');
    const context = await browser.newContext({
      bypassCSP: true,
      viewport: { width: 360, height: 780 },
    });
    const page = await context.newPage();
    for (const address of [owner.url(), `${url}/r`, `${url}/verify`, `${url}/audit/checkpoints`]) {
      await page.goto(address);
      await page.evaluate(axeScript);
      const serious = await page.evaluate(`axe.run().then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ' ' + nodes[0].html))`);
      expect([address, serious]).toEqual([address, []]);
    }
    await context.close();
    await owner.context().close();
  });
});
