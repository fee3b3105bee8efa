import '../../../gateway/authority/reflect-metadata.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Pkcs10CertificateRequest,
  X509Certificate,
  X509CertificateGenerator,
  X509Crl,
} from '@peculiar/x509';
import { afterEach, describe, expect, it } from 'vitest';
import { openFleetAuthority } from '../../../gateway/authority/fleet-authority.ts';
import { newRequest } from '../../../gateway/authority/own-request.ts';
import { algorithm, importPrivateKey } from '../../../gateway/authority/p256.ts';
import { fix, TestUnit } from '../test-unit.ts';
import { realEnv, startWorld, temporaryFolder, until, type World } from '../world.ts';
import { openOutsideAuthority } from './outside-authority.ts';

/** What a TLS server that trusts these anchors says to a client: null, or why not. */
async function refusalOf(
  server: { key: string; cert: string; ca: string },
  client: { key: string; cert: string; ca: string },
): Promise<string | null> {
  const listener = createServer({ ...server, requestCert: true, rejectUnauthorized: false });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };
  const seen = new Promise<string | null>((resolve) => {
    listener.once('secureConnection', ({ authorized, authorizationError }) => {
      resolve(authorized ? null : String(authorizationError));
    });
  });
  const socket = connect({ host: '127.0.0.1', port, ...client, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  const answer = await seen;
  socket.destroy();
  listener.close();
  return answer;
}

describe('the name constraint of the fleet CA', () => {
  const folder = temporaryFolder();
  afterEach(() => folder.remove());

  it('is taken by TLS, and makes a certificate of any other name worth nothing', async () => {
    const authority = await openFleetAuthority(folder.path, join(folder.path, 'ca.pem'), realEnv());
    const own = await newRequest('127.0.0.1');
    const server = {
      key: own.privateKeyPem,
      cert: await authority.issueServer(own.csrPem, ['127.0.0.1']),
      ca: authority.caPem,
    };
    const request = await newRequest('XL-NAMED-1');
    const { pem } = await authority.issueUnit(request.csrPem, 'XL-NAMED-1');
    const client = { key: request.privateKeyPem, ca: authority.caPem };
    expect(await refusalOf(server, { ...client, cert: pem })).toBe(null);

    // The CA's own key in other hands, for a name that is not of this fleet.
    const kept = readFileSync(join(folder.path, 'fleet-ca.json'), 'utf8');
    const [{ keyPem }] = JSON.parse(kept) as [{ keyPem: string }];
    const { subject } = new X509Certificate(authority.caPem);
    const sign = async (name: string) =>
      X509CertificateGenerator.create({
        serialNumber: '01',
        subject: name,
        issuer: subject,
        notBefore: new Date(Date.now() - 1000),
        notAfter: new Date(Date.now() + 1e7),
        signingAlgorithm: algorithm,
        publicKey: new Pkcs10CertificateRequest(request.csrPem).publicKey,
        signingKey: await importPrivateKey(keyPem),
        extensions: [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
      });
    const foreign = (await sign('CN=XL-NAMED-1')).toString('pem');
    expect(await refusalOf(server, { ...client, cert: foreign })).not.toBe(null);
    const within = subject.replace(/CN=.*/, 'CN=XL-NAMED-2');
    const other = (await sign(within)).toString('pem');
    expect(await refusalOf(server, { ...client, cert: other })).toBe(null);
  });
});

describe('an authority outside', () => {
  let world: World;
  afterEach(() => world.stop());

  it('takes over by the same calls: enrolment, session, list, and a rotation that is not ours', async () => {
    world = await startWorld([], undefined, 0, openOutsideAuthority);
    const unit = new TestUnit(world, 'XL-OUTSIDE-1');
    const grant = await unit.enrol();
    expect(new X509Certificate(grant.certificatePem).issuer).toContain('Ministry issuing CA 7');
    await unit.connect();
    unit.send([fix(1, Date.now())]);
    await until('the acknowledgement', () => unit.acks.length === 1);
    const rotation = await world.admin('POST', '/authority/rotate', { reason: 'test' });
    expect(rotation.status).toBe(409);

    let closed = false;
    unit.session?.on('close', () => {
      closed = true;
    });
    const event = { event: 'revoke', reason: 'stolen' };
    await world.admin('POST', `/units/${unit.serial}/events`, event);
    await until('the end of the session', () => closed, 50_000);
    await expect(unit.dial()).rejects.toThrow();
    const { serialNumber } = new X509Certificate(grant.certificatePem);
    const listed = () =>
      new X509Crl(readFileSync(join(world.dataDir, 'revoked.pem'), 'utf8')).entries.map(
        (entry) => entry.serialNumber,
      );
    await until('the list', () => listed().includes(serialNumber), 50_000);
  });
});
