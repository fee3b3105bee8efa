import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanReport } from '../../../protocols/http/link-bodies.ts';
import { deliver, openRig, Phone, patrolReportOf, post, type Rig, reportOf } from '../rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

const hourMs = 3_600_000;
const rateUrl = ({ scanId }: ScanReport) => `/v/${scanId}/rating`;
const saved = (incidentId: string) =>
  rig.server.store.all<Record<string, unknown>>(
    `SELECT subject_kind AS kind, subject_id AS id, score, words, phrases FROM ratings
     WHERE incident_id = ? ORDER BY subject_kind, subject_id, score`,
    [incidentId],
  );

/** A scan within an incident of the test's own. */
function within(incidentId: string, report: ScanReport): ScanReport {
  return { ...report, incident: report.incident && { ...report.incident, id: incidentId } };
}

async function opened(report: ScanReport, phone = new Phone(rig)) {
  rig.clock.ms = report.scannedAtMs;
  await deliver(rig, report);
  const { token } = await phone.open(report.scanId);
  return { phone, token };
}

describe('a rating', () => {
  it('is of the unit and, if wished, of each person aboard, with phrases', async () => {
    const report = within('inc-people', patrolReportOf('people'));
    const { phone, token } = await opened(report);
    const page = await phone.post(rateUrl(report), {
      token,
      level: '80',
      phrase: 'kind',
      'level-per-demo-officer-1': '100',
      'words-per-demo-officer-1': '讲得清楚',
      'level-per-demo-worker-1': '0',
    });
    expect(page.status).toBe(303);
    expect(await saved('inc-people')).toEqual([
      { kind: 'person', id: 'per-demo-officer-1', score: 100, words: '讲得清楚', phrases: '[]' },
      { kind: 'unit', id: 'veh-demo-patrol-1', score: 80, words: '', phrases: '["kind"]' },
    ]);
    const shown = (await phone.open(report.scanId)).html;
    expect(shown).toContain('示例甲：100 分');
    expect(shown).toContain('看不到任何单条评价');
  });

  it('of a person needs a score, and the form comes back with what was written', async () => {
    const report = within('inc-half', patrolReportOf('half'));
    const { phone, token } = await opened(report);
    const page = await phone.post(rateUrl(report), {
      token,
      level: '80',
      'words-per-demo-officer-2': '没有打分',
    });
    expect(page.status).toBe(400);
    expect(page.html).toContain('没有打分</textarea>');
    expect(page.html).toMatch(/value="80" checked/);
    expect(await saved('inc-half')).toEqual([]);
  });

  it('takes several phrases and none that is not offered', async () => {
    const report = within('inc-phrases', reportOf('phrases'));
    const { token, phone } = await opened(report);
    const ticked = 'phrase=kind&phrase=price-clear&phrase=%3Cb%3E';
    const page = await phone.post(rateUrl(report), `token=${token}&score=90&${ticked}`);
    expect(page.status).toBe(303);
    expect(await saved('inc-phrases')).toMatchObject([{ phrases: '["kind","price-clear"]' }]);
  });
});

describe('one rating a subject, party and incident', () => {
  it('a second scan by the same phone changes the first rating', async () => {
    const first = within('inc-again', reportOf('again-1'));
    const { phone, token } = await opened(first);
    await phone.post(rateUrl(first), { token, score: '40' });
    const second = within('inc-again', reportOf('again-2'));
    const again = await opened(second, phone);
    const page = await phone.get(`/v/${second.scanId}`);
    expect(page.body).toContain('40 分');
    await phone.post(rateUrl(second), { token: again.token, score: '70' });
    expect(await saved('inc-again')).toMatchObject([{ kind: 'unit', score: 70 }]);
    const versions = await rig.server.store.all(
      `SELECT v.version, v.score FROM rating_versions v JOIN ratings r USING (rating_id)
       WHERE r.incident_id = 'inc-again' ORDER BY v.version`,
    );
    expect(versions).toEqual([
      { version: 1, score: 40 },
      { version: 2, score: 70 },
    ]);
  });

  it('another phone in the same incident is another party; another incident another rating', async () => {
    const reports = [
      within('inc-shared', reportOf('shared-1')),
      within('inc-shared', reportOf('shared-2')),
      within('inc-other', reportOf('shared-3')),
    ] as const;
    const { phone, token } = await opened(reports[0]);
    await phone.post(rateUrl(reports[0]), { token, score: '10' });
    const other = await opened(reports[1]);
    await other.phone.post(rateUrl(reports[1]), { token: other.token, score: '20' });
    const third = await opened(reports[2], phone);
    await phone.post(rateUrl(reports[2]), { token: third.token, score: '30' });
    expect((await saved('inc-shared')).map(({ score }) => score)).toEqual([10, 20]);
    expect((await saved('inc-other')).map(({ score }) => score)).toEqual([30]);
  });

  it('cookie and token of one incident rate no other', async () => {
    const mine = within('inc-mine', reportOf('swap-mine'));
    const theirs = within('inc-theirs', reportOf('swap-theirs'));
    const { phone, token } = await opened(mine);
    await opened(theirs);
    const page = await phone.post(rateUrl(theirs), { token, score: '0' });
    expect(page.status).toBe(409);
    expect(await saved('inc-theirs')).toEqual([]);
  });
});

describe('the window of a rating', () => {
  it('is 72 hours after the scan while no closing is known', async () => {
    const report = within('inc-window', reportOf('window'));
    const { phone, token } = await opened(report);
    rig.clock.ms = report.scannedAtMs + 72 * hourMs - 1;
    expect((await phone.post(rateUrl(report), { token, score: '50' })).status).toBe(303);
    rig.clock.ms += 1;
    const late = await phone.post(rateUrl(report), { token, score: '0' });
    expect(late.status).toBe(409);
    expect(late.html).toContain('评价期已于');
    expect(late.hasRatingForm).toBe(false);
    expect(await saved('inc-window')).toMatchObject([{ score: 50 }]);
  });

  it('is 72 hours after the incident was said to be closed', async () => {
    const report = within('inc-closing', reportOf('closing'));
    const { phone, token } = await opened(report);
    rig.clock.ms = report.scannedAtMs + 10 * hourMs;
    const { scanId, position, place, incident } = report;
    const closed = { v: 1, scanId, position, place, incident: { ...incident, stage: 'closed' } };
    await post(rig, [{ id: 'relink:closing', type: 'scan-relinked', body: closed }]);
    rig.clock.ms = report.scannedAtMs + 82 * hourMs - 1;
    expect((await phone.post(rateUrl(report), { token, score: '60' })).status).toBe(303);
    rig.clock.ms += 1;
    expect((await phone.post(rateUrl(report), { token, score: '0' })).status).toBe(409);
    expect(await saved('inc-closing')).toMatchObject([{ score: 60 }]);
  });
});
