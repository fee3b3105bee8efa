import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolmentDigits } from '../../../protocols/enrolment/code.ts';
import type { FleetOperation } from '../../../protocols/http/fleet-operations.ts';
import { codeDigitsOf } from '../../../protocols/scan-code/code.ts';
import { codeOf, hello, newSigner, shown, TestUnit } from '../../gateway/test-unit.ts';
import { until } from '../../gateway/world.ts';
import { type Desk, signedIn, tokenIn } from '../../server/access/desk-rig.ts';
import { phoneJpeg } from '../../server/bench/pictures.ts';
import { type LinkedRig, startLinked, waitForVehicles } from './rig.ts';

let rig: LinkedRig;
let technician: Desk;
let stranger: Desk;

const firm = 'org-demo-rescue';

beforeAll(async () => {
  rig = await startLinked();
  const role = 'technician' as const;
  technician = await signedIn(rig.server, [{ role, organisationId: firm }]);
  stranger = await signedIn(rig.server, [{ role, organisationId: 'org-demo-brigade' }]);
  await register('XL-WAIT-0', 'veh-demo-tow-1');
  await waitForVehicles(rig, 'XL-WAIT-0');
  await rig.gateway.admin('POST', '/units/XL-WAIT-0/events', { event: 'retire', reason: 'test' });
}, 60_000);
afterAll(() => rig?.stop());

async function register(serial: string, vehicleId: string | null = null) {
  const unit = { serial, model: 'M', role: 'tow-truck', vehicleId };
  return rig.gateway.admin('POST', '/units', unit);
}

/** Where a scan of this unit's enrolment code leads to. */
async function scanCode(unit: TestUnit, atS = Math.floor(Date.now() / 1000)) {
  const digits = enrolmentDigits(unit.serial, atS, unit.signer);
  const answer = await fetch(`${rig.gateway.addresses.httpUrl}/E/${digits}`, {
    redirect: 'manual',
  });
  const path = new URL(answer.headers.get('location') ?? '/none', rig.serverUrl).pathname;
  return { status: answer.status, path, text: await answer.text() };
}

async function load(serial: string, desk = technician, plate = '') {
  const token = tokenIn((await desk.get('/bench/import')).body);
  const csv = `serial,kind,plate\n${serial},tow-truck,${plate}`;
  return desk.post('/bench/import', { token, csv, depot: firm });
}

async function approve(path: string, desk = technician, plate = '') {
  const page = await desk.get(path);
  const form = plate === '' ? {} : { plate };
  return desk.post(`${path}/approve`, { token: tokenIn(page.body), ...form });
}

const stateOf = async (serial: string) =>
  ((await rig.gateway.admin('GET', `/units/${serial}`)).body as { state: string }).state;

/** Out of the one sample truck, so that the next test finds it free. */
async function clear(serial: string): Promise<void> {
  const reason = 'test';
  await rig.gateway.admin('POST', `/units/${serial}/move`, { vehicleId: null, reason });
}

