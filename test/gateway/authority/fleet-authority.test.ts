import '../../../gateway/authority/reflect-metadata.ts';
import { X509Certificate as NodeCertificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate, X509Crl } from '@peculiar/x509';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certificateRequest } from '../../../device/identity/csr.ts';
import { openFleetAuthority, overlapDays } from '../../../gateway/authority/fleet-authority.ts';
import { newRequest } from '../../../gateway/authority/own-request.ts';
import { ServerCertificates } from '../../../gateway/authority/server-certificate.ts';
import { TlsIdentity, type TlsMaterial } from '../../../gateway/authority/tls-identity.ts';
import { newTlsKey } from '../test-unit.ts';
import { VirtualEnv } from '../virtual.ts';

const dayMs = 86_400_000;

function blocks(pem: string, label: string): string[] {
  return pem.match(new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`, 'g')) ?? [];
}

describe('the fleet CA', () => {
  let folder: string;
  let env: VirtualEnv;
  const publicFile = () => join(folder, 'fleet-ca.pem');
  const open = () => openFleetAuthority(folder, publicFile(), env);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'xinlu-ca-'));
    env = new VirtualEnv();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is the same after a restart, and shows its certificate only', async () => {
    const before = await open();
    const again = await open();
    expect(again.caPem).toBe(before.caPem);
    expect(readFileSync(publicFile(), 'utf8')).toBe(before.caPem);
    expect(statSync(join(folder, 'fleet-ca.json')).mode & 0o777).toBe(0o600);
  });

  it('stays trusted for the overlap after a rotation, then its key is destroyed', async () => {
    const authority = await open();
    const [old] = blocks(authority.caPem, 'CERTIFICATE');
    expect(await authority.rotate()).toBe(true);
    const [newest, second] = blocks(authority.caPem, 'CERTIFICATE');
    expect(second).toBe(old);
    expect(newest).not.toBe(old);
    const issued = await authority.issueUnit(
      await certificateRequest('XL-CA-1', newTlsKey()),
      'XL-CA-1',
    );
    expect(
      new NodeCertificate(issued.pem).verify(new NodeCertificate(newest ?? '').publicKey),
    ).toBe(true);
    expect(await authority.rotate()).toBe(false);
    const kept = () => readFileSync(join(folder, 'fleet-ca.json'), 'utf8');
    expect(blocks(kept().replaceAll('\\n', '\n'), 'PRIVATE KEY').length).toBe(2);
    const again = await open();
    expect(again.caPem).toBe(authority.caPem);
    env.pass((overlapDays + 1) * dayMs);
    expect(blocks(again.caPem, 'CERTIFICATE')).toStrictEqual([newest]);
    expect(blocks(kept().replaceAll('\\n', '\n'), 'PRIVATE KEY').length).toBe(1);
    expect(readFileSync(publicFile(), 'utf8')).toBe(again.caPem);
  });

  it('leads whoever knows an older CA to the newest, over two rotations', async () => {
    const authority = await open();
    const first = new X509Certificate(authority.caPem);
    await authority.rotate();
    env.pass((overlapDays + 1) * dayMs);
    await authority.rotate();
    const { csrPem } = await newRequest('localhost');
    const certificatePem = await authority.issueServer(csrPem, ['localhost']);
    const chain = blocks(certificatePem, 'CERTIFICATE').map((pem) => new X509Certificate(pem));
    expect(chain.length).toBe(3);
    for (const [index, one] of chain.entries()) {
      const issuer = chain[index + 1] ?? first;
      expect(await one.verify({ publicKey: issuer.publicKey, date: new Date(env.ms) })).toBe(true);
      expect(one.issuer).toBe(issuer.subject);
    }
  });

  it('signs a list of revoked certificates for each CA that is still trusted', async () => {
    const authority = await open();
    const before = await authority.issueUnit(
      await certificateRequest('XL-CA-1', newTlsKey()),
      'XL-CA-1',
    );
    await authority.rotate();
    const after = await authority.issueUnit(
      await certificateRequest('XL-CA-2', newTlsKey()),
      'XL-CA-2',
    );
    const revoked = [before, after].map((one) => ({ ...one, revokedAtMs: env.ms }));
    const lists = blocks(await authority.revocationLists(revoked), 'X509 CRL');
    const anchors = blocks(authority.caPem, 'CERTIFICATE').map((pem) => new X509Certificate(pem));
    expect(lists.length).toBe(2);
    for (const [index, expected] of [after, before].entries()) {
      const list = new X509Crl(lists[index] ?? '');
      const issuer = anchors[index];
      expect(await list.verify({ publicKey: issuer?.publicKey ?? list.issuer })).toBe(true);
      expect(list.entries.map(({ serialNumber }) => serialNumber)).toStrictEqual([expected.number]);
    }
  });

  it('makes the server certificate anew when 60 days are left, and tells the listeners', async () => {
    const authority = await open();
    let waiting: (() => void) | null = null;
    const timers = {
      after: (_ms: number, work: () => void) => {
        waiting = work;
        return () => undefined;
      },
    };
    const names = ['localhost'];
    const certificates = new ServerCertificates({
      ...{ authority, names, env },
      file: join(folder, 'server.json'),
    });
    const tls = new TlsIdentity({ authority, certificates, timers, log: env.log });
    const told: TlsMaterial[] = [];
    tls.onChanged((material) => told.push(material));
    await tls.start();
    const first = tls.material;
    env.pass(300 * dayMs);
    await tls.check();
    expect([tls.material, told]).toStrictEqual([first, []]);
    env.pass(38 * dayMs);
    await tls.check();
    expect(told).toStrictEqual([tls.material]);
    expect(tls.material.server.privateKeyPem).not.toBe(first.server.privateKeyPem);
    expect(waiting).not.toBe(null);
  });
});
