import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '../../../server/organisations/csv.ts';
import { type Desk, signedIn } from '../access/desk-rig.ts';
import { openRig, type Rig } from '../rig.ts';

const dayMs = 24 * 3600_000;

let rig: Rig;
let desk: Desk;
let brigadeDesk: Desk;

beforeAll(async () => {
  rig = await openRig();
  const role = 'business-administrator';
  desk = await signedIn(rig, [{ role, organisationId: null }]);
  brigadeDesk = await signedIn(rig, [{ role, organisationId: 'org-demo-brigade' }]);
});
afterAll(() => rig.close());

/** Days go by; the sessions go on. */
async function passDays(days: number): Promise<void> {
  rig.clock.ms += days * dayMs;
  await rig.server.store.write((tx) =>
    tx.run('UPDATE sessions SET created_at_ms = ?1, seen_at_ms = ?1', [rig.clock.ms]),
  );
}

function importCsv(kind: string, csv: string, mode = 'take', by = desk) {
  return by.send('/import', { kind, csv, mode });
}

/** Reasons by row as the page shows them. */
function reasonsOf(html: string): string[] {
  return [
    ...html.matchAll(/<tr(?: class="refused")?><td>(\d+)<\/td><td>([^<]*)<\/td>\s*<td>([^<]*)</g),
  ].map(([, line, id, reason]) => `${line} ${id} ${reason}`);
}

describe('organisations over time', () => {
  it('keep what was: the reform of 2023 by city beside the units by road before it', async () => {
    const before = [
      'id,level,superior,nameZh,from',
      'HB,bureau,,示例省高速公路管理局,2018-01-01',
      'HB-ZD,corps,HB,示例路政总队,2018-01-01',
      'HB-ZD-QY,detachment,HB-ZD,示例青银支队,2018-01-01',
      'HB-ZD-QY-1,brigade,HB-ZD-QY,示例一大队,2018-01-01',
      'HB2-01,detachment,HB-ZD,示例市支队,2023-03-30',
    ].join('\r\n');
    const page = await importCsv('organisations', before);
    expect(reasonsOf(page.body).map((text) => text.split(' ').at(-1))).toEqual(
      Array.from({ length: 5 }, () => '可以'),
    );
    const moved = await desk.send('/organisations/HB-ZD-QY-1/version', {
      from: '2023-03-30',
      superior: 'HB2-01',
      nameZh: '示例市一大队',
      hotline: '0311-0000 0199',
    });
    expect(moved.headers.location).toBe('/organisations/HB-ZD-QY-1?done=saved');
    const ended = await desk.send('/organisations/HB-ZD-QY/end', { day: '2023-03-29' });
    expect(ended.headers.location).toContain('done=ended');

    const then = (await desk.get('/organisations?on=2020-06-01')).body;
    const now = (await desk.get('/organisations?on=2026-06-01')).body;
    expect(then).toContain('示例青银支队');
    expect(then).toContain('示例一大队');
    expect(then).not.toContain('示例市支队');
    expect(now).not.toContain('示例青银支队');
    expect(now).toContain('示例市一大队');
    const one = (await desk.get('/organisations/HB-ZD-QY-1')).body;
    expect(one).toContain('2018-01-01 至 2023-03-29');
    expect(one).toContain('自 2023-03-30 起');
  });

  it('change when the day comes, on the pages and on the screens of their vehicles', async () => {
    const screenOf = async () =>
      (
        await rig.server.store.get<{ content: string; version: number }>(
          "SELECT content, version FROM screens WHERE vehicle_id = 'veh-demo-tow-1'",
        )
      )?.content;
    const soon = '2026-06-04';
    await desk.send('/organisations/org-demo-rescue/version', {
      from: soon,
      superior: '',
      hotline: '0311-0000 0777',
    });
    expect(await screenOf()).toContain('0311-0000 0101');
    await passDays(3);
    await rig.server.start();
    expect(await screenOf()).toContain('0311-0000 0777');
    const row = await rig.server.store.get<{ hotline: string; name: string }>(
      `SELECT hotline, name_zh AS name FROM organisations WHERE organisation_id = 'org-demo-rescue'`,
    );
    expect(row).toEqual({ hotline: '0311-0000 0777', name: '示例清障救援有限公司' });
  });

  it.each([
    [{ from: '2026-02-30' }, '日期不正确'],
    [{ from: '2017-01-01' }, '早于最近一次变更'],
    [{ nameZh: ' ' }, '请填写中文名称'],
    [{ hotline: 'call me' }, '监督电话只能是数字'],
    [{ superior: 'HB' }, '不能放在所选上级之下'],
    [{ superior: 'HB-ZD-QY' }, '上级在那一天不存在'],
    [{ uscc: '91130100MA0000000X' }, '统一社会信用代码不正确|代码校验位不符'],
    [{ uscc: '91350211M0000XUF46' }, '代码校验位不符'],
    [{ nameEn: 'x'.repeat(201) }, '有一项太长'],
  ] as const)('refuse a change to %o and say why', async (changes, reason) => {
    const form = { from: '2026-06-05', superior: 'HB2-01', nameZh: '示例市一大队', ...changes };
    const page = await desk.send('/organisations/HB-ZD-QY-1/version', form);
    expect(page.statusCode).toBe(400);
    expect(page.body).toMatch(new RegExp(`role="alert">[^<]*(${reason})`));
  });

  it('take a code whose check character does not fit only with the document seen', async () => {
    const page = await desk.send('/organisations/org-demo-rescue/version', {
      from: '2026-06-04',
      superior: '',
      uscc: ' 91350211m0000xuf46 ',
      usccDocument: '营业执照副本（示例）',
    });
    expect(page.statusCode).toBe(303);
    const shown = (await desk.get('/organisations/org-demo-rescue')).body;
    expect(shown).toContain('91350211M0000XUF46');
    expect(shown).toContain('营业执照副本（示例）');
  });

  it('are not ended while something stands below them or somebody works there', async () => {
    for (const id of ['HB2-01', 'org-demo-brigade', 'org-demo-rescue']) {
      const page = await desk.send(`/organisations/${id}/end`, { day: '2026-06-30' });
      expect(page.body, id).toContain('还有下级机构、人员或车辆');
    }
    const again = await desk.send('/organisations/HB-ZD-QY/end', { day: '2023-03-29' });
    expect(again.body).toContain('已经撤销');
  });

  it('cannot be put below themselves, nor where the editor has no say', async () => {
    const loop = await desk.send('/organisations/HB/version', {
      from: '2026-06-05',
      superior: 'HB-ZD',
    });
    expect(loop.statusCode).toBe(400);
    const away = await brigadeDesk.send('/organisations/org-demo-brigade/version', {
      from: '2026-06-05',
      superior: 'HB2-01',
    });
    expect(away.body).toContain('您的权限不包括那个机构');
    const top = await brigadeDesk.send('/organisations/new', {
      id: 'X-1',
      level: 'bureau',
      nameZh: '某局',
      from: '2026-06-05',
    });
    expect(top.body).toContain('您的权限不包括那个机构');
    const below = await desk.send('/organisations/HB-ZD/below', {
      id: 'HB2-02',
      level: 'detachment',
      nameZh: '示例二支队',
      from: '2026-06-05',
    });
    expect(below.statusCode).toBe(303);
  });
});