describe('a technician with a phone', () => {
  it('takes a unit from the list to the road in five taps', { timeout: 60_000 }, async () => {
    const unit = new TestUnit(rig.gateway, 'XL-ROAD-1');
    const loaded = await load(unit.serial, technician, '冀F示001');
    expect(loaded.statusCode).toBe(303);
    const result = await technician.get(String(loaded.headers.location));
    expect(result.body).toContain('导入 1 台，未导入 0 行');
    // The unit has never asked: its code alone is enough, and the approval is kept.
    const { status, path } = await scanCode(unit);
    expect(status).toBe(303);
    const page = await technician.get(path);
    expect(page.body).toContain(unit.fingerprint);
    expect(page.body).toContain('冀F·示001');
    expect(page.body).toContain('已预先分配给这辆车');
    const approved = await approve(path);
    expect(approved.headers.location).toBe('/bench/units/XL-ROAD-1/install?done=approved');
    const waiting = await technician.get('/bench/units/XL-ROAD-1/install');
    expect(waiting.body).toContain('等待终端联网');
    const granted = await unit.ask();
    expect(granted.status).toBe(200);
    unit.grant = granted.body as never;
    await unit.connect();
    const code = codeOf(unit, Math.floor(Date.now() / 1000), 120);
    unit.send([hello(1, Date.now()), shown(2, code)]);
    await until('the acknowledgement', () => unit.acks.some(({ upTo }) => upTo >= 2));
    const scan = await fetch(`${rig.gateway.addresses.httpUrl}/${codeDigitsOf(code)}`, {
      redirect: 'manual',
    });
    const scanPath = new URL(scan.headers.get('location') ?? '').pathname;
    const led = await technician.get(scanPath);
    expect(led.statusCode).toBe(303);
    const proofPath = String(led.headers.location);
    expect(proofPath).toMatch(/^\/bench\/scan\/[0-9a-f]{32}$/);
    const early = await technician.post('/bench/units/XL-ROAD-1/commission', {
      token: await technician.token(),
    });
    expect(early.statusCode).toBe(409);
    expect((await sendPhoto(proofPath, Buffer.from('GIF89a'))).statusCode).toBe(400);
    const proved = await sendPhoto(proofPath, await phoneJpeg());
    expect(proved.headers.location).toBe('/bench/units/XL-ROAD-1/install?done=proven');
    const ready = await technician.get('/bench/units/XL-ROAD-1/install');
    expect(ready.body).toContain('投用：结束演练');
    const photo = await technician.get('/bench/units/XL-ROAD-1/photo');
    expect(photo.headers['content-type']).toBe('image/jpeg');
    expect(photo.rawPayload.includes('SECRET-PLACE')).toBe(false);
    const token = tokenIn(ready.body);
    const done = await technician.post('/bench/units/XL-ROAD-1/commission', { token });
    expect(done.headers.location).toBe('/bench/units/XL-ROAD-1/install?done=commissioned');
    expect((await rig.gateway.admin('GET', '/units/XL-ROAD-1')).body).toMatchObject({
      ...{ state: 'active', training: false },
    });
    const list = await technician.get('/bench?step=commissioned');
    expect(list.body).toContain('XL-ROAD-1');
    expect((await stranger.get('/bench')).body).not.toContain('XL-ROAD-1');
    // Whoever did it stands in the record of the gateway by name.
    const { body } = await rig.gateway.admin('GET', '/units/XL-ROAD-1');
    expect(JSON.stringify(body)).toMatch(/"by":"用户\d+ \(user:acc-\d+\)"/);
    await unit.end();
    await clear(unit.serial);
  });

  it('never redeems by a scan, logged in or out again', { timeout: 30_000 }, async () => {
    const { store } = rig.server.server;
    const rows = await store.all<{ staffBy: string | null }>(
      'SELECT staff_by AS staffBy FROM scans',
    );
    expect(rows.map(({ staffBy }) => staffBy)).toContain(technician.accountId);
    const scan = await store.get<{ scanId: string }>('SELECT scan_id AS scanId FROM scans');
    const { Phone } = await import('../../server/rig.ts');
    const page = await new Phone(rig.server).open(scan?.scanId ?? '');
    expect(page.data('presence')).toBe('view-only');
    expect(page.hasRatingForm).toBe(false);
  });
});

