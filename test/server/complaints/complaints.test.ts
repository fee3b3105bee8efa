import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedCalendar } from '../../../server/calendar/read-calendar.ts';
import { complaintClock } from '../../../server/complaints/complaint-clock.ts';
import { addStep } from '../../../server/complaints/complaint-table.ts';
import { deliver, openRig, Page, Phone, patrolReportOf, type Rig, reportOf } from '../rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

const rowsOf = (words: string) =>
  rig.server.store.all<Record<string, unknown>>(
    `SELECT scan_id AS scanId, on_the_spot AS onTheSpot, organisation_id AS organisationId,
            category, contact, about FROM complaints WHERE words = ?`,
    [words],
  );

const draftOf = (page: Page) => /name="draft" value="([0-9a-f]{32})"/.exec(page.html)?.[1] ?? '';

async function formOf(phone: Phone, url: string) {
  const page = new Page(await phone.get(url));
  return { token: page.token, draft: draftOf(page) };
}

describe('a complaint from the page of a scan', () => {
  it('gives a receipt number, a public deadline and a page that opens without an account', async () => {
    const report = patrolReportOf('complain');
    await deliver(rig, report);
    const phone = new Phone(rig);
    const opened = await phone.open(report.scanId);
    expect(opened.unescaped).toContain(`href="/v/${report.scanId}/complaint?lang=zh-CN"`);
    const url = `/v/${report.scanId}/complaint`;
    const form = { ...(await formOf(phone, url)), category: 'attitude', words: '态度粗暴' };
    const filed = await phone.post(url, form);
    expect(filed.status).toBe(303);
    const address = String(filed.response.headers.location);
    expect(address).toMatch(/^\/c\/[0-9a-f]{32}\?lang=zh-CN$/);
    const state = new Page(await new Phone(rig).get(address));
    expect(state.html).toMatch(/TS260601-[2-9A-HJKMNP-Z]{6}/);
    // 2026-06-01 is a Monday: the third working day is Thursday.
    expect(state.html).toContain('2026年6月4日（星期四）24时前');
    expect(state.html).toContain('示例支队（上级单位）');
    expect(state.response.headers['cache-control']).toBe('no-store');
    expect(await rowsOf('态度粗暴')).toEqual([
      {
        scanId: report.scanId,
        onTheSpot: 1,
        organisationId: 'org-demo-brigade',
        category: 'attitude',
        contact: null,
        about: '',
      },
    ]);
    expect((await phone.open(report.scanId)).data('presence')).toBe('holder');
  });

  it('sent twice files once', async () => {
    const report = reportOf('twice');
    await deliver(rig, report);
    const phone = new Phone(rig);
    await phone.open(report.scanId);
    const url = `/v/${report.scanId}/complaint`;
    const form = { ...(await formOf(phone, url)), category: 'late', words: '等了两小时' };
    const answers = await Promise.all([phone.post(url, form), phone.post(url, form)]);
    const [first, second] = answers.map(({ response }) => response.headers.location);
    expect(first).toBe(second);
    expect(await rowsOf('等了两小时')).toHaveLength(1);
  });

  it('of who was not there is taken, marked, and redeems nothing', async () => {
    const report = reportOf('forwarded');
    await deliver(rig, report);
    const driver = new Phone(rig);
    await driver.open(report.scanId);
    const url = `/v/${report.scanId}/complaint`;
    const reader = new Phone(rig);
    const form = await formOf(reader, url);
    await reader.post(url, { draft: form.draft, category: 'other', words: '转发来的' });
    expect(await rowsOf('转发来的')).toMatchObject([{ onTheSpot: 0, scanId: report.scanId }]);
    expect((await driver.open(report.scanId)).data('presence')).toBe('candidate');
  });

  it('needs the token of its page where a cookie came along', async () => {
    const report = reportOf('forged');
    await deliver(rig, report);
    const phone = new Phone(rig);
    await phone.open(report.scanId);
    const form = { category: 'other', words: '伪造的', token: 'x' };
    expect((await phone.post(`/v/${report.scanId}/complaint`, form)).status).toBe(403);
    expect(await rowsOf('伪造的')).toEqual([]);
  });

  it('a sixth on one scan is refused', async () => {
    const report = reportOf('many');
    await deliver(rig, report);
    const url = `/v/${report.scanId}/complaint`;
    const statuses = [];
    for (let count = 0; count < 6; count += 1) {
      const page = await new Phone(rig).post(url, { category: 'other', words: `第 ${count} 次` });
      statuses.push(page.status);
    }
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
  });
});

