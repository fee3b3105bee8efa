import '../../../device/identity/reflect-metadata.ts';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import { afterEach, describe, expect, it } from 'vitest';
import { loadCredentials, readGrant, saveGrant } from '../../../device/identity/credentials.ts';
import { certificateRequest } from '../../../device/identity/csr.ts';
import { Enrolment } from '../../../device/identity/enrolment.ts';
import {
  type EnrolmentAnswer,
  httpsAsk,
  readAnswer,
} from '../../../device/identity/enrolment-client.ts';
import { unitKeys } from '../../../device/identity/unit-keys.ts';
import { readEnrolmentDigits } from '../../../protocols/enrolment/code.ts';
import {
  type EnrolmentRequest,
  keyFingerprint,
  verifyRequest,
} from '../../../protocols/enrolment/request.ts';
import { publicKeyFromRaw, verifyEd25519 } from '../../../protocols/signed/ed25519.ts';
import { makeAuthority, makeGrant } from '../support/fake-authority.ts';
import { makeSigner } from '../support/fake-gateway.ts';
import { makeWorld, startMs, temporaryFolder } from '../support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const serial = 'XL-TEST-0001';
const gateway = { keyId: 'gw-1', signer: makeSigner() };

function newFolder(): string {
  const folder = temporaryFolder();
  cleanUps.push(() => folder.remove());
  return folder.path;
}

describe('the unit’s keys', () => {
  it('are born once, for the owner’s eyes, and differ from unit to unit', async () => {
    const folder = newFolder();
    const first = await unitKeys(folder);
    const again = await unitKeys(folder);
    const other = await unitKeys(newFolder());
    expect(again.signer.publicKey).toEqual(first.signer.publicKey);
    expect(other.signer.publicKey).not.toEqual(first.signer.publicKey);
    const secrets = join(folder, 'secrets');
    expect(readdirSync(secrets).sort()).toEqual(['code-key.pem', 'tls-key.pem']);
    for (const file of readdirSync(secrets)) {
      expect(statSync(join(secrets, file)).mode & 0o777).toBe(0o600);
    }
  });

  it('sign so that the public key verifies', async () => {
    const { signer } = await unitKeys(newFolder());
    const key = publicKeyFromRaw(signer.publicKey);
    if (key === null) throw new Error('no key');
    const message = Buffer.from('words');
    expect(verifyEd25519(key, message, signer.sign(message))).toBe(true);
  });

  it('make a certificate request for the serial that proves the TLS key', async () => {
    const { tlsKey } = await unitKeys(newFolder());
    const request = new Pkcs10CertificateRequest(await certificateRequest(serial, tlsKey));
    expect(request.subject).toBe(`CN=${serial}`);
    expect(await request.verify()).toBe(true);
    expect(request.publicKey.algorithm).toMatchObject({ name: 'ECDSA', namedCurve: 'P-256' });
  });
});

async function granted() {
  const { tlsKey } = await unitKeys(newFolder());
  const authority = await makeAuthority(startMs);
  const csr = await certificateRequest(serial, tlsKey);
  const grant = await makeGrant(authority, gateway, csr);
  return { tlsKey, authority, csr, grant, expected: { serial, tlsKey, allowHttpCodes: false } };
}

