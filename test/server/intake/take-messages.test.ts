import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanReport } from '../../../protocols/http/link-bodies.ts';
import { linkGateway, openRig, Phone, post, type Rig, reportOf } from '../rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

const scanMessage = (report: ScanReport) => ({
  id: `scan:${report.scanId}`,
  type: 'scan',
  body: report,
});

const relinkMessage = (report: ScanReport, stake: string, round = 1) => ({
  id: `relink:${report.scanId}:${round}`,
  type: 'scan-relinked',
  body: {
    v: 1,
    scanId: report.scanId,
    position: report.position,
    place: report.place && { ...report.place, stake },
    incident: report.incident,
  },
});

const stakeOf = async ({ scanId }: ScanReport) => {
  const page = await new Phone(rig).get(`/v/${scanId}`);
  return /K\d+\+\d{3}/.exec(page.body)?.[0];
};

const count = async (table: string) =>
  (await rig.server.store.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))?.n ?? -1;

describe('messages of a gateway', () => {
  it('a scan is there for its page as soon as it is accepted', async () => {
    const report = reportOf('accepted');
    const response = await post(rig, [scanMessage(report)]);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ accepted: [`scan:${report.scanId}`], refused: [] });
    expect((await new Phone(rig).open(report.scanId)).status).toBe(200);
  });

  it('a repeat is accepted and changes nothing, also after the scan was improved and opened', async () => {
    const report = reportOf('repeated');
    await post(rig, [scanMessage(report)]);
    await post(rig, [relinkMessage(report, 'K300+000')]);
    const phone = new Phone(rig);
    await phone.open(report.scanId);
    const rows = [await count('scans'), await count('link_messages')];
    const repeats = await Promise.all(
      Array.from({ length: 20 }, () => post(rig, [scanMessage(report)])),
    );
    for (const repeat of repeats) expect(repeat.json().refused).toEqual([]);
    expect([await count('scans'), await count('link_messages')]).toEqual(rows);
    expect(await stakeOf(report)).toBe('K300+000');
    expect((await phone.open(report.scanId)).hasRatingForm).toBe(true);
  });

  it('the order within a batch holds: the last link of a scan wins', async () => {
    const report = reportOf('ordered');
    const response = await post(rig, [
      scanMessage(report),
      relinkMessage(report, 'K111+000', 1),
      relinkMessage(report, 'K222+000', 2),
    ]);
    expect(response.json().accepted).toHaveLength(3);
    expect(await stakeOf(report)).toBe('K222+000');
    await post(rig, [relinkMessage(report, 'K111+000', 1)]);
    expect(await stakeOf(report)).toBe('K222+000');
  });

  it('a message that does not fit is refused by itself; its neighbours are taken', async () => {
    const good = reportOf('good-neighbour');
    const bad = { ...reportOf('bad'), scanId: 'not hex' };
    const future = { ...reportOf('future'), v: 2 };
    const response = await post(rig, [
      { id: 'bad', type: 'scan', body: bad },
      { id: 'future', type: 'scan', body: future },
      { id: 'unknown', type: 'weather', body: {} },
      scanMessage(good),
    ]);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      accepted: [`scan:${good.scanId}`],
      refused: ['bad', 'future', 'unknown'].map((id) => ({ id, code: 'bad-request' })),
    });
  });

  it('fields it does not know are passed over', async () => {
    const report = { ...reportOf('newer'), weather: 'rain' };
    expect((await post(rig, [scanMessage(report)])).json().refused).toEqual([]);
  });

  it('a link for a scan that never came is refused, and taken once the scan is there', async () => {
    const report = reportOf('relink-first');
    const relink = relinkMessage(report, 'K444+000');
    expect((await post(rig, [relink])).json().refused).toEqual([
      { id: relink.id, code: 'not-found' },
    ]);
    await post(rig, [scanMessage(report), relink]);
    expect(await stakeOf(report)).toBe('K444+000');
  });

  it('one gateway cannot replace or improve the scan of another', async () => {
    const report = reportOf('owned');
    await post(rig, [scanMessage(report)]);
    const { toServerKey } = await linkGateway(rig.server, 'gateway-2', 'other gateway');
    const forged = { ...report, match: [1, 1, 1] as [number, number, number] };
    const answer = await post(
      rig,
      [
        { id: 'x1', type: 'scan', body: forged },
        { ...relinkMessage(report, 'K999+000'), id: 'x2' },
      ],
      toServerKey,
    );
    expect(answer.json().refused).toEqual([
      { id: 'x1', code: 'conflict' },
      { id: 'x2', code: 'not-found' },
    ]);
    expect(await stakeOf(report)).toBe('K234+567');
  });

  it.each([
    ['no object', []],
    ['no version', { messages: [{}] }],
    ['a version to come', { v: 2, messages: [{ id: 'a' }] }],
    ['no messages', { v: 1, messages: [] }],
    ['more than a hundred', { v: 1, messages: Array.from({ length: 101 }, () => ({ id: 'a' })) }],
    ['a message without an id', { v: 1, messages: [{ type: 'scan', body: {} }] }],
    ['an id beyond its length', { v: 1, messages: [{ id: 'x'.repeat(101) }] }],
  ])('a batch with %s is a 400 with a code', async (_what, payload) => {
    const response = await rig.server.app.inject({
      method: 'POST',
      url: '/link/v1/messages',
      headers: { authorization: `Bearer ${rig.toServerKey}` },
      payload,
    });
    expect(response.statusCode).toBe(400);
    expect(response.json().code).toBe('bad-request');
  });

  it('what is not JSON, or larger than a batch, is refused with a code and no page', async () => {
    const send = (payload: string) =>
      rig.server.app.inject({
        method: 'POST',
        url: '/link/v1/messages',
        headers: {
          authorization: `Bearer ${rig.toServerKey}`,
          'content-type': 'application/json',
        },
        payload,
      });
    expect((await send('{"v":1,')).json().code).toBe('bad-request');
    const huge = await send(JSON.stringify({ v: 1, messages: [], pad: 'x'.repeat(1_100_000) }));
    expect(huge.statusCode).toBe(413);
    expect(huge.json().code).toBe('too-large');
  });
});
