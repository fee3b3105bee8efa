import { X509Certificate } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateRequest } from '../../../device/identity/csr.ts';
import { enrolmentDigits } from '../../../protocols/enrolment/code.ts';
import { signRequest } from '../../../protocols/enrolment/request.ts';
import { newSigner, newTlsKey, postJson, TestUnit } from '../test-unit.ts';
import { startWorld, type World } from '../world.ts';

/** A GET that follows nothing. */
function get(url: string, method = 'GET') {
  return new Promise<{ status: number; location: string; text: string }>((resolve, reject) => {
    const request = httpRequest(url, { method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location ?? '',
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.on('error', reject);
    request.end();
  });
}

describe('enrolment over HTTPS', () => {
  let world: World;
  let url = '';
  beforeAll(async () => {
    world = await startWorld();
    url = `${world.addresses.unitsUrl}/enrol/requests`;
  });
  afterAll(() => world.stop());

  const post = (body: unknown) => postJson(url, world.fleetCaPem, body);
  const register = (serial: string) =>
    world.admin('POST', '/units', { serial, model: 'M', role: 'kiosk' });

  async function signed(serial: string, change: object = {}, signer = newSigner()) {
    const { body } = await post({});
    const unsigned = {
      serial,
      publicKey: Buffer.from(signer.publicKey).toString('base64url'),
      csr: await certificateRequest(serial, newTlsKey()),
      nonce: String(body.nonce),
      ...change,
    };
    return signRequest(unsigned, signer);
  }

  it('answers the first request with a nonce and its time', async () => {
    const before = Date.now();
    const { status, body } = await post({});
    expect(status).toBe(401);
    expect(String(body.nonce).length).toBeGreaterThanOrEqual(32);
    expect(body.gatewayMs).toBeGreaterThanOrEqual(before);
    expect((await post({ serial: 'XL-0001', nonce: '' })).status).toBe(401);
  });

  it('takes a nonce once, and answers a used or a foreign one with another', async () => {
    await register('XL-NONCE-1');
    const request = await signed('XL-NONCE-1');
    expect((await post(request)).status).toBe(202);
    const replayed = await post(request);
    expect(replayed).toMatchObject({ status: 401, body: { code: 'bad-nonce' } });
    expect(replayed.body.nonce).not.toBe(request.nonce);
    expect((await post(await signed('XL-NONCE-1', { nonce: 'made-up' }))).status).toBe(401);
  });

  it('refuses an unknown serial', async () => {
    const answer = await post(await signed('XL-NOBODY-1'));
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown-serial' } });
  });

  it.each(['serial', 'publicKey', 'csr', 'signature'] as const)(
    'refuses a request whose %s was changed on the way',
    async (field) => {
      await register('XL-SWAP-1');
      await register('XL-SWAP-2');
      const request = await signed('XL-SWAP-1');
      const foreign = await signed('XL-SWAP-2');
      const answer = await post({ ...request, [field]: foreign[field] });
      expect(answer).toMatchObject({ status: 403, body: { code: 'bad-signature' } });
    },
  );

  it('refuses a certificate request for another name, for another curve, or for nothing', async () => {
    await register('XL-CSR-1');
    const otherName = await certificateRequest('XL-CSR-2', newTlsKey());
    for (const csr of [otherName, 'not a request', '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n']) {
      const answer = await post(await signed('XL-CSR-1', { csr }));
      expect(answer).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    }
  });

  it('refuses what does not fit the schema, without an error of its own', async () => {
    for (const body of [{ nonce: 'x' }, { nonce: 'x', serial: 'XL-1', csr: 7 }]) {
      expect(await post(body)).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    }
    expect((await post('{"nonce":')).status).toBe(400);
    expect((await post({ nonce: 'x'.repeat(20_000) })).status).toBe(413);
    for (const body of ['null', '[]', '7', '"text"']) expect((await post(body)).status).toBe(401);
  });

  it('keeps a unit waiting until its key is approved, and then grants it the same again', async () => {
    const unit = new TestUnit(world, 'XL-WAIT-1');
    await register(unit.serial);
    expect(await unit.ask()).toMatchObject({ status: 202, body: { status: 'pending' } });
    const stranger = new TestUnit(world, unit.serial);
    await stranger.ask();
    const wrong = await world.admin('POST', `/units/${unit.serial}/approve`, {
      fingerprint: '0000-0000-0000-0000',
    });
    expect(wrong).toMatchObject({ status: 404, body: { code: 'not-found' } });
    const approved = await world.admin('POST', `/units/${unit.serial}/approve`, {
      fingerprint: unit.fingerprint.toLowerCase().replaceAll('-', ' '),
    });
    expect(approved).toMatchObject({ status: 200, body: { state: 'enrolled', enrolment: 1 } });
    const [first, second] = [await unit.ask(), await unit.ask()];
    expect([first.status, second.status]).toStrictEqual([200, 200]);
    const { certificatePem: fresh, ...same } = second.body;
    expect(first.body).toMatchObject(same);
    expect(first.body.certificatePem).not.toBe(fresh);
    expect(await stranger.ask()).toMatchObject({ status: 409, body: { code: 'serial-active' } });
  });

  it('issues a client certificate of 90 days that names the serial', async () => {
    const unit = new TestUnit(world, 'XL-CERT-1');
    const grant = await unit.enrol();
    const certificate = new X509Certificate(grant.certificatePem);
    const authority = new X509Certificate(world.fleetCaPem);
    expect(certificate.subject).toMatch(/^O=Xinlu fleet [0-9a-f]{8}\nCN=XL-CERT-1$/);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(unit.tlsKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toStrictEqual(['1.3.6.1.5.5.7.3.2']);
    const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(90);
    expect(Buffer.from(grant.matchKey, 'base64url').length).toBe(32);
  });

  it('gives no two units the same match key', async () => {
    const [one, two] = [new TestUnit(world, 'XL-KEYS-1'), new TestUnit(world, 'XL-KEYS-2')];
    expect((await one.enrol()).matchKey).not.toBe((await two.enrol()).matchKey);
  });

  it('takes the key on a scanned enrolment code, while the unit itself has not asked', async () => {
    const unit = new TestUnit(world, 'XL-CODE-1');
    const nowS = Math.floor(Date.now() / 1000);
    const digits = enrolmentDigits(unit.serial, nowS, unit.signer);
    const codeUrl = `${world.addresses.httpUrl}/e/${digits}`;
    expect((await get(codeUrl)).status).toBe(404);
    await register(unit.serial);
    const opened = await get(codeUrl);
    expect(opened.status).toBe(303);
    expect(opened.location).toMatch(/^http:\/\/127\.0\.0\.1:9\/bench\/enrol\/[0-9a-f]{32}$/);
    expect((await get(codeUrl)).location).toBe(opened.location);
    await world.admin('POST', `/units/${unit.serial}/approve`, { fingerprint: unit.fingerprint });
    expect((await unit.ask()).status).toBe(200);
    expect((await get(codeUrl)).status).toBe(409);
  });

  it('says on a page what is wrong with an enrolment code', async () => {
    const signer = newSigner();
    const codes: readonly (readonly [string, number, string])[] = [
      [enrolmentDigits('XL-CODE-1', 1_700_000_000, signer), 410, '过期'],
      ['1'.repeat(270), 400, '无法识别'],
      ['12', 400, '无法识别'],
    ];
    for (const [digits, status, words] of codes) {
      const page = await get(`${world.addresses.httpUrl}/E/${digits}`);
      expect(page.status).toBe(status);
      expect(page.text).toContain(words);
    }
  });

  it('changes nothing for a HEAD of an enrolment code', async () => {
    const unit = new TestUnit(world, 'XL-HEAD-1');
    await register(unit.serial);
    const digits = enrolmentDigits(unit.serial, Math.floor(Date.now() / 1000), unit.signer);
    expect((await get(`${world.addresses.httpUrl}/E/${digits}`, 'HEAD')).status).toBe(204);
    const { body } = await world.admin('GET', `/units/${unit.serial}`);
    expect(body).toMatchObject({ state: 'registered', waiting: [] });
  });
});