describe('a grant', () => {
  it('is kept in one piece and read back', async () => {
    const { grant, expected } = await granted();
    const path = join(newFolder(), 'grant.json');
    expect(await loadCredentials(path, expected)).toBeNull();
    await saveGrant(path, grant);
    const reading = await loadCredentials(path, expected);
    if (reading?.ok !== true) throw new Error(reading?.reason);
    expect(reading.credentials.identity).toMatchObject({
      unitId: 4711,
      kind: 0,
      codeHost: { scheme: 'https', host: 'XL.EXAMPLE.CN' },
    });
    expect([...reading.credentials.gatewayKeys.keys()]).toEqual(['gw-1']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 100));
    expect(await loadCredentials(path, expected)).toMatchObject({ ok: false });
  });

  it('is refused when it is not for this unit, or names what cannot be trusted', async () => {
    const { grant, expected, authority } = await granted();
    const other = await unitKeys(newFolder());
    const otherCsr = await certificateRequest('XL-OTHER-01', expected.tlsKey);
    const zeroKey = { keyId: 'zero', publicKey: Buffer.alloc(32).toString('base64url') };
    const refusals: readonly (readonly [unknown, string])[] = [
      [{ ...grant, unitId: 0 }, 'schema'],
      [{ ...grant, certificatePem: 'nothing' }, 'cannot be read'],
      [{ ...grant, certificatePem: await authority.issue(otherCsr) }, 'another serial'],
      [{ ...grant, codeAddress: 'http://127.0.0.1:8081/' }, 'not https'],
      [{ ...grant, matchKey: 'AAAA' }, 'match key'],
      [{ ...grant, gatewayKeys: [zeroKey] }, 'not one to trust'],
    ];
    for (const [bad, reason] of refusals) {
      const reading = readGrant(bad, expected);
      expect(reading.ok ? 'taken' : reading.reason).toContain(reason);
    }
    const foreign = readGrant(grant, { ...expected, tlsKey: other.tlsKey });
    expect(foreign.ok ? 'taken' : foreign.reason).toContain('another key');
  });
});

/** An enrolment whose gateway answers as told. */
async function enrolling(answer: (body: EnrolmentRequest, count: number) => EnrolmentAnswer) {
  const folder = newFolder();
  const world = makeWorld('enrolment');
  const { signer, tlsKey } = await unitKeys(folder);
  const bodies: { body: EnrolmentRequest; monoMs: number }[] = [];
  const granted: string[] = [];
  const expected = { serial, tlsKey, allowHttpCodes: false };
  const path = join(folder, 'grant.json');
  const enrolment = new Enrolment({
    serial,
    signer,
    csr: await certificateRequest(serial, tlsKey),
    codeHost: { scheme: 'https', host: 'XL.EXAMPLE.CN' },
    path,
    ask: async (body) => {
      bodies.push({ body, monoMs: world.clock.nowMonoMs() });
      return answer(body, bodies.length);
    },
    env: world.env,
    check: (grant) => readGrant(grant, expected),
    trustedMs: () => null,
    onGranted: ({ grant }) => granted.push(grant.certificatePem),
    onCodeChanged: () => undefined,
  });
  cleanUps.push(() => enrolment.stop());
  return { ...world, enrolment, bodies, granted, signer, tlsKey, path };
}

const challenge = { kind: 'challenge', nonce: 'n1', gatewayMs: startMs + 3_600_000 } as const;