describe('the form of a complaint', () => {
  it.each([
    [{ category: '', words: 'x' }, '请选择投诉事项'],
    [{ category: 'late', words: ' ' }, '请写明发生了什么'],
    [{ category: 'late', words: '长'.repeat(1001) }, '文字过长'],
    [{ category: 'late', words: 'x', contact: '0311-0000 0000' }, '同时勾选同意'],
  ])('comes back with what was written: %o', async (form, message) => {
    const page = await new Phone(rig).post('/complaint', { about: '冀F·示001', ...form });
    expect(page.status).toBe(400);
    expect(page.html).toContain(message);
    expect(page.html).toContain('value="冀F·示001"');
  });

  it('without a scan asks whom it is about, keeps a number only with consent', async () => {
    const phone = new Phone(rig);
    const missing = await phone.post('/complaint', { category: 'late', words: 'x' });
    expect(missing.html).toContain('请写明投诉谁');
    const form = { category: 'overcharge', words: '收了两千三', about: '冀F·示001' };
    const contact = { contact: '0311-0000 0001', consent: 'yes' };
    expect((await phone.post('/complaint', { ...form, ...contact })).status).toBe(303);
    expect(await rowsOf('收了两千三')).toMatchObject([
      { scanId: null, onTheSpot: 0, contact: '0311-0000 0001', about: '冀F·示001' },
    ]);
  });

  it('from one address is taken ten times an hour', async () => {
    const own = await openRig();
    const form = { category: 'other', words: 'x', about: 'y' };
    const statuses = new Set<number>();
    for (let count = 0; count < 10; count += 1) {
      statuses.add((await new Phone(own).post('/complaint', form)).status);
    }
    expect([...statuses]).toEqual([303]);
    expect((await new Phone(own).post('/complaint', form)).status).toBe(429);
    own.clock.ms += 3_600_000;
    expect((await new Phone(own).post('/complaint', form)).status).toBe(303);
    await own.close();
  });
});

describe('the state of a complaint', () => {
  it('escalates and is overdue by itself, in the words staff see too, until it is answered', async () => {
    const form = { category: 'late', words: '进度', about: '某车' };
    const filed = await new Phone(rig).post('/complaint', form);
    const address = String(filed.response.headers.location);
    const filedAtMs = rig.clock.ms;
    const textAt = async (days: number) => {
      rig.clock.ms = filedAtMs + days * 86_400_000;
      return (await new Phone(rig).get(address)).body;
    };
    expect(await textAt(0)).toContain('三个工作日内答复');
    expect(await textAt(4)).toContain('已升级到第二级');
    expect(await textAt(4)).toContain('2026年6月9日（星期二）24时前');
    expect(await textAt(10)).toContain('两级期限均已超过');
    const row = await rig.server.store.get<{ id: string }>(
      "SELECT complaint_id AS id FROM complaints WHERE words = '进度'",
    );
    const note = '已核实，退还多收费用。';
    await rig.server.store.write((tx) =>
      addStep(tx, row?.id ?? '', { state: 'answered', note, atMs: rig.clock.ms }),
    );
    const answered = await textAt(10);
    expect(answered).toContain(note);
    expect(answered).not.toContain('均已超过');
    rig.clock.ms = filedAtMs;
  });

  it('counts working days only: a holiday moves the deadline', () => {
    // 2026-09-30 is the Wednesday before the National Day holiday.
    const filedAtMs = Date.parse('2026-09-30T10:00:00+08:00');
    const clock = complaintClock(shippedCalendar(), { filedAtMs, steps: [] }, filedAtMs);
    expect(clock.first.day > '2026-10-08').toBe(true);
    expect(clock.second.day > clock.first.day).toBe(true);
  });

  it('an unknown link is a 404 page that says what to do', async () => {
    const page = new Page(await new Phone(rig).get(`/c/${'0'.repeat(32)}`));
    expect(page.status).toBe(404);
    expect(page.html).toContain('12328');
  });
});
