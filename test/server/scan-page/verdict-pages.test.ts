import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanReport } from '../../../protocols/http/link-bodies.ts';
import { matchWords } from '../../../protocols/scan-code/words.ts';
import {
  deliver,
  openRig,
  Page,
  Phone,
  patrolReportOf,
  type Rig,
  reportOf,
  scanIdOf,
  startMs,
} from '../rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

async function pageOf(report: ScanReport, headers: Record<string, string> = {}) {
  await deliver(rig, report);
  return new Phone(rig, headers).open(report.scanId);
}

describe('the page of each verdict', () => {
  it('shows identity, match words, incident and rating form to the first opener', async () => {
    const page = await pageOf(reportOf('present'));
    expect(page.status).toBe(200);
    for (const text of [
      '请先到护栏外，再看手机',
      '示例清障救援有限公司',
      '道路清障救援（示例',
      '示例市示例县救援路 8 号',
      '示例路段 G4、G4-A、G1812',
      '0311-0000 0101',
      '救援服务程序',
      '收费标准',
      '冀F·示001',
      matchWords[0],
      matchWords[37],
      '五角星',
      'G4 K234+567 石家庄方向',
      '受理后 18 分钟到达',
      '误差不超过 12 米',
      '看不到任何单条评价',
    ]) {
      expect(page.html).toContain(text);
    }
    expect(page.hasRatingForm).toBe(true);
    expect(page.html).not.toContain('<script');
  });

  it('carries the data attributes of the contract on <html>', async () => {
    const page = await pageOf(reportOf('attributes'));
    expect(page.html).toMatch(/^<!doctype html>\n<html lang="zh-CN" data-verdict="fresh"/);
    expect(page.data('unit-id')).toBe('7');
    expect(page.data('issued-at')).toBe(String(reportOf('x').issuedAt));
    expect(page.data('lat')).toBe('38.042123');
    expect(page.data('lon')).toBe('114.512345');
    expect(page.data('match')).toBe('0,37,3');
  });

  it('shows an enforcement unit with officers, badge numbers and the superior hotline', async () => {
    const page = await pageOf(patrolReportOf('patrol'));
    for (const text of [
      '示例高速公路路政大队',
      '示例支队',
      '上级单位：示例支队',
      '0311-0000 0102',
      'DEMO-13-0001',
      'DEMO-13-0002',
      '示例辖区 G4、G4-A、G20',
      '执法依据',
      '执法依据与您的权利',
      '/d/legal-basis-general?day=2026-06-01&matter=spill',
    ]) {
      expect(page.unescaped).toContain(text);
    }
    expect(page.html).not.toContain('收费标准');
  });

  it('shows a kiosk as the brigade of its service area', async () => {
    const base = reportOf('kiosk');
    const unit = { ...base.unit, kind: 1, vehicleId: 'veh-demo-kiosk-1' };
    const page = await pageOf({ ...base, unit, incident: null, duty: 0 });
    expect(page.html).toContain('示例服务区');
    expect(page.html).toContain('服务亭');
    expect(page.html).toContain('没有关联到事件');
    expect(page.html).not.toContain('没有人员签到');
    expect(page.html).not.toContain('请先到护栏外');
  });

  const without: readonly [name: string, change: Partial<ScanReport>, shown: string[]][] = [
    ['replayed', { verdict: 'replayed', candidate: false }, ['请重新扫描车屏', '二维码已经用过']],
    ['stale', { verdict: 'stale', lateS: 1800 }, ['二维码已过期', '已失效 30 分钟']],
    ['early', { verdict: 'early', earlyS: 90 }, ['二维码时间不对', '比现在晚 90 秒']],
    ['static', { verdict: 'static', ttlS: null }, ['身份属实，不证明在场']],
  ];
  it.each(without)(
    'a %s code shows identity, no match words, no form',
    async (name, change, shown) => {
      const page = await pageOf(reportOf(name, change));
      for (const text of shown) expect(page.html).toContain(text);
      expect(page.html).toContain('示例清障救援有限公司');
      expect(page.html).toContain('怎么办');
      expect(page.data('verdict')).toBe(name);
      expect(page.data('match')).toBe('');
      expect(page.html).not.toContain(`>${matchWords[0]}<`);
      expect(page.hasRatingForm).toBe(false);
    },
  );

  it('an offline-issued code is fresh, proves no presence, and says 离线签发', async () => {
    const page = await pageOf(reportOf('offline', { offlineIssued: true }));
    expect(page.data('verdict')).toBe('fresh');
    expect(page.data('match')).toBe('');
    expect(page.html).toContain('离线签发');
    expect(page.hasRatingForm).toBe(false);
  });

  it('a revoked code lends no identity: only what the hotline needs', async () => {
    const page = await pageOf(reportOf('revoked', { verdict: 'revoked', candidate: false }));
    expect(page.html).toContain('此二维码已作废');
    expect(page.html).toContain('仅供核实');
    expect(page.html).not.toContain('道路清障救援（示例');
    expect(page.data('lat')).toBe('');
    expect(page.data('match')).toBe('');
    expect(page.hasRatingForm).toBe(false);
  });

  it('a printed person card shows that person, with number and without a state', async () => {
    const base = reportOf('person', { verdict: 'static', ttlS: null, match: null, incident: null });
    const unit = { ...base.unit, kind: 2, unitId: 2001, vehicleId: null };
    const page = await pageOf({ ...base, unit, position: null, signedPosition: null, place: null });
    expect(page.html).toContain('示例甲');
    expect(page.html).toContain('DEMO-13-0001');
    expect(page.html).not.toContain('示例乙');
    expect(page.html).not.toContain('当前状态');
    expect(page.data('lat')).toBe('');
  });

  it('a unit the directory does not know is said to be unknown', async () => {
    const base = reportOf('unknown-vehicle');
    const page = await pageOf({ ...base, unit: { ...base.unit, vehicleId: 'veh-nowhere' } });
    expect(page.status).toBe(200);
    expect(page.html).toContain('目录中没有这台设备的登记资料（设备编号 7）');
  });

  it('a unit in training says so on the page', async () => {
    const base = reportOf('training');
    const page = await pageOf({ ...base, unit: { ...base.unit, training: true } });
    expect(page.html).toContain('演练，不计入评价');
  });

  it('an unknown scan is a plain 404 page with what to do', async () => {
    const page = await new Phone(rig).open(scanIdOf('never delivered'));
    expect(page.status).toBe(404);
    expect(page.html).toContain('没有找到这次扫码');
  });

  it('marks a unit with nobody signed on, and one officer alone', async () => {
    const base = reportOf('nobody');
    const nobody = await pageOf({ ...base, unit: { ...base.unit, vehicleId: 'veh-demo-tow-2' } });
    expect(nobody.html).toContain('此刻没有人员签到上车');
    await rig.server.store.write((tx) =>
      tx.run('UPDATE crew_duties SET to_ms = ? WHERE person_id = ?', [
        startMs,
        'per-demo-officer-2',
      ]),
    );
    expect((await pageOf(patrolReportOf('alone'))).html).toContain('签到的执法人员不足两人');
    await rig.server.store.write((tx) => tx.run('UPDATE crew_duties SET to_ms = NULL'));
    expect((await pageOf(patrolReportOf('both'))).html).not.toContain('不足两人');
  });

  it('marks a place outside the sections an organisation has entered', async () => {
    const setSections = (sections: readonly string[]) =>
      rig.server.store.write((tx) =>
        tx.run('UPDATE organisations SET sections = ? WHERE organisation_id = ?', [
          JSON.stringify(sections),
          'org-demo-rescue',
        ]),
      );
    await setSections(['G4']);
    expect((await pageOf(reportOf('inside'))).html).not.toContain('登记的作业区域之外');
    await setSections(['G20']);
    expect((await pageOf(reportOf('outside'))).html).toContain('登记的作业区域之外');
    await setSections([]);
  });
});

describe('the language of the page', () => {
  it('is zh-CN without a wish, and what the browser prefers with one', async () => {
    expect((await pageOf(reportOf('no-wish'))).html).toContain('<html lang="zh-CN"');
    const wish = { 'accept-language': 'en-GB,en;q=0.9,zh;q=0.2' };
    const english = await pageOf(reportOf('wish'), wish);
    expect(english.html).toContain('<html lang="en"');
    expect(english.html).toContain('Get behind the guardrail first, then look at your phone');
    const other = await pageOf(reportOf('other'), { 'accept-language': 'fr,*;q=0.1' });
    expect(other.html).toContain('<html lang="zh-CN"');
  });

  it('is one tap away, and the tap keeps what the opener may do', async () => {
    const report = reportOf('one-tap');
    await deliver(rig, report);
    const phone = new Phone(rig);
    const page = await phone.open(report.scanId);
    expect(page.unescaped).toContain(`href="/v/${report.scanId}?lang=en"`);
    const english = new Page(await phone.get(`/v/${report.scanId}?lang=en`)).unescaped;
    expect(english).toContain('<html lang="en"');
    expect(english).toContain(`action="/v/${report.scanId}/rating?lang=en#rating"`);
  });
});