describe('enrolment', () => {
  it('signs the gateway’s nonce, repeats while pending, and stops once granted', async () => {
    const authority = await makeAuthority(startMs);
    let grant: unknown = null;
    const unit = await enrolling((body) => {
      if (body.nonce === '') return challenge;
      return grant === null ? { kind: 'pending', retryAfterMs: 1_000 } : { kind: 'granted', grant };
    });
    unit.enrolment.start();
    await unit.until(() => unit.bodies.length === 4);
    const [first, second, third] = unit.bodies;
    expect([first?.body.nonce, second?.body.nonce]).toEqual(['', 'n1']);
    expect(second !== undefined && verifyRequest(second.body)).toBe(true);
    // Never faster than every five seconds, whatever the gateway asks.
    expect((third?.monoMs ?? 0) - (first?.monoMs ?? 0)).toBeGreaterThanOrEqual(5_000);
    grant = await makeGrant(authority, gateway, second?.body.csr ?? '');
    await unit.until(() => unit.granted.length === 1);
    expect(readFileSync(unit.path, 'utf8')).toContain('BEGIN CERTIFICATE');
    const count = unit.bodies.length;
    await unit.clock.advance(120_000);
    expect(unit.bodies.length).toBe(count);
  });

  it('asks again after a grant it cannot use, and keeps nothing of it', async () => {
    const unit = await enrolling((body) =>
      body.nonce === '' ? challenge : { kind: 'granted', grant: { status: 'granted' } },
    );
    unit.enrolment.start();
    await unit.until(() => unit.bodies.length >= 4);
    expect(unit.granted).toEqual([]);
    expect(() => statSync(unit.path)).toThrow();
  });

  it('waits longer and longer for a gateway that is not there, to a minute', async () => {
    const unit = await enrolling(() => ({ kind: 'unreachable', reason: 'refused' }));
    unit.enrolment.start();
    await unit.clock.advance(600_000);
    const waits = unit.bodies.slice(1).map(({ monoMs }, index) => {
      return monoMs - (unit.bodies[index]?.monoMs ?? 0);
    });
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(5_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
    expect(waits.at(-1)).toBeGreaterThan(25_000);
    expect(unit.lines.length).toBe(1);
  });

  it('shows a code the gateway can read, with the unit’s key and the gateway’s time', async () => {
    const unit = await enrolling((body) =>
      body.nonce === '' ? challenge : { kind: 'refused', code: 'unknown-serial' },
    );
    unit.enrolment.start();
    await unit.until(() => unit.bodies.length >= 2);
    const shown = unit.enrolment.screen();
    expect(shown.link).toBe(`https://XL.EXAMPLE.CN/E/${shown.digits}`);
    expect(shown.fingerprint).toBe(keyFingerprint(unit.signer.publicKey));
    const code = readEnrolmentDigits(shown.digits, startMs / 1000 + 3_605);
    expect(code).toMatchObject({ serial });
    expect(unit.enrolment.screen().digits).toBe(shown.digits);
    await unit.clock.advance(300_000);
    expect(unit.enrolment.screen().digits).not.toBe(shown.digits);
  });
});

describe('the enrolment client', () => {
  it('reads an answer by its status, and any other as a refusal', () => {
    expect(readAnswer(401, { nonce: 'n', gatewayMs: 1 })).toMatchObject({ kind: 'challenge' });
    expect(readAnswer(401, {})).toEqual({ kind: 'refused', code: 'bad-answer' });
    expect(readAnswer(202, { status: 'pending', retryAfterS: 5 })).toEqual({
      kind: 'pending',
      retryAfterMs: 5_000,
    });
    expect(readAnswer(404, { code: 'unknown-serial' })).toEqual({
      kind: 'refused',
      code: 'unknown-serial',
    });
    expect(readAnswer(500, null)).toEqual({ kind: 'refused', code: 'bad-answer' });
  });

  it('talks to a server of the fleet CA, and to no other', async () => {
    const [ours, theirs] = await Promise.all([
      makeAuthority(Date.now()),
      makeAuthority(Date.now()),
    ]);
    const { cert, key } = await ours.server(['127.0.0.1']);
    const seen: string[] = [];
    const server = createServer({ cert, key }, (request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(401).end(JSON.stringify({ nonce: 'n', gatewayMs: 5 }));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    cleanUps.push(
      () => void server.closeAllConnections(),
      () => void server.close(),
    );
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const body = { serial, publicKey: '', csr: '', nonce: '', signature: '' };
    const trustIn = ({ caPem }: { caPem: string }) => ({ fleetCaPem: caPem, trustedMs: Date.now });
    expect(await httpsAsk(url, trustIn(ours))(body)).toMatchObject({
      kind: 'challenge',
      nonce: 'n',
    });
    expect(await httpsAsk(url, trustIn(theirs))(body)).toMatchObject({ kind: 'unreachable' });
    expect(seen).toEqual(['/enrol/requests']);
  });
});

it('a certificate is for the TLS key of the unit', async () => {
  const { grant, tlsKey } = await granted();
  const { publicKey } = new X509Certificate(grant.certificatePem);
  expect(publicKey.equals(createPublicKey(tlsKey))).toBe(true);
});