async function sendPhoto(path: string, bytes: Buffer, desk = technician) {
  const boundary = 'xinlu-boundary';
  const token = await desk.token();
  const head = (name: string, more: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n`;
  const payload = Buffer.concat([
    Buffer.from(`${head('token', '')}\r\n${token}\r\n`),
    Buffer.from(`${head('photo', '; filename="m.jpg"')}content-type: image/jpeg\r\n\r\n`),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const cookie = [...desk.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const type = `multipart/form-data; boundary=${boundary}`;
  return rig.server.server.app.inject({
    ...{ method: 'POST', url: path, payload, headers: { cookie, 'content-type': type } },
  });
}

describe('a list of 500 units', () => {
  /** What each faulty line is told, in the language of the reader. */
  const faults = [
    ['xl-small,清障车,,', '序列号应为 4 至 20 位大写字母、数字或横线'],
    ['XL-F-2,自行车,,', '类型应为清障车、巡逻车或自助机'],
    ['XL-F-3,,冀F99999,', '系统中没有车牌 冀F99999'],
    ['XL-F-4,,冀A示002,', '机构或车辆不在您的权限范围内'],
    ['XL-F-5,清障车,,org-demo-brigade', '机构或车辆不在您的权限范围内'],
    ['XL-B-00001,清障车,,', '这个序列号已经登记'],
    ['XL-F-7,巡逻车,冀F示001,', '冀F示001 不是这类车辆'],
    ['XL-F-8,,,', '请写明类型，或填写系统中的车牌'],
    ['XL-F-9,清障车,,,,', '列数多于表头'],
  ] as const;

  it('with mixed faults says of each line what became of it', { timeout: 30_000 }, async () => {
    const good = Array.from(
      { length: 500 - faults.length },
      (_, index) => `XL-B-${String(index + 1).padStart(5, '0')},清障车,,`,
    );
    const lines = [...good.slice(0, 200), ...faults.map(([line]) => line), ...good.slice(200)];
    const csv = ['序列号,类型,车牌号,机构', ...lines].join('\r\n');
    const token = tokenIn((await technician.get('/bench/import')).body);
    const sent = await technician.post('/bench/import', { token, csv, depot: firm });
    const path = String(sent.headers.location);
    const { body } = await technician.get(path);
    expect(body).toContain(`导入 ${good.length} 台，未导入 ${faults.length} 行`);
    const result = (await technician.get(`${path}/result.csv`)).body.split('\r\n');
    expect(result).toHaveLength(502);
    for (const [index, [line, words]] of faults.entries()) {
      const row = result.find((one) => one.startsWith(`"${202 + index}",`));
      expect(row, line).toContain(`"${line.split(',')[0]}","0","${words}`);
    }
    const list = (await rig.gateway.admin('GET', '/units')).body as { depot: string }[];
    expect(list.filter(({ depot }) => depot === firm).length).toBeGreaterThanOrEqual(good.length);
    // What became of it is for who loaded it.
    expect((await stranger.get(path)).statusCode).toBe(404);
    const again = await technician.post('/bench/import', { token, csv, depot: firm });
    const second = await technician.get(String(again.headers.location));
    expect(second.body).toContain('导入 0 台，未导入 500 行');
  });
});