describe('people', () => {
  const officer = { id: 'P-1', nameZh: '示例丁', role: 'officer', badgeNumber: 'DEMO-13-0101' };

  it('are added with a badge number by the rule; auxiliaries must have none', async () => {
    const url = '/organisations/HB-ZD-QY-1/people';
    for (const [changes, reason] of [
      [{ badgeNumber: '' }, '必须有执法证号'],
      [{ badgeNumber: 'a b' }, '执法证号不合规则'],
      [{ badgeNumber: 'DEMO-13-0001' }, '已属于别人'],
      [{ role: 'auxiliary' }, '不得填写执法证号'],
      [{ role: 'rescue-worker' }, '只能在救援公司'],
      [{ role: 'king' }, '没有这种身份'],
      [{ id: '../etc' }, '人员编号不合规定'],
    ] as const) {
      const page = await desk.send(url, { ...officer, from: '2026-06-01', ...changes });
      expect(page.statusCode).toBe(400);
      expect(page.body).toContain(reason);
    }
    const done = await desk.send(url, { ...officer, from: '2020-01-01' });
    expect(done.headers.location).toBe('/organisations/HB-ZD-QY-1?done=saved');
    expect((await desk.get('/people/P-1')).body).toContain('DEMO-13-0101');
  });

  it('are transferred without a gap, now or on a day to come', async () => {
    const done = await desk.send('/people/P-1/transfer', {
      organisation: 'org-demo-brigade',
      from: '2026-06-10',
    });
    expect(done.headers.location).toBe('/people/P-1?done=moved');
    const placeOf = async () =>
      (
        await rig.server.store.get<{ id: string }>(
          "SELECT organisation_id AS id FROM people WHERE person_id = 'P-1'",
        )
      )?.id;
    expect(await placeOf()).toBe('HB-ZD-QY-1');
    const postings = await rig.server.store.all<{ from: string; to: string | null }>(
      `SELECT valid_from AS "from", valid_to AS "to" FROM person_postings
       WHERE person_id = 'P-1' ORDER BY valid_from`,
    );
    expect(postings).toEqual([
      { from: '2020-01-01', to: '2026-06-09' },
      { from: '2026-06-10', to: null },
    ]);
    const back = await desk.send('/people/P-1/transfer', {
      organisation: 'HB-ZD-QY-1',
      from: '2026-06-10',
    });
    expect(back.body).toContain('日期须晚于最近一次任职的开始');
    const firm = await desk.send('/people/P-1/transfer', {
      organisation: 'org-demo-rescue',
      from: '2026-07-01',
    });
    expect(firm.body).toContain('只能在救援公司');
  });

  it('are moved only by somebody who has a say in both places', async () => {
    const page = await brigadeDesk.send('/people/per-demo-officer-1/transfer', {
      organisation: 'HB-ZD-QY-1',
      from: '2026-06-20',
    });
    expect(page.body).toContain('您的权限不包括那个机构');
  });
});

