import jsqr from 'jsqr';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrintFeed } from '../../../protocols/http/print-bodies.ts';
import { readCodeLink } from '../../../protocols/scan-code/code.ts';
import { judge } from '../../../protocols/scan-code/verdict.ts';
import { publicKeyFromRaw } from '../../../protocols/signed/ed25519.ts';
import { type Desk, signedIn } from '../access/desk-rig.ts';
import { openRig, type Rig, startMs } from '../rig.ts';

const brigade = 'org-demo-brigade';
const rescue = 'org-demo-rescue';
const readQr = jsqr as unknown as (typeof jsqr)['default'];

describe('printed cards', () => {
  let rig: Rig;
  let clerk: Desk;
  let officer: string;
  beforeAll(async () => {
    rig = await openRig();
    clerk = await signedIn(rig, [{ role: 'credit-clerk', organisationId: brigade }]);
    const row = await rig.server.store.get<{ id: string }>(
      'SELECT person_id AS id FROM people WHERE organisation_id = ? ORDER BY person_id',
      [brigade],
    );
    officer = row?.id ?? '';
  });
  afterAll(() => rig.close());

  const page = `/organisations/${brigade}/cards`;
  const print = async (form: Record<string, string>) => {
    rig.clock.ms += 5000;
    const answer = await clerk.send(page, { reason: '新发', earlier: 'revoke', ...form }, page);
    return { status: answer.statusCode, sheet: String(answer.headers.location ?? ''), answer };
  };
  const printIdsOf = async (sheet: string) => [
    ...new Set((await clerk.get(sheet)).body.match(/(?<=prints\/)[0-9a-f]{64}/g) ?? []),
  ];
  const feed = async (after: number) => {
    const headers = { authorization: `Bearer ${rig.toServerKey}` };
    const url = `/link/v1/prints?after=${after}`;
    return (await rig.server.app.inject({ url, headers })).json() as PrintFeed;
  };
  const stateOf = async (printId: string) =>
    (await feed(0)).changes.find(({ sha256 }) => sha256 === printId)?.revoked;

  it('carry a code that any reader reads and the issuing key signed, at 300 dots an inch', async () => {
    const { sheet } = await print({ subject: `person:${officer}` });
    const [printId] = await printIdsOf(sheet);
    const png = await clerk.get(`${page}/prints/${printId}/card.png`);
    expect(png.headers['content-type']).toBe('image/png');
    const picture = sharp(png.rawPayload);
    const { width, height, density } = await picture.metadata();
    expect([width, height, density]).toStrictEqual([1011, 638, 300]);
    const { data } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const found = readQr(new Uint8ClampedArray(data), width, height);
    const { issuers, changes } = await feed(0);
    const keys = issuers.map((issuer) => {
      const publicKey = publicKeyFromRaw(Buffer.from(issuer.publicKey, 'base64url'));
      if (publicKey === null) throw new Error('the issuing key binds nobody');
      return { ...issuer, publicKey, matchKey: null };
    });
    const reading = readCodeLink(found?.data ?? '');
    const verdict = judge(
      reading,
      { issuerKeys: () => keys, unitKeys: () => [] },
      { atS: startMs / 1000 },
    );
    expect(verdict).toMatchObject({
      verdict: 'static',
      code: { fields: { kind: 2, ttlS: 'static' } },
    });
    expect(changes).toContainEqual({ sha256: printId, revoked: false });
  });

  it('come as A4 with crop marks and as single pages, with the letters that they need', async () => {
    const { sheet } = await print({ subject: `person:${officer}`, earlier: 'keep' });
    for (const [file, box] of [
      ['sheet.pdf', '/MediaBox [0 0 595.28 841.89]'],
      ['single.pdf', '/MediaBox [0 0 242.64'],
    ] as const) {
      const { rawPayload, headers } = await clerk.get(`${sheet}/${file}`);
      const text = rawPayload.toString('latin1');
      expect(headers['content-disposition']).toMatch(/^attachment; filename="[0-9a-f]+-/);
      expect(text.slice(0, 5)).toBe('%PDF-');
      expect(text).toContain(box);
      expect(text).toMatch(/\/BaseFont \/[A-Z]{6}\+NotoSansSC-Bold/);
      // A subset: the whole font has ten million bytes.
      expect(rawPayload.length).toBeLessThan(200_000);
    }
  });

  it('end with the next one or stay, as was asked, and one is revoked by itself', async () => {
    const [first = ''] = await printIdsOf((await print({ subject: `person:${officer}` })).sheet);
    const kept = { subject: `person:${officer}`, earlier: 'keep' };
    const [second = ''] = await printIdsOf((await print(kept)).sheet);
    expect([await stateOf(first), await stateOf(second)]).toStrictEqual([false, false]);
    const [third = ''] = await printIdsOf((await print({ subject: `person:${officer}` })).sheet);
    const states = () => Promise.all([first, second, third].map(stateOf));
    expect(await states()).toStrictEqual([true, true, false]);
    const before = await feed(0);
    const gone = await clerk.send(`${page}/prints/${third}/revoke`, { reason: '遗失' }, page);
    expect(gone.headers.location).toBe(`${page}?done=revoked`);
    expect(await states()).toStrictEqual([true, true, true]);
    expect((await feed(before.changeNo)).changes).toStrictEqual([{ sha256: third, revoked: true }]);
    expect((await clerk.get(`${page}/prints/${third}/card.png`)).statusCode).toBe(404);
    expect((await clerk.get(page)).body).toContain('遗失');
    const { n } = (await rig.server.store.get<{ n: number }>(
      `SELECT count(*) AS n FROM audit_events WHERE payload LIKE '%card.revoke%遗失%'`,
    )) ?? { n: 0 };
    expect(n).toBe(1);
  });

  it('have a second of the issuing key each, however many are printed at once', async () => {
    const technician = await signedIn(rig, [{ role: 'technician', organisationId: rescue }]);
    const own = `/organisations/${rescue}/cards`;
    const token = await technician.token(own);
    const body = new URLSearchParams({ token, reason: '年度换发', earlier: 'keep' });
    for (let car = 2; car <= 40; car += 1) body.append('subject', `vehicle:veh-demo-tow-${car}`);
    const cookie = [...technician.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie };
    const made = await rig.server.app.inject({
      ...{ method: 'POST', url: own, headers, payload: body.toString() },
    });
    expect(made.statusCode).toBe(303);
    const { rows, seconds, ahead } = (await rig.server.store.get<Record<string, number>>(
      `SELECT count(*) AS rows, count(DISTINCT issued_at) AS seconds, max(issued_at) AS ahead
      FROM card_prints`,
    )) as Record<'rows' | 'seconds' | 'ahead', number>;
    expect(seconds).toBe(rows);
    expect(ahead).toBeLessThanOrEqual(Math.floor(rig.clock.ms / 1000));
    const sheet = await technician.get(`${made.headers.location}/sheet.pdf`);
    expect(sheet.rawPayload.toString('latin1').match(/\/Type \/Page\n/g)).toHaveLength(10);
  });

  it('are printed for nobody without a reason, without a subject, or of another organisation', async () => {
    const cases = [
      { subject: `person:${officer}`, reason: ' ' },
      { subject: '' },
      { subject: 'person:nobody' },
      { subject: 'vehicle:veh-demo-tow-2' },
    ];
    const before = (await feed(0)).changeNo;
    for (const form of cases) expect((await print(form)).status).toBe(400);
    expect((await clerk.get(`/organisations/${rescue}/cards`)).statusCode).toBe(403);
    const reader = await signedIn(rig, [{ role: 'department-head', organisationId: brigade }]);
    expect((await reader.get(page)).body).not.toContain(
      '<form method="post" action="/organisations',
    );
    const form = { subject: `person:${officer}`, reason: '新发' };
    expect((await reader.send(page, form)).statusCode).toBe(403);
    expect((await feed(0)).changeNo).toBe(before);
  });

  it('are not printed while nobody has said where their codes point', async () => {
    const bare = await openRig({ codeAddress: '' });
    try {
      const desk = await signedIn(bare, [{ role: 'technician', organisationId: brigade }]);
      const form = { subject: `person:${officer}`, reason: '新发' };
      const answer = await desk.send(page, form);
      expect([answer.statusCode, answer.body.includes('server.codeAddress')]).toStrictEqual([
        400,
        true,
      ]);
    } finally {
      await bare.close();
    }
  });

  it('are told of to gateways only, and to all of them from the beginning after a restore', async () => {
    expect((await rig.server.app.inject({ url: '/link/v1/prints' })).statusCode).toBe(401);
    const { changeNo, changes } = await feed(0);
    expect((await feed(changeNo)).changes).toStrictEqual([]);
    expect((await feed(changeNo + 1000)).changes).toStrictEqual(changes);
  });
});
