import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fenOfYuan } from '../../../server/fees/read-fee-form.ts';
import { deliver, openRig, Page, Phone, type Rig, reportOf } from '../rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

/** The source's 2,300-yuan case as a driver fills it in. */
const seedCase =
  'go=1&class=R5&item=tow.base&item=site.brakeRelease&item=site.driveshaft&item=site.clear' +
  '&m-towKm=18&m-deadheadKm=9';

async function check(query: string, path = '/fees'): Promise<Page> {
  return new Page(await new Phone(rig).get(`${path}?day=2026-06-01&${query}`));
}

describe('the fee check page', () => {
  it('allows 2,300 yuan in the case of the source, and names version and hash', async () => {
    const page = await check(`${seedCase}&asked=2300`);
    expect(page.status).toBe(200);
    expect(page.html).toContain('未超出标准');
    expect(page.html).toContain('<b>2300 元</b>');
    expect(page.html).toMatch(/CN-13-SAMPLE-2026A 第 1 版，内容指纹 [0-9a-f]{64}/);
    expect(page.html).toContain('示例收费标准，非政府定价文件');
  });

  it('flags one yuan more, with what to do and the clause', async () => {
    const page = await check(`${seedCase}&asked=2301`);
    expect(page.html).toContain('超出标准 1 元');
    expect(page.html).toContain('可拒付超出部分');
    expect(page.html).toContain('价格法(1997)');
  });

  it('names what is not on the list', async () => {
    const others = new URLSearchParams({ 'other-0': '过路看护费', 'other-yuan-0': '200' });
    const page = await check(`${seedCase}&asked=2500&${others}`);
    expect(page.html).toContain('含标准之外的收费，共超出 200 元');
    expect(page.html).toContain('过路看护费：收费标准中没有此项目');
    expect(page.unescaped).toContain('value="过路看护费"');
  });

  it('keeps what was filled in', async () => {
    const page = await check(`${seedCase}&asked=2300&lang=en`);
    expect(page.html).toMatch(/value="R5" checked/);
    expect(page.html).toMatch(/value="site.clear" checked/);
    expect(page.html).toContain('name="m-towKm" inputmode="decimal" maxlength="9"');
    expect(page.html).toContain('Not above the standard');
    expect(page.html).toContain('5 axles and more');
  });

  it.each([
    ['go=1&item=tow.base', '请选择车型'],
    ['go=1&class=R1', '请至少勾选一项服务'],
    ['go=1&class=R1&item=tow.base&m-towKm=abc', '请填数字，例如 18'],
    ['go=1&class=R1&item=tow.base&asked=-5', '金额请填数字'],
  ])('says what is missing: %s', async (query, message) => {
    const page = await check(query);
    expect(page.html).toContain(message);
    expect(page.html).not.toContain('verdict-');
  });

  it('charges six wheels as six and no more, and nothing for an exempt storage', async () => {
    const wheels = await check('go=1&class=R1&item=site.tyre&qty-site.tyre=2');
    expect(wheels.html).toContain('按标准最多 120 元');
    const held = await check('go=1&class=R1&m-storageDays=9&fact=heldByAuthority');
    expect(held.html).toContain('按标准最多 0 元');
    expect(held.html).toContain('依规定免收');
  });

  it('on a day without a tariff says so, and asks nothing', async () => {
    const page = new Page(await new Phone(rig).get('/fees?day=2025-12-31'));
    expect(page.html).toContain('没有已公布的收费标准');
    expect(page.html).not.toContain('<form');
  });

  it('from a scan takes the day of the incident, whatever the address says', async () => {
    const report = reportOf('fees-of-incident');
    await deliver(rig, report);
    const url = `/v/${report.scanId}/fees?day=2025-12-31&${seedCase}&asked=2301`;
    const page = new Page(await new Phone(rig).get(url));
    expect(page.html).toContain('按事件当日（2026年6月1日）施行的标准');
    expect(page.html).toContain('超出标准 1 元');
    expect(page.html).not.toContain('type="date"');
    const redeemed = await rig.server.store.get('SELECT 1 FROM redemptions WHERE scan_id = ?', [
      report.scanId,
    ]);
    expect(redeemed).toBeUndefined();
  });

  it('outside a demonstration a sample tariff gives a sum and no verdict', async () => {
    const real = await openRig({ sampleData: false });
    const url = `/fees?day=2026-06-01&${seedCase}&asked=9999`;
    const page = new Page(await new Phone(real).get(url));
    expect(page.html).toContain('按标准最多 2300 元');
    expect(page.html).toContain('不作判断');
    expect(page.html).not.toContain('超出标准');
    await real.close();
  });

  it('reads money as people type it, and nothing else as money', () => {
    expect(['2300', '2,300.5', '２３００元', '¥ 0.05'].map(fenOfYuan)).toEqual([
      230_000, 230_050, 230_000, 5,
    ]);
    expect(['', '-1', '1.234', '1e3', '12345678'].map(fenOfYuan)).toEqual(Array(5).fill(null));
  });
});
