import jsQrModule from 'jsqr';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSampleTariff } from '../../../server/fees/sample-tariffs.ts';
import { deliver, openRig, Page, Phone, patrolReportOf, type Rig, reportOf } from '../rig.ts';

// The package is a CommonJS module whose types name the default twice.
const jsQr = jsQrModule as unknown as typeof jsQrModule.default;

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

async function decode(png: Buffer): Promise<string | undefined> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  expect(info.width).toBeGreaterThanOrEqual(240);
  return jsQr(new Uint8ClampedArray(data), info.width, info.height)?.data;
}

const open = async (url: string) => new Page(await new Phone(rig).get(url));

describe('the codes within the code', () => {
  it.each([
    ['tow truck', reportOf('codes-tow'), 2],
    ['patrol car', patrolReportOf('codes-patrol'), 1],
  ])('of a %s each decode to the page that stands beside as a link', async (_n, report, papers) => {
    await deliver(rig, report);
    const page = (await open(`/v/${report.scanId}`)).unescaped;
    const folds = [...page.matchAll(/<details name="paper"[\s\S]*?<\/details>/g)].map(String);
    expect(folds).toHaveLength(papers);
    for (const fold of folds) {
      const link = /<a class="button strong" href="([^"]+)"/.exec(fold)?.[1] ?? '';
      const source = /<img class="qr" src="([^"]+)"/.exec(fold)?.[1] ?? '';
      const picture = await new Phone(rig).get(source);
      expect(picture.headers['content-type']).toBe('image/png');
      expect(await decode(picture.rawPayload)).toBe(`http://127.0.0.1:8080${link}`);
      expect((await open(link)).status).toBe(200);
    }
  });

  it('of a document that does not exist is no code', async () => {
    expect((await open('/d/nowhere')).status).toBe(404);
    expect((await open('/d/nowhere/qr.png')).status).toBe(404);
  });
});

describe('the fee standard', () => {
  it('shows every rate of the tariff in force that day, and its version', async () => {
    const page = await open('/d/fees?day=2026-06-01');
    const { items } = readSampleTariff('tariff.sample.json') as {
      items: { zh: string; rate?: Record<string, number> }[];
    };
    for (const { zh, rate = {} } of items) {
      const cells = Object.values(rate).map((yuan) => `<td>${yuan}</td>`);
      expect(page.html).toContain(zh);
      expect(page.html).toContain(cells.join(''));
    }
    expect(page.html).toContain('版本 CN-13-SAMPLE-2026A');
    expect(page.html).toContain('2026年6月1日有效');
    expect(page.html).toContain('非政府定价文件');
  });

  it('of a day without one says so', async () => {
    expect((await open('/d/fees?day=2025-06-01')).html).toContain('没有已公布的收费标准');
  });
});

describe('legal basis and procedure', () => {
  it('shows the clauses of the matter at hand first, rights before basis', async () => {
    const page = (await open('/d/legal-basis-general?day=2026-06-01&matter=spill')).html;
    expect(page).toContain('当前事项：装载物遗洒、掉落');
    const rights = page.indexOf('<h2>您的权利');
    const spill = page.indexOf('车辆装载物掉落、遗洒');
    const works = page.indexOf('涉路施工许可与施工要求');
    expect(rights).toBeGreaterThan(0);
    expect(spill).toBeGreaterThan(rights);
    expect(page.indexOf('其他事项的条款')).toBeGreaterThan(spill);
    expect(works).toBeGreaterThan(page.indexOf('其他事项的条款'));
  });

  it('lists every clause where no matter is chosen, and says that it does', async () => {
    const page = (await open('/d/legal-basis-general?day=2026-06-01')).html;
    expect(page).toContain('未选定事项');
    expect(page).toContain('涉路施工许可与施工要求');
    expect(page).not.toContain('其他事项的条款');
  });

  it('says of a day before its validity that it is not yet in force', async () => {
    expect((await open('/d/rescue-procedure?day=2025-12-31')).html).toContain(
      '2025年12月31日尚未生效',
    );
    expect((await open('/d/rescue-procedure?day=2026-06-01&lang=en')).html).toContain(
      'In force on 1 Jun 2026',
    );
  });
});

describe('large type', () => {
  it('is one tap away and kept in every link and form of ours', async () => {
    const report = reportOf('elder');
    await deliver(rig, report);
    const phone = new Phone(rig);
    const usual = await phone.open(report.scanId);
    expect(usual.unescaped).toContain(`/v/${report.scanId}?lang=zh-CN&view=elder`);
    const urls = [`/v/${report.scanId}?`, '/fees?', '/lists?', '/lookup?', '/complaint?', '/?'];
    for (const url of urls) {
      const page = new Page(await phone.get(`${url}view=elder`));
      expect(page.data('view'), url).toBe('elder');
      const addresses = [...page.unescaped.matchAll(/(?:href|action)="(\/[^"]*)"/g)]
        .map(([, address]) => address ?? '')
        .filter((address) => !address.endsWith('.css'));
      const kept = addresses.filter((address) => address.includes('view=elder'));
      // The switch back, and forms that send the choice as a field.
      const dropped = addresses.filter((address) => !address.includes('view=elder'));
      expect(kept.length, url).toBeGreaterThan(2);
      const forms = dropped.filter((address) => !address.includes('lang='));
      expect(dropped.length - forms.length, url).toBe(1);
      if (forms.length > 0) expect(page.html).toContain('name="view" value="elder"');
    }
  });
});
