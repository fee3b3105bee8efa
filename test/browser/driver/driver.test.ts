import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  deliver,
  openRig,
  patrolReportOf,
  type Rig,
  reportOf,
  scanIdOf,
} from '../../server/rig.ts';
import { launchChromium } from '../chromium.ts';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const auditScript = readFileSync(new URL('../audit-page.js', import.meta.url), 'utf8')
  .replace(/^\/\*[\s\S]*?\*\//, '')
  .replace(/;\s*$/, '');
const artefacts = new URL('../../artefacts/driver/', import.meta.url).pathname;
const contrastMin = 4.5;
/** Side of the smallest thing to tap, in CSS pixels: as usual, and in large type. */
const targetPxMin = { usual: 44, elder: 60 } as const;
const serious = ['serious', 'critical'];

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
  readonly lang: 'zh-CN' | 'en';
  readonly night: boolean;
  readonly elder: boolean;
  readonly script: boolean;
}

const looks: readonly Look[] = [
  { name: 'phone-zh', width: 360, lang: 'zh-CN', night: false, elder: false, script: false },
  { name: 'phone-en-night', width: 360, lang: 'en', night: true, elder: false, script: true },
  { name: 'phone-zh-elder', width: 360, lang: 'zh-CN', night: false, elder: true, script: true },
  { name: 'wide-zh', width: 1280, lang: 'zh-CN', night: false, elder: false, script: true },
];

function contextOf({ width, night, script }: Look): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width, height: 780 },
    colorScheme: night ? 'dark' : 'light',
    javaScriptEnabled: script,
    bypassCSP: true,
    deviceScaleFactor: 1,
  });
}

/** Keeps a picture to look at. A browser short of memory may fail to take one: it is no claim. */
async function shoot(page: Page, name: string): Promise<void> {
  const picture = { path: `${artefacts}${name}.png`, fullPage: true };
  await page.screenshot(picture).catch(() => page.screenshot(picture));
}

const feeCase =
  'go=1&class=R5&item=tow.base&item=site.clear&m-towKm=18&m-deadheadKm=9' +
  '&asked=2300&other-0=%E7%9C%8B%E6%8A%A4%E8%B4%B9&other-yuan-0=200';

/** Every page that anybody may read. */
const publicPages: readonly (readonly [name: string, path: (look: Look) => string])[] = [
  ['start', () => '/?'],
  ['scan-tow', (look) => `/v/${scanIdOf(`tow-${look.name}`)}?`],
  ['scan-patrol', (look) => `/v/${scanIdOf(`patrol-${look.name}`)}?`],
  ['paper-basis', () => '/d/legal-basis-general?day=2026-06-01&matter=spill&'],
  ['paper-procedure', () => '/d/rescue-procedure?day=2026-06-01&'],
  ['paper-fees', () => '/d/fees?day=2026-06-01&'],
  ['fees-form', () => '/fees?day=2026-06-01&'],
  ['fees-result', () => `/fees?day=2026-06-01&${feeCase}&`],
  ['complaint-form', () => '/complaint?'],
  ['lists-red', () => '/lists?'],
  ['lists-black', () => '/lists?list=black&'],
  ['measures', () => '/lists/measures?'],
  ['lookup-no', () => `/lookup?q=${encodeURIComponent('冀F·假001')}&`],
  ['lookup-yes', () => `/lookup?q=${encodeURIComponent('冀F·示001')}&`],
  ['not-found', () => '/no/such/page?'],
];

/** Opens what is folded; of the papers, which share a name, the last one stays open. */
async function unfold(page: Page): Promise<void> {
  for (const fold of await page.locator('details:not([open])').elementHandles()) {
    const summary = await fold.$('summary');
    await summary?.click();
  }
}

async function audit(page: Page, target: number): Promise<unknown> {
  return page.evaluate(`(${auditScript})(${JSON.stringify({ contrastMin, targetPxMin: target })})`);
}