describe('an attacker who knows all serials and has the image', () => {
  it('gains nothing by a code of his own for a serial that is not registered', async () => {
    const unit = new TestUnit(rig.gateway, 'XL-NOBODY-9');
    const { status, text } = await scanCode(unit);
    expect(status).toBe(404);
    expect(text).toContain('序列号尚未登记');
    expect(text).toContain(`${rig.serverUrl}/bench/import`);
    expect(await unit.ask()).toMatchObject({ status: 404 });
  });

  it('gains nothing by a code that was photographed and is opened later', async () => {
    await load('XL-STOLEN-1');
    const unit = new TestUnit(rig.gateway, 'XL-STOLEN-1');
    const late = await scanCode(unit, Math.floor(Date.now() / 1000) - 3600);
    expect(late.status).toBe(410);
    expect(late.text).toContain('入网码已过期');
    const ahead = await scanCode(unit, Math.floor(Date.now() / 1000) + 3600);
    expect(ahead.status).toBe(409);
    expect(ahead.text).toContain('终端时钟不准');
    expect(await stateOf('XL-STOLEN-1')).toBe('registered');
  });

  it('is not approved with another key than the one on the glass', async () => {
    await load('XL-SWAP-8', technician, '冀F示001');
    const [honest, attacker] = ['XL-SWAP-8', 'XL-SWAP-8'].map(
      (serial) => new TestUnit(rig.gateway, serial),
    ) as [TestUnit, TestUnit];
    await attacker.ask();
    const { path } = await scanCode(honest);
    expect((await technician.get(path)).body).toContain(honest.fingerprint);
    expect((await technician.get(path)).body).not.toContain(attacker.fingerprint);
    await approve(path);
    expect((await honest.ask()).status).toBe(200);
    // The second device with the same serial, asking by network or by a code of its own.
    expect(await attacker.ask()).toMatchObject({ status: 409, body: { code: 'serial-active' } });
    const own = await scanCode(attacker);
    expect(own.status).toBe(409);
    expect(own.text).toContain(`${rig.serverUrl}/bench/units/XL-SWAP-8/act/rekey`);
    // Opened again, the used request leads nowhere.
    const again = await approve(path);
    expect(again.statusCode).toBe(404);
    await clear('XL-SWAP-8');
  });

  it('is not approved by a request that came over the network alone', async () => {
    await load('XL-NET-1');
    const unit = new TestUnit(rig.gateway, 'XL-NET-1');
    await unit.ask();
    const row = (await rig.gateway.admin('GET', '/units/XL-NET-1')).body as { waiting: object[] };
    expect(row.waiting).toHaveLength(1);
    // Its number is nowhere to be seen; guessing finds nothing.
    const guess = await approve(`/bench/enrol/${'0'.repeat(32)}`);
    expect(guess.statusCode).toBe(404);
    expect(await stateOf('XL-NET-1')).toBe('pending');
  });

  it('finds that a technician of another organisation can do nothing to a unit', async () => {
    await load('XL-OTHER-1', technician, '冀F示001');
    const unit = new TestUnit(rig.gateway, 'XL-OTHER-1');
    const { path } = await scanCode(unit);
    for (const url of [path, '/bench/units/XL-OTHER-1', '/bench/units/XL-OTHER-1/act/revoke']) {
      const page = await stranger.get(url);
      expect(page.statusCode, url).toBe(403);
      expect(page.body, url).toContain('权限以外的机构');
      expect(page.body, url).not.toContain(unit.fingerprint);
    }
    const token = await stranger.token();
    const tries: readonly (readonly [string, Record<string, string>])[] = [
      [`${path}/approve`, {}],
      ['/bench/units/XL-OTHER-1/act/revoke', { reason: 'r' }],
      ['/bench/units/XL-OTHER-1/act/move', { reason: 'r', plate: '' }],
      ['/bench/units/XL-OTHER-1/commission', {}],
      ['/bench/units/XL-OTHER-1/commands', { name: 'next-code' }],
      ['/bench/units/XL-OTHER-1/configuration', { key: 'title', value: 'x', reason: 'r' }],
    ];
    for (const [url, form] of tries) {
      expect((await stranger.post(url, { ...form, token })).statusCode, url).toBe(403);
    }
    expect((await load('XL-OTHER-2', stranger)).statusCode).toBe(303);
    expect(await stateOf('XL-OTHER-2')).toBe(undefined);
    expect(await stateOf('XL-OTHER-1')).toBe('pending');
    await clear('XL-OTHER-1');
  });

  it('cannot ask the fleet API without the key of the link', async () => {
    const { fleetUrl } = rig.gateway.addresses;
    const body = JSON.stringify({ v: 1, actor: { id: 'x', name: 'x' }, scope: null, ask: {} });
    const headers = { 'content-type': 'application/json' };
    const operations: readonly FleetOperation[] = ['units.list', 'image.get', 'units.act'];
    for (const name of operations) {
      for (const authorization of ['', 'Bearer x', `Bearer ${rig.server.toServerKey}`]) {
        const given = { ...headers, ...(authorization !== '' && { authorization }) };
        const options = { method: 'POST', headers: given, body };
        expect((await fetch(`${fleetUrl}/fleet/v1/${name}`, options)).status).toBe(401);
      }
    }
  });

  it('loses the unit within a second once it is revoked, and its key for ever', async () => {
    await load('XL-GONE-1', technician, '冀F示001');
    const unit = new TestUnit(rig.gateway, 'XL-GONE-1', newSigner());
    await approve((await scanCode(unit)).path);
    unit.grant = (await unit.ask()).body as never;
    const session = await unit.connect();
    let isClosed = false;
    session.once('close', () => {
      isClosed = true;
    });
    const page = await technician.get('/bench/units/XL-GONE-1/act/revoke');
    expect(page.body).toContain('连接 5 秒内断开');
    const without = { token: tokenIn(page.body), reason: ' ' };
    const refused = await technician.post('/bench/units/XL-GONE-1/act/revoke', without);
    expect(refused.body).toContain('请写明原因');
    expect(await stateOf('XL-GONE-1')).toBe('enrolled');
    const form = { token: tokenIn(page.body), reason: '失窃' };
    const done = await technician.post('/bench/units/XL-GONE-1/act/revoke', form);
    expect(done.headers.location).toBe('/bench/units/XL-GONE-1?done=acted');
    await until('the session to close', () => isClosed, 50_000);
    expect(await unit.ask()).toMatchObject({ status: 409 });
    const code = codeOf(unit, Math.floor(Date.now() / 1000), 120);
    const opened = await fetch(`${rig.gateway.addresses.httpUrl}/${codeDigitsOf(code)}`, {
      redirect: 'manual',
    });
    const scanId = new URL(opened.headers.get('location') ?? '').pathname;
    const { Phone } = await import('../../server/rig.ts');
    const seen = await new Phone(rig.server).open(scanId.split('/')[2] ?? '');
    expect(seen.data('verdict')).toBe('revoked');
  });
});