describe('import', () => {
  it('judges every row by itself, with its line and reason', async () => {
    const csv = [
      '\ufeffid,organisation,role,plate',
      'V-1,org-demo-rescue,tow-truck,冀A·12345',
      'V-2,org-demo-rescue,tow-truck,冀AD12345',
      'V-3,org-demo-rescue,tow-truck,冀A1234',
      'V-4,org-demo-rescue,tow-truck,犟A12345',
      'V-5,org-demo-rescue,patrol-car,冀A23456',
      'V-6,org-nowhere,tow-truck,冀A34567',
      '"V-7",org-demo-rescue,tow-truck,"冀A12345"',
      'V-8,org-demo-rescue,tow-truck,冀A45678,too,many',
      '',
      'V-1,org-demo-brigade,patrol-car,冀A56789',
    ].join('\n');
    const expected = [
      '2 V-1 可以',
      '3 V-2 可以',
      '4 V-3 车牌位数不对。',
      '5 V-4 车牌省份简称不对。',
      '6 V-5 救援人员和清障车只能在救援公司；执法人员和执法车辆只能在路政机构。',
      '7 V-6 没有这个机构，或那一天它不存在。',
      '8 V-7 这个车牌已有。',
      '9 V-8 这一行的格子多于列名。',
      '11 V-1 这个编号已有。',
    ];
    const checked = await importCsv('vehicles', csv, 'check');
    expect(reasonsOf(checked.body)).toEqual(expected);
    expect(checked.body).toContain('没有保存：2 行可以导入，7 行有问题');
    const count = () => rig.server.store.all("SELECT 1 FROM vehicles WHERE vehicle_id LIKE 'V-%'");
    expect(await count()).toHaveLength(0);
    const taken = await importCsv('vehicles', csv);
    expect(reasonsOf(taken.body)).toEqual(expected);
    expect(await count()).toHaveLength(2);
    const plate = await rig.server.store.get("SELECT plate FROM vehicles WHERE vehicle_id = 'V-1'");
    expect(plate).toEqual({ plate: '冀A12345' });
  });

  it('keeps within the rights of whoever imports', async () => {
    const csv = 'id,organisation,role,plate\nV-9,org-demo-rescue,tow-truck,冀A99999';
    const page = await importCsv('vehicles', csv, 'take', brigadeDesk);
    expect(reasonsOf(page.body)).toEqual(['2 V-9 您的权限不包括那个机构。']);
  });

  it.each([
    ['', '没有内容'],
    ['id,organisation,role,plate', '没有内容'],
    ['id,organisation,role\nV-1,a,b', '缺少列：plate'],
    ['id,organisation,role,plate,<b>\n1,2,3,4,5', '不认识的列名：&#60;b&#62;'],
    ['id,organisation,role,plate\n"V-1,a,b,c', '引号没有配对'],
    [`id,organisation,role,plate\n${'a,b,c,d\n'.repeat(2001)}`, '内容太多'],
  ])('says what is wrong with a table as a whole (%#)', async (csv, reason) => {
    expect((await importCsv('vehicles', csv)).body).toContain(reason);
  });

  it('refuses more than it can read, and says so', async () => {
    const page = await importCsv('people', 'x'.repeat(3 * 1024 * 1024));
    expect(page.statusCode).toBe(413);
    expect(page.body).toContain('内容太大');
  });

  it('reads quotes, commas and line ends within quotes as RFC 4180 has them', () => {
    expect(readCsv('a,b\r\n"x, ""y""\nz",2\r\n,\r\n3,')).toEqual({
      header: ['a', 'b'],
      rows: [
        { line: 2, cells: ['x, "y"\nz', '2'] },
        { line: 5, cells: ['3'] },
      ],
    });
  });
});

describe('changes', () => {
  it('are events of the audit log with what was before and after', async () => {
    const rows = await rig.server.store.all<{ payload: string }>(
      'SELECT payload FROM audit_events ORDER BY seq',
    );
    const events = rows.map(({ payload }) => JSON.parse(payload));
    const actions = new Set(events.map(({ action }) => action));
    for (const action of [
      'organisation.founded',
      'organisation.changed',
      'organisation.ended',
      'person.added',
      'person.transferred',
      'vehicle.added',
    ]) {
      expect(actions, action).toContain(action);
    }
    const change = events.find(({ subject }) => subject === 'organisation:HB-ZD-QY-1');
    expect(change.actor).toBe(`user:${desk.accountId}`);
  });
});