describe.each(looks)('public pages on $name', (look) => {
  beforeAll(async () => {
    await deliver(rig, reportOf(`tow-${look.name}`));
    await deliver(rig, patrolReportOf(`patrol-${look.name}`));
  });

  it.each(publicPages)(
    '%s fits, can be read and tapped, and passes axe-core',
    async (name, path) => {
      const page = await (await contextOf(look)).newPage();
      const view = look.elder ? '&view=elder' : '';
      await page.goto(`${url}${path(look)}lang=${look.lang}${view}`);
      await shoot(page, `${name}-${look.name}`);
      await unfold(page);
      const target = look.elder ? targetPxMin.elder : targetPxMin.usual;
      expect(await audit(page, target)).toEqual({ faint: [], small: [], overflowPx: 0 });
      if (look.script) {
        await page.evaluate(axeSource);
        const { violations } = (await page.evaluate(
          `axe.run(document, { resultTypes: ['violations'] })`,
        )) as { violations: { id: string; impact: string; nodes: { html: string }[] }[] };
        const found = violations
          .filter(({ impact }) => serious.includes(impact))
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
        expect(found).toEqual([]);
      }
      await page.context().close();
    },
  );
});

describe.each([
  ['tow', true],
  ['tow', false],
  ['patrol', false],
] as const)('the steps of a driver at the %s with script %s', (which, script) => {
  it('read a paper, check a fee, rate unit and person, complain, and read the lists', async () => {
    const report = (which === 'tow' ? reportOf : patrolReportOf)(`steps-${which}-${script}`);
    await deliver(rig, report);
    const look: Look = { ...(looks[0] as Look), script };
    const page = await (await contextOf(look)).newPage();
    const scanUrl = `${url}/v/${report.scanId}`;
    await page.goto(scanUrl);
    const paper = page.locator('details[name=paper]').first();
    await paper.locator('summary').click();
    const picture = paper.locator('img');
    await picture.scrollIntoViewIfNeeded();
    expect((await picture.boundingBox())?.width).toBeGreaterThanOrEqual(240);
    await shoot(page, `steps-${which}-code`);
    await paper.locator('a.button').click();
    expect(await page.locator('main').textContent()).toContain('有效');
    await page.goBack();
    if (which === 'tow') {
      await page.locator('.next a', { hasText: '算一算' }).click();
      await page.locator('input[value=R1]').check();
      await page.locator('input[value="tow.base"]').check();
      await page.locator('input[name="m-towKm"]').fill('25.4');
      await page.locator('input[name="m-deadheadKm"]').fill('12');
      await page.locator('input[name=asked]').fill('611');
      await page.locator('form button').click();
      expect(await page.locator('#result h2').textContent()).toBe('超出标准 1 元');
      await page.goto(scanUrl);
    }
    await page.locator('input[name=level][value="80"]').check();
    await page.locator('input[name=phrase]').first().check();
    const person = page.locator('#rating details').first();
    await person.locator('summary').click();
    await person.locator('input[value="100"]').check();
    await page.locator('#rating form > .button').click();
    await page.locator('#rating .done').waitFor();
    expect(await page.locator('#rating .done').textContent()).toContain('100 分');
    await page.locator('.next a', { hasText: '投诉' }).click();
    await page.locator('input[value=attitude]').check();
    await page.locator('textarea[name=words]').fill('说话不客气');
    await shoot(page, `steps-${which}-complaint`);
    await page.locator('form .button').click();
    await page.locator('.number').waitFor();
    expect(await page.locator('.number').textContent()).toMatch(/^TS260601-/);
    await shoot(page, `steps-${which}-complaint-state`);
    await page.goto(scanUrl);
    await page.locator('.next a', { hasText: '红黑名单' }).click();
    await page.locator('.tabs .black').click();
    await page.locator('input[name=q]').fill('收费');
    await page.locator('.search button').click();
    expect(await page.locator('.entry h2').allTextContents()).toEqual([
      '示例快捷拖车服务部（虚构）',
    ]);
    await page.context().close();
  });
});
