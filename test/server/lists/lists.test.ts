import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOfDayMs } from '../../../server/calendar/china-day.ts';
import { putEntry } from '../../../server/lists/list-table.ts';
import { sampleEntries } from '../../../server/lists/sample.ts';
import { openRig, Page, Phone, type Rig } from '../rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

const open = async (url: string) => new Page(await new Phone(rig).get(url));
const api = async (url: string) => (await rig.server.app.inject({ url })).json();

describe('the public lists', () => {
  it('have the exact fields and wording of each list', async () => {
    const red = (await open('/lists')).html;
    for (const field of ['上榜理由', '奖励措施', '认证单位', '认证日期']) {
      expect(red).toContain(`<dt>${field}</dt>`);
    }
    expect(red).not.toMatch(/处罚措施|认定单位|认定日期/);
    const black = (await open('/lists?list=black')).html;
    for (const field of ['上榜理由', '处罚措施', '认定单位', '认定日期']) {
      expect(black).toContain(`<dt>${field}</dt>`);
    }
    expect(black).not.toMatch(/奖励措施|认证单位|认证日期/);
    expect(black).toContain('输入名称或关键字');
  });

  it('hold only fictional legal persons, marked 示例', async () => {
    for (const { name } of sampleEntries()) {
      expect(name).toContain('示例');
      expect(name).toMatch(/公司|部/);
    }
    const shown = (await open('/lists')).html;
    expect(shown.match(/class="stamp">示例/g)).toHaveLength(3);
    const real = await openRig({ sampleData: false });
    expect(new Page(await new Phone(real).get('/lists')).html).toContain('没有查到');
    await real.close();
  });

  it('are searched by name or keyword, in page and interface alike', async () => {
    const query = encodeURIComponent('遗洒');
    expect(await api(`/api/lists/black?q=${query}`)).toEqual({
      total: 1,
      items: [
        {
          name: '示例土石方运输有限公司（虚构）',
          reason: '装载物遗洒造成路面污染，拒不接受现场调查处理（示例）',
          measure: '列为重点检查对象',
          authority: '示例高速公路路政大队',
          date: '2026-04-11',
        },
      ],
    });
    const page = await open(`/lists?list=black&q=${query}`);
    expect(page.html).toContain('“遗洒”共 1 条');
    expect((await api('/api/lists/red?q=%25')).total).toBe(0);
    expect((await api('/api/lists/red')).total).toBe(3);
    expect((await rig.server.app.inject({ url: '/api/lists/watch' })).statusCode).toBe(404);
  });

  it('show an entry from its publication until its removal, and no longer', async () => {
    const own = await openRig({ sampleData: false });
    const entry = {
      entryId: 'e1',
      list: 'black' as const,
      name: '某单位',
      reason: '理由',
      measure: '措施',
      authority: '单位',
      date: '2026-06-02',
      sample: false,
    };
    const publishedAtMs = startOfDayMs('2026-06-02');
    await own.server.store.write((tx) => putEntry(tx, entry, publishedAtMs));
    const total = async (atMs: number) => {
      own.clock.ms = atMs;
      const { body } = await own.server.app.inject({ url: '/api/lists/black' });
      return (JSON.parse(body) as { total: number }).total;
    };
    expect(await total(publishedAtMs - 1)).toBe(0);
    expect(await total(publishedAtMs)).toBe(1);
    await own.server.store.write((tx) =>
      tx.run('UPDATE list_entries SET removed_at_ms = ?', [publishedAtMs + 1000]),
    );
    expect(await total(publishedAtMs + 1000)).toBe(0);
    await own.close();
  });

  it('what is searched for cannot become markup', async () => {
    const page = await open(`/lists?q=${encodeURIComponent('"><script>x</script>')}`);
    expect(page.html).not.toContain('<script');
  });

  it('say what being listed means, each measure with where it comes from', async () => {
    const page = await open('/lists/measures');
    expect(page.html).toContain('同等条件下具有优先资格');
    expect(page.html).toContain('有出处');
    expect(page.html).toContain('国办发〔2020〕49号');
    expect(page.html).toContain('凭记忆，待核对');
  });
});

describe('the look-up without a code', () => {
  it.each(['冀F·示001', '冀f示001', ' 冀F 示001 '])('knows the plate %s', async (plate) => {
    const page = await open(`/lookup?q=${encodeURIComponent(plate)}`);
    expect(page.html).toContain('冀F·示001 是已登记的救援车');
    expect(page.html).toContain('示例清障救援有限公司');
  });

  it('says of any other plate that it is not registered, and to call 12122', async () => {
    const page = await open(`/lookup?q=${encodeURIComponent('冀F·假001')}`);
    expect(page.html).toContain('没有登记：“冀F·假001”');
    expect(page.html).toContain('请拨打 12122');
  });

  it('finds a firm by a part of its name that fits it alone, and lists none', async () => {
    expect((await open('/lookup?q=清障救援')).html).toContain(
      '示例清障救援有限公司 是已登记的单位',
    );
    expect((await open('/lookup?q=示例')).html).toContain('至少 4 个字');
    expect((await open('/lookup?q=Sample&lang=en')).html).toContain('Several organisations fit');
  });

  it('answers one address twenty times a minute', async () => {
    const own = await openRig();
    const ask = async () => (await new Phone(own).get('/lookup?q=XXXX')).statusCode;
    for (let count = 0; count < 20; count += 1) expect(await ask()).toBe(200);
    expect(await ask()).toBe(429);
    expect((await new Phone(own).get('/lookup')).statusCode).toBe(200);
    own.clock.ms += 60_000;
    expect(await ask()).toBe(200);
    await own.close();
  });
});
